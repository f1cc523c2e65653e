import warnings
def f(): warnings.warn("careful", stacklevel=2)
f(); f()
