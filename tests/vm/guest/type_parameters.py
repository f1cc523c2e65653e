"""PEP 695: type parameters, aliases; PEP 701 f-strings."""

import inspect
import typing


def first[T](items: list[T], default: T | None = None) -> T | None:
    return items[0] if items else default


def bounded[T: (int, str), *Ts, **P](value: T, *rest: *Ts) -> T:
    def inner() -> T:
        return value

    return inner()


class Box[T: int]:
    kind: T

    def __init__(self, value: T) -> None:
        self.value = value

    def map[U](self, function: typing.Callable[[T], U]) -> "Box[U]":
        return Box(function(self.value))

    class Inner[V]:
        pair: tuple[T, V]

    def zero(self):
        return super().__repr__()[:4], __class__.__name__


type Pair[A] = tuple[A, A]
type Tree = list[Tree] | int
type Lazy = undefined_name

print(first([1]), first([], 2), bounded("x"), bounded.__type_params__, first.__annotations__)
print(Box(1).map(lambda x: x + 1).value, Box.__type_params__, Box[int], Box.Inner.__type_params__, Box(0).zero())
print(Pair, Pair[int], Pair.__value__, Pair.__type_params__, Tree.__value__)
try:
    Lazy.__value__
except NameError as error:
    print(error)
print(Box.__type_params__[0].__bound__, bounded.__type_params__[0].__constraints__)
print(inspect.signature(first), typing.get_type_hints(first), Box.__orig_bases__, Box.__parameters__)
print(f"{"nested " + f"{"quotes" + f"{1 + 1}"}"} {
    "multi"  # comment
!r:>10}")


def in_function():
    T = "shadow"

    class Local[T]:
        def get(self):
            return T

    type Alias = T
    return Local().get(), T, Alias.__value__


print(in_function())


class Meta(type):
    def __new__(mcs, name, bases, namespace, **options):
        return super().__new__(mcs, name, bases, namespace)


class Generic[T](metaclass=Meta, option=1):
    def method[S](self, s: S) -> tuple[T, S]:
        return s


print(Generic().method(1), Generic.method.__type_params__, Generic.__mro__)


def decorator(function):
    print("decorating", function.__name__, function.__type_params__)
    return function


@decorator
def decorated[T](x: T = 1) -> T:
    return x


print(decorated())
try:
    def bad[T](x=1 / 0): ...
except ZeroDivisionError as error:
    print(error)


class Scope:
    x = "class"

    def method[T](self, a: x = x) -> x:
        return a

    type Alias = x
    nested = [x for _ in range(1)] if False else None


print(Scope().method(), Scope.Alias.__value__, Scope.method.__annotations__)
