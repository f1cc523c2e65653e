"""Frames that somebody looks at, writes to (3.13+), keeps, and looks at again."""

import sys
import weakref

WRITES = sys.version_info >= (3, 13)


def look(name, value):
    """Write a variable of the caller, if that is possible, and look twice."""
    if WRITES:
        sys._getframe(1).f_locals[name] = value
        print(sys._getframe(1).f_locals[name])
    return sys._getframe(1)


def unbound():
    sys._getframe().f_locals
    try:
        print(x)
    except UnboundLocalError as error:
        print(error)
    x = 1
    return x


def kept(a):
    b = 5
    frame = look("b", 7)
    print(b, sorted(frame.f_locals))
    b = 9
    print(frame.f_locals["b"], b)
    del b
    print(sorted(frame.f_locals))
    look("b", 3)
    print(WRITES and b)
    for i in range(3):
        if i == 1:
            look("i", 10)
        print(i)

    def steps():
        k = a
        frame = look("k", 4)
        yield k
        k = "later"
        yield frame
        yield k

    generator = steps()
    print(next(generator))
    frame = next(generator)
    print(frame.f_locals["k"])
    if WRITES:
        frame.f_locals["k"] = 12
    print(next(generator), frame.f_locals["k"])
    return look("a", 2)


def counted():
    """Looking at a frame adds no references (up to 3.12 it does: its f_locals are a copy)."""
    value = object()
    before = sys.getrefcount(value)
    sys._getframe()
    print(WRITES and sys.getrefcount(value) - before)


class Thing:
    pass


def dies():
    """A frame that was looked at and not kept takes its variables with it."""
    value = Thing()
    sys._getframe()
    return weakref.ref(value)


print(unbound())
print({name: type(value).__name__ for name, value in kept(1).f_locals.items()})
counted()
print(dies()())
