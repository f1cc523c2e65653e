"""Functions: arguments of every kind, defaults, annotations, decorators, attributes, errors."""

import functools
import inspect


def everything(a, b=2, /, c=3, *rest, d, e=5, **more):
    """A docstring."""
    return a, b, c, rest, d, e, sorted(more.items())


def keyword_only(*, first: int, second: "str" = "s") -> tuple:
    return first, second


print(everything(1, d=4))
print(everything(1, 20, 30, 40, 50, d=60, e=70, f=80, g=90))
print(everything(*[1, 2], *(3, 4), **{"d": 5}, **{"z": 6}))
print(everything.__doc__, everything.__defaults__, everything.__kwdefaults__)
print(keyword_only.__annotations__, inspect.signature(keyword_only), inspect.signature(everything))
print(keyword_only(first=1), keyword_only(first=1, second="two"))

for arguments, keywords in [((), {}), ((1,), {}), ((), {"a": 1, "d": 2}), ((1,) * 5, {"d": 1, "c": 9})]:
    try:
        print(everything(*arguments, **keywords))
    except TypeError as error:
        print("TypeError", error)
try:
    everything(**{"d": 1}, **{"d": 2})
except TypeError as error:
    print(error)
try:
    everything(*3, d=1)
except TypeError as error:
    print(error)
try:
    everything(1, d=2, **3)
except TypeError as error:
    print(error)
try:
    (5)(1)
except TypeError as error:
    print(error)


def mutable(item, seen=[]):
    seen.append(item)
    return seen


print(mutable(1), mutable(2), mutable(3, []))


def trace(prefix):
    def decorate(function):
        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            print(prefix, "->", function.__name__, args, kwargs)
            try:
                return function(*args, **kwargs)
            finally:
                print(prefix, "<-", function.__name__)

        wrapper.decorated = True
        return wrapper

    print("decorating with", prefix)
    return decorate


@trace("outer")
@trace("inner")
def add(left, right=1):
    return left + right


print(add(1), add(1, right=2), add.decorated, add.__wrapped__.__wrapped__.__name__)
print(inspect.signature(add), inspect.unwrap(add).__qualname__)


@functools.lru_cache(maxsize=None)
def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


print(fibonacci(50), fibonacci.cache_info())
print((lambda x, *y, z=3: (x, y, z))(1, 2, z=4), [(lambda i=i: i)() for i in range(3)])
print(list(map(lambda pair: pair[0] * pair[1], [(1, 2), (3, 4)])))
print(sorted(["bb", "a", "ccc"], key=len, reverse=True), max([3, 1, 2], key=lambda each: -each))
partial = functools.partial(everything, 1, d=4)
print(partial(2), partial(b=9))


@functools.singledispatch
def describe(value):
    return "object"


@describe.register
def _(value: int):
    return "int"


@describe.register(list)
def _(value):
    return "list of " + ", ".join(describe(each) for each in value)


print(describe([1, "x", []]))


def replaced():
    return "old"


def other():
    return "new"


replaced.__code__ = other.__code__
print(replaced(), replaced.__name__, replaced.__code__.co_name)
print(add.__wrapped__.__wrapped__.__code__.co_varnames, everything.__code__.co_argcount)


def early(value):
    if value:
        return "early"
    print("no return")


print(early(1), early(0))


def arguments_change(a, *b, c=1, **d):
    a += 1
    b += (a,)
    c, d = d, c
    return locals()


print(arguments_change(1, 2, c=3, e=4))


def argument_deleted(a, b):
    del a
    try:
        return a
    except UnboundLocalError as error:
        return str(error), sorted(locals())


print(argument_deleted(1, 2))


class Callable:
    def __call__(self, *args, **kwargs):
        return len(args), sorted(kwargs)

    def method(self, x):
        return x

    @staticmethod
    def static(x):
        return -x

    @classmethod
    def klass(cls, x):
        return cls.__name__, x


thing = Callable()
print(thing(1, 2, k=3), thing.method(4), thing.static(5), thing.klass(6), Callable.method(thing, 7))
print(thing(*[1, 2], **{"m": 1}), thing.method(x=8), thing.klass(x=9))
bound = thing.method
print(bound(10), bound.__func__ is Callable.method, bound.__self__ is thing)
print(str.upper("abc"), "abc".upper(), [].append(1), dict(a=1, **{"b": 2}), print("x", "y", sep="-"))
print("%s and %r" % ("a", "b"), "{0} {x!r:>5}".format(1, x="y"))
many = everything(1, d=0, **{f"k{number:03}": number for number in range(300)})
print(len(many[-1]))


def f300(*args):
    return sum(args)


print(f300(*range(300)))
print(eval("f(" + ", ".join(map(str, range(300))) + ")", {"f": f300}))
