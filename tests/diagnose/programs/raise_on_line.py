# `raise` behind the colon: no line follows, and monitoring notes no way out.
def check(x):
    if x < 0: raise ValueError  #! monitor alarm RAISE_ON_LINE: x < 0 true
    return x


check(1)
try:
    check(-1)
except ValueError:
    pass
