# Kinds that count on request: [tool.bytecov] count = ["assert", "with", "except", "comprehension-for"]
from contextlib import suppress


def check(x):
    assert x > 0  #! hidden ASSERT: x > 0 false
    with suppress(KeyError):  #! hidden WITH: suppress(KeyError) propagated
        raise KeyError
    try:
        int("x")
    except ValueError:  #! hidden EXCEPT: except ValueError not matched
        pass
    return [y for y in ()]  #! hidden COMPREHENSION: y in () entered


check(1)
