import sys
def hook(t,v,tb): print("hook",t.__name__,v)
sys.excepthook=hook
def f(): raise ValueError("x")
f()
