"""Classes: bodies, metaclasses, __prepare__, super, descriptors, slots, hooks, enum, dataclasses."""

import abc
import collections
import copy
import dataclasses
import enum
import pickle
import types
import typing


class Ordered(type):
    @classmethod
    def __prepare__(mcs, name, bases, **options):
        print("prepare", name, [base.__name__ for base in bases], options)
        return Namespace()

    def __new__(mcs, name, bases, namespace, **options):
        cls = super().__new__(mcs, name, bases, dict(namespace))
        cls.order = [key for key in namespace if not key.startswith("__")]
        return cls

    def __init__(cls, name, bases, namespace, **options):
        super().__init__(name, bases, dict(namespace))
        cls.options = options

    def __call__(cls, *args, **kwargs):
        print("making", cls.__name__)
        return super().__call__(*args, **kwargs)


class Namespace(dict):
    def __setitem__(self, key, value):
        if not key.startswith("__"):
            print("set", key)
        super().__setitem__(key, value)

    def __missing__(self, key):
        if key.startswith("magic_"):
            return key.upper()
        raise KeyError(key)


class First(metaclass=Ordered, colour="red"):
    b = 1
    a = magic_word
    if b:
        c = len("abc")
    for i in range(2):
        d = i
    del i

    def method(self):
        return "First.method", self.a


class Second(First):
    def method(self):
        return "Second", super().method(), super(Second, self).method(), __class__.__name__


print(First.order, First.options, Second().method())
try:
    class Bad(metaclass=Ordered):
        unknown_name
except NameError as error:
    print(error)


class A:
    def hello(self):
        return ["A"]

    @classmethod
    def made(cls):
        return [cls.__name__]

    @property
    def prop(self):
        return "A.prop"


class B(A):
    def hello(self):
        return ["B", *super().hello()]

    @classmethod
    def made(cls):
        return ["B", *super().made()]

    @property
    def prop(self):
        return "B of " + super().prop


class C(A):
    def hello(self):
        return ["C", *super().hello()]

    @classmethod
    def made(cls):
        return ["C", *super().made()]


class D(B, C):
    def hello(self):
        def inner():
            return super(D, self).hello()

        return ["D", *inner()]

    def no_self_super():
        return super()

    def rebound(self):
        self = B()
        return super(B, self).hello()

    def missing(self):
        return super().nothing

    def stored(self):
        parent = super()
        return parent.hello(), parent.prop

    def in_comprehension(self):
        return [super(D, self).prop for _ in range(2)]


d = D()
print(d.hello(), D.made(), d.prop, d.stored(), d.rebound(), d.in_comprehension())
for bad in (D.no_self_super, d.missing):
    try:
        bad()
    except Exception as error:
        print(type(error).__name__, error)


class Descriptor:
    def __set_name__(self, owner, name):
        print("set_name", owner.__name__, name)
        self.name = "_" + name

    def __get__(self, instance, owner=None):
        return self if instance is None else getattr(instance, self.name, "unset")

    def __set__(self, instance, value):
        print("set", self.name, value)
        setattr(instance, self.name, value)

    def __delete__(self, instance):
        print("delete", self.name)
        delattr(instance, self.name)


class Owner:
    field = Descriptor()

    def __init_subclass__(cls, /, tag=None, **kwargs):
        super().__init_subclass__(**kwargs)
        cls.tag = tag

    def __class_getitem__(cls, item):
        return f"{cls.__name__}[{item}]"

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return f"dynamic {name}"


class Sub(Owner, tag="tagged"):
    pass


owner = Sub()
print(owner.field, Sub.tag, Sub[int, "x"], owner.anything)
owner.field = 3
owner.field += 4
print(owner.field)
del owner.field
print(owner.field)


class Temperature:
    def __init__(self, celsius):
        self._celsius = celsius

    @property
    def fahrenheit(self):
        """Degrees."""
        return self._celsius * 9 / 5 + 32

    @fahrenheit.setter
    def fahrenheit(self, value):
        if value < -459.67:
            raise ValueError("too cold")
        self._celsius = (value - 32) * 5 / 9

    @fahrenheit.deleter
    def fahrenheit(self):
        del self._celsius


t = Temperature(100)
t.fahrenheit = 32
print(t.fahrenheit, Temperature.fahrenheit.__doc__)
try:
    t.fahrenheit = -1000
except ValueError as error:
    print(error)
del t.fahrenheit
print(vars(t))


class Slotted:
    __slots__ = ("x", "__weakref__")

    def __init__(self):
        self.x = 1


s = Slotted()
try:
    s.y = 2
except AttributeError as error:
    print(error)


