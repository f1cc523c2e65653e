"""match in all its patterns."""

import collections
import dataclasses
import enum


@dataclasses.dataclass
class Point:
    x: int
    y: int


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Args:
    __match_args__ = ("one", "two")

    def __init__(self, one, two=2):
        self.one, self.two = one, two


class Mapping(collections.UserDict):
    pass


class Sequence(collections.UserList):
    pass


constant = 7


def classify(subject):
    match subject:
        case 0 | 1 as small:
            return "small", small
        case -5 | 2.5 | 1 + 2j:
            return "number"
        case "text" | b"bytes":
            return "string"
        case None | True | False:
            return "singleton"
        case Colour.RED:
            return "red"
        case Colour():
            return "colour", subject.value
        case []:
            return "empty"
        case [only]:
            return "one", only
        case [first, "middle", last]:
            return "middle", first, last
        case [1, *rest, 9]:
            return "rest", rest
        case (Point(x=px), Point(y=py)):
            return "points", px, py
        case [[a, b], *_] if a == b:
            return "guarded", a
        case [_, _, *others]:
            return "others", others
        case {}if not subject:
            return "no keys"
        case {"kind": "a", "value": [v, *_]}:
            return "a", v
        case {"kind": str(kind), **others}:
            return "kind", kind, others
        case {1: _, Colour.BLUE.value: value}:
            return "keys", value
        case Point(0, y) | Point(y, 0):
            return "axis", y
        case Point(x, y) if x == y:
            return "diagonal", x
        case Point(x, y):
            return "point", x, y
        case Args(1, two=int(t)):
            return "args", t
        case Args("x" | "y" as letter):
            return "letter", letter
        case str(s) if len(s) > 3:
            return "long", s
        case str() | bytes():
            return "short"
        case int(n) | float(n):
            return "n", n
        case list() | dict():
            return "container"
        case object(one=o):
            return "has one", o
        case _:
            return "default", type(subject).__name__


for subject in [
    0, 1, True, -5, 2.5, 1 + 2j, "text", b"bytes", None, False, Colour.RED, Colour.BLUE, [], [5],
    (5,), [1, "middle", 3], [1, 2, 3, 9], (1, 9), (Point(1, 2), Point(3, 4)), [[3, 3], 1],
    [[3, 4], 1], [1, 2, 3], {}, {"kind": "a", "value": [1, 2]}, {"kind": "b", "more": 1},
    {"kind": 5}, {1: 2, "blue": 3}, Point(0, 5), Point(6, 0), Point(7, 7), Point(8, 9),
    Args(1), Args("y"), Args(3), "long text", "abc", 99, 9.5, object(), Mapping({"kind": "m"}),
    Sequence([1, 2, 9]), range(3), {1, 2}, collections.deque([4]), bytearray(b"x"),
]:  # fmt: skip
    print(repr(subject)[:40] if type(subject) is not object and not isinstance(subject, Args) else "object", classify(subject))


def dotted(value):
    match value:
        case Colour.RED | Colour.BLUE as colour:
            return colour.name
        case constant:
            return constant


print(dotted(Colour.BLUE), dotted(8))


def falls_through(value):
    found = "nothing"
    match value:
        case {"a": [1, {"b": (x, y)}]}:
            found = x, y
        case {"a": x}:
            found = x
    return found


print(falls_through({"a": [1, {"b": [2, 3]}]}), falls_through({"a": 1}), falls_through({}))


def in_loop(values):
    for value in values:
        match value:
            case 0:
                continue
            case 9:
                break
            case int(n) if n > 5:
                return n
            case _:
                pass
        print("after", value)
    return "end"


print(in_loop([0, 1, 7]), in_loop([9, 1]), in_loop([]))


class Bad:
    __match_args__ = ("x",)


class Worse:
    __match_args__ = ["x"]


def errors(kind):
    try:
        match kind():
            case Bad(1, 2):
                pass
            case Worse(1):
                pass
    except TypeError as error:
        return str(error)


print(errors(Bad), errors(Worse))
try:
    match 1:
        case constant():
            pass
except TypeError as error:
    print(error)
try:
    match Point(1, 2):
        case Point(1, x=1):
            pass
except TypeError as error:
    print(error)


class Watched(dict):
    def get(self, key, default=None):
        print("get", key)
        return super().get(key, default)

    def keys(self):
        print("keys")
        return super().keys()


match Watched(a=1, b=2):
    case {"a": 1, "z": _}:
        print("no")
    case {"a": 1, "b": b, **rest}:
        print(b, rest)


class Property:
    @property
    def value(self):
        print("asked")
        raise AttributeError

    @property
    def other(self):
        raise ValueError("other")


match Property():
    case Property(value=1):
        print("no")
    case Property():
        print("yes")
try:
    match Property():
        case Property(other=1):
            pass
except ValueError as error:
    print(error)
match [1, [2, [3, [4]]]]:
    case [a, [b, [c, [d]]]]:
        print(a, b, c, d)
match 1, 2:
    case a, b:
        print(a + b)
match (x := 5):
    case int() as y:
        print(x, y)
