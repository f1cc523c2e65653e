# Kinds that count on request: [tool.bytecov] count = ["assert", "with", "except", "comprehension-for", "sub-pattern"]
from contextlib import suppress


def check(x):
    assert x > 0  #! hidden ASSERT: x > 0 false
    with suppress(KeyError):  #! hidden WITH: suppress(KeyError) propagated
        raise KeyError
    try:
        int("x")
    except ValueError:  #! hidden EXCEPT: except ValueError not matched
        pass
    match x, 2:
        case 1, 2:  #! hidden SUB_PATTERN: 2 not matched
            pass
        case _:
            pass
    return [y for y in ()]  #! hidden COMPREHENSION: y in () entered


check(1)
check(2)