class Operators:
    def __init__(self, value):
        self.value = value

    def __repr__(self):
        return f"Op({self.value!r})"

    def __add__(self, other):
        return NotImplemented if isinstance(other, str) else Operators(("add", self.value, other))

    def __radd__(self, other):
        return Operators(("radd", self.value, other))

    def __iadd__(self, other):
        self.value = ("iadd", self.value, other)
        return self

    def __matmul__(self, other):
        return "matmul"

    def __neg__(self):
        return "neg"

    def __pos__(self):
        return "pos"

    def __invert__(self):
        return "invert"

    def __eq__(self, other):
        return isinstance(other, Operators) and self.value == other.value

    def __lt__(self, other):
        return "lt"

    def __hash__(self):
        return 7

    def __bool__(self):
        print("bool", self.value)
        return bool(self.value)

    def __len__(self):
        return 3

    def __getitem__(self, key):
        return key

    def __setitem__(self, key, value):
        print("setitem", key, value)

    def __delitem__(self, key):
        print("delitem", key)

    def __contains__(self, item):
        return item == 1

    def __iter__(self):
        yield from "xyz"

    def __format__(self, spec):
        return f"<{spec}>"

    def __index__(self):
        return 2

    def __divmod__(self, other):
        return "divmod"


op = Operators(1)
print(op + 1, 1 + op, op @ 2, -op, +op, ~op, op < 3, op == Operators(1), op != 3, op > op)
op += 5
print(op, op[1:2], op[1, ..., ::3], 1 in op, 2 not in op, [*op], f"{op:>{3}}", [10, 20, 30][op])
op[1:2] = 3
op["k"] += "v"
del op[0], op[1:]
print(not Operators(0), Operators(0) or "or", Operators(2) and "and", "t" if Operators(3) else "f")
try:
    op + "s"
except TypeError as error:
    print(error)
try:
    op - 1
except TypeError as error:
    print(error)


class Shape(abc.ABC):
    @abc.abstractmethod
    def area(self): ...


try:
    Shape()
except TypeError as error:
    print(error)


class Colour(enum.Enum):
    RED = 1
    GREEN = enum.auto()
    ALIAS = 1

    @property
    def nice(self):
        return self.name.title()

    @classmethod
    def _missing_(cls, value):
        return cls.GREEN if value == "g" else None


class Flag(enum.Flag):
    A = enum.auto()
    B = enum.auto()
    BOTH = A | B


print(list(Colour), Colour.GREEN.nice, Colour("g"), Colour.ALIAS is Colour.RED, Flag.A | Flag.B, Flag.BOTH in Flag.BOTH)
try:
    Colour("nothing")
except ValueError as error:
    print(error)


@dataclasses.dataclass(order=True)
class Point:
    x: int
    y: int = 0
    tags: list = dataclasses.field(default_factory=list, compare=False)
    double: int = dataclasses.field(init=False)

    def __post_init__(self):
        self.double = self.x * 2


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    name: str
    kind: typing.ClassVar[str] = "k"

    def size(self):
        return len(self.name)


print(Point(1), Point(1) < Point(1, 2), Point(3) == Point(3), dataclasses.replace(Point(1), y=5))
print(Frozen(name="n"), Frozen(name="abc").size(), dataclasses.asdict(Point(1, 2, ["t"])))
try:
    Frozen(name="n").name = "m"
except dataclasses.FrozenInstanceError as error:
    print(error)

Named = collections.namedtuple("Named", "a b", defaults=[2])


class Typed(typing.NamedTuple):
    a: int
    b: str = "b"

    def both(self):
        return self.a, self.b


print(Named(1), Typed(3).both(), Named.__module__, Typed.__module__, Colour.__module__)
print(pickle.loads(pickle.dumps(Point(1, 2))), copy.deepcopy([Typed(1), Point(4)]))
print(pickle.loads(pickle.dumps(Colour.RED)) is Colour.RED, pickle.loads(pickle.dumps(Named(5))))
print(pickle.loads(pickle.dumps(everything := len)) is len, copy.copy(Second.method) is Second.method)


class Reduced:
    def __init__(self, v):
        self.v = v

    def __reduce__(self):
        return Reduced, (self.v + 1,)

    def __getstate__(self):
        return {"v": 1}


print(pickle.loads(pickle.dumps(Reduced(1))).v, copy.copy(Reduced(5)).v)

T = typing.TypeVar("T")


class Stack(typing.Generic[T]):
    def __init__(self) -> None:
        self.items: list[T] = []

    def push(self, item: T) -> "Stack[T]":
        self.items.append(item)
        return self


print(Stack[int]().push(1).items, typing.get_type_hints(Stack.push), Stack[int])
made = types.new_class("Made", (A,), {}, lambda ns: ns.update(z=1))
print(made.z, made().hello(), type("Dynamic", (D,), {"w": 5})().hello())


def local():
    class Local:
        class Nested:
            def f(self): ...

    return Local.Nested.f.__qualname__, Local.__qualname__, Local.__module__


print(local())


class Annotated:
    x: int = 1
    y: "str"
    (z): int = 3
    locals()["w"] = 4


print(typing.get_type_hints(Annotated), Annotated.w, Annotated.z)
module_annotation: int = 5
print(__annotations__ if "__annotations__" in globals() else "lazy", module_annotation)
