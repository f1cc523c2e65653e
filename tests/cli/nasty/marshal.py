import marshal,pickle,types
def f(a): 
    return 1 if a else 2
c=types.FunctionType(marshal.loads(marshal.dumps(compile("x=3 if 1 else 4","g","exec"))),{})
print(c())
print(f.__code__.co_name,f.__code__.co_varnames,f.__code__.co_argcount,f.__code__.co_firstlineno)
h=types.FunctionType(f.__code__.replace(co_name="h"),globals())
print(h(0),h(1))
