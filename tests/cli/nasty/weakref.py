import weakref
class A: pass
def f():
    a=A(); weakref.finalize(a,print,"gone")
    return 1
f(); print("after")
b=A(); weakref.finalize(b,print,"at exit")
