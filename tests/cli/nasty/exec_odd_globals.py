exec("def f(a): return a or 5\nprint(f(0))", {"__builtins__":{"print":print}})
class G(dict):
    def __missing__(self,k): return k.upper()
exec("print(eval('abc', {}, G()))", {"G":G,"print":print,"eval":eval})
