"""Recursion: depth, RecursionError, in functions, generators, comparisons."""

import sys


def depth(n):
    return n and 1 + depth(n - 1)


print(depth(800))


def endless():
    return endless()


def caught():
    try:
        endless()
    except RecursionError as error:
        return type(error).__name__


print(caught())
for _ in range(3):
    try:
        endless()
    except RecursionError:
        print("again")
    finally:
        print("finally")


def mutual(n):
    try:
        return other(n + 1)
    finally:
        pass


def other(n):
    return mutual(n)


try:
    mutual(0)
except RecursionError as error:
    print(type(error).__name__)


class Endless:
    def __getattr__(self, name):
        return self.missing

    def __eq__(self, other):
        return self == other

    def __repr__(self):
        return repr(self)


for action in (lambda: Endless().x, lambda: Endless() == 1, lambda: repr(Endless())):
    try:
        action()
    except RecursionError:
        print("recursion")


def nested(n):
    if n:
        yield from nested(n - 1)
    yield n


print(sum(nested(100)))
try:
    list(nested(5000))
except RecursionError:
    print("generators")
sys.setrecursionlimit(5000)
print(depth(4000), sum(nested(300)))


def ackermann(m, n):
    if m == 0:
        return n + 1
    if n == 0:
        return ackermann(m - 1, 1)
    return ackermann(m - 1, ackermann(m, n - 1))


print(ackermann(2, 9))


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(15))


def shallow(room):
    """With a limit just above what is used, all that stays in the frame still works."""
    before = sys.getrecursionlimit()
    limit = 10
    while True:
        try:
            sys.setrecursionlimit(limit)
        except RecursionError:
            limit += 1
        else:
            break
    try:
        sys.setrecursionlimit(limit + room)
        now = sys.getrecursionlimit() - limit
        return now, depth(room // 2), endless()
    except RecursionError:
        return "too deep", sys.getrecursionlimit() - limit
    finally:
        sys.setrecursionlimit(before)


print(sys.getrecursionlimit(), [shallow(room) for room in (0, 1, 10, 30)], sys.getrecursionlimit())
