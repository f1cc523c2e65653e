import sys,os
print(sys.argv, sys.path[0]==os.path.dirname(os.path.abspath(__file__)), __name__, __file__, __spec__, __doc__, __builtins__.__name__)
print(sorted(k for k in globals()))
print(sys.modules["__main__"].__file__, sys.flags.optimize, sys.gettrace(), sys.getprofile())
