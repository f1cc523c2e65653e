def f(a):
    return a["x"] or \
       g(a)
def g(a): raise KeyError("inner") from ValueError("cause")
try:
    f({"x":0})
except KeyError: 
    import traceback; traceback.print_exc()
f({})
