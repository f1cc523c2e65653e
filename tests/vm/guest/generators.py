"""Generators: send, throw, close, yield from, return values, state, finalisation."""

import inspect
import itertools
import sys


def echo():
    received = None
    while True:
        try:
            received = yield received
        except ValueError as error:
            print("caught", error)
            received = "recovered"
        except GeneratorExit:
            print("closing")
            raise


g = echo()
print(inspect.getgeneratorstate(g), g.gi_frame.f_lineno, g.gi_running)
print(next(g), g.send(1), g.throw(ValueError("v")), g.send(2), inspect.getgeneratorstate(g))
print(g.gi_frame.f_lineno, g.gi_yieldfrom)
g.close()
print(inspect.getgeneratorstate(g), g.gi_frame)
try:
    next(g)
except StopIteration as stop:
    print("stopped", stop.value)


def inner(n):
    try:
        for i in range(n):
            got = yield i
            if got:
                print("inner got", got)
    except KeyError as error:
        print("inner caught", error)
        return "from except"
    finally:
        print("inner finally")
    return "inner result"


def outer(n):
    result = yield from inner(n)
    print("result", result)
    result = yield from [10, 20]
    print("list result", result)
    return "outer result"


print(list(outer(2)))
o = outer(3)
print(next(o), o.send("hello"), o.gi_yieldfrom.__name__, o.throw(KeyError("k")), next(o))
try:
    next(o)
except StopIteration as stop:
    print(stop.value)
o = outer(3)
next(o)
o.close()
o = outer(3)
next(o)
try:
    o.throw(RuntimeError, "boom") if sys.version_info < (3, 12) else o.throw(RuntimeError("boom"))
except RuntimeError as error:
    print("out", error)


def ignores_exit():
    try:
        yield 1
    except GeneratorExit:
        yield 2


i = ignores_exit()
next(i)
try:
    i.close()
except RuntimeError as error:
    print(error)


def stops():
    yield 1
    raise StopIteration("inside")


try:
    list(stops())
except RuntimeError as error:
    print(error, repr(error.__cause__), error.__suppress_context__)


def just_started():
    yield 1


try:
    just_started().send("x")
except TypeError as error:
    print(error)
s = just_started()
try:
    s.throw(ValueError("unstarted"))
except ValueError as error:
    print(error, error.__traceback__.tb_next.tb_lineno)
print(list(s))
just_started().close()


def reentrant():
    try:
        next(me)
    except ValueError as error:
        print(error)
    yield 1


me = reentrant()
next(me)


def fibonacci():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b


print(list(itertools.islice(fibonacci(), 10)))
print(sum(x * x for x in range(5) if x % 2), list((x, y) for x in range(2) for y in range(x, 3)))
print(list(zip(fibonacci(), "abc")), max(len(word) for word in ["a", "bbb"]))


class Iterable:
    def __iter__(self):
        yield 1
        yield from (2, 3)


class Sequence:
    def __getitem__(self, index):
        if index > 2:
            raise IndexError
        return index * 10


class Custom:
    def __init__(self):
        self.n = 0

    def __iter__(self):
        return self

    def __next__(self):
        self.n += 1
        if self.n > 3:
            raise StopIteration("done")
        return self.n

    def send(self, value):
        print("custom send", value)
        return self.__next__()

    def throw(self, *error):
        print("custom throw", error[0] if isinstance(error[0], type) else type(error[0]))
        return "thrown"


def delegate():
    return (yield from Custom())


print(list(Iterable()), list(Sequence()), [*Custom()], list(delegate()))
c = delegate()
print(next(c), c.send("s"), c.throw(ValueError("x")))
try:
    next(c), next(c)
except StopIteration as stop:
    print(stop.value)
for bad in (5, None):
    try:
        for _ in bad:
            pass
    except TypeError as error:
        print(error)


def not_iterable():
    yield from 5


try:
    list(not_iterable())
except TypeError as error:
    print(error)


def in_except():
    try:
        raise ValueError("first")
    except ValueError:
        yield sys.exc_info()[0]
        try:
            raise KeyError("second")
        except KeyError as error:
            yield repr(error.__context__)
        yield sys.exc_info()[0]
    yield sys.exc_info()[0]


try:
    raise TypeError("outside")
except TypeError:
    print(list(in_except()))
e = in_except()
try:
    raise OSError
except OSError:
    print(next(e), sys.exc_info()[0])
print(next(e), sys.exc_info()[0])


print(inspect.isgeneratorfunction(echo))


def tree(depth):
    if depth:
        yield from tree(depth - 1)
        yield depth
        yield from tree(depth - 1)


print(list(tree(3)))


def with_return_in_finally():
    try:
        yield 1
    finally:
        return "swallowed"


w = with_return_in_finally()
next(w)
try:
    w.throw(ValueError)
except StopIteration as stop:
    print(stop.value)


def chain(*iterables):
    for each in iterables:
        yield from each


print("".join(chain("ab", (c.upper() for c in "cd"), ["e"])))
total = 0
for a, (b, *c) in [(1, (2, 3, 4)), (5, (6,))]:
    total += a + b + sum(c)
print(total)
genexp = (1 // x for x in (1, 0))
print(next(genexp))
try:
    next(genexp)
except ZeroDivisionError as error:
    print(error, genexp.gi_frame)
try:
    (x for x in 5)
except TypeError as error:
    print(error)
print(genexp.__name__, genexp.__qualname__, echo.__name__)
