# The compiler knows more constants than coverage.py, which waits for what has no code.
from typing import TYPE_CHECKING

if not TYPE_CHECKING:  #! alarm CONSTANT
    print(end="")


def f(x):
    if x or True:  #! alarm CONSTANT
        print(end="")
    else:
        print(2)
    if False and x:  #! alarm CONSTANT
        print(1)
    else:
        print(end="")
    return x


f(0)
f(1)
