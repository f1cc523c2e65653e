import builtins
old=builtins.open
builtins.open=lambda *a,**k: (_ for _ in ()).throw(RuntimeError("no"))
builtins.len=lambda x: 42
builtins.isinstance=lambda *a: False
builtins.type=None
builtins.set=None
print(len([1]))
def f(a,b): return a or b
print(f(0,2))
