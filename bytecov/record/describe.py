"""Objects as text, without running anything of theirs.

Only exact builtin types are asked for their contents.  Everything else has a type with a name, and
is the same object as another operand, or not.
"""

from builtins import (  # guests may patch builtins
    bool,
    bytes,
    complex,
    dict,
    float,
    frozenset,
    int,
    issubclass,
    len,
    list,
    range,
    repr,
    set,
    str,
    tuple,
    type,
)
from collections.abc import Callable, Iterable
from itertools import islice
from types import BuiltinFunctionType, FunctionType
from typing import Any, Final

from bytecov.model.values import Value

Ask = Callable[[Any], str | None]

LONGEST: Final = 80  # characters of a string, bytes of a byte string
WIDEST: Final = 8  # elements of a container
DEEPEST: Final = 2  # containers in containers
BITS: Final = 256  # of an int that is told in digits
CUT: Final = "…"

_module_of = type.__dict__["__module__"].__get__
_name_of = type.__dict__["__qualname__"].__get__
BRACKETS: Final[dict[type, str]] = {
    list: "[]", tuple: "()", set: "{}", frozenset: "{}", dict: "{}"
}  # fmt: skip
EMPTY: Final[dict[type, str]] = {set: "set()", frozenset: "frozenset()"}


class Others(list[Any]):
    """The objects among the operands of one test that are no builtin values; `ask` is for what
    they say of themselves, if they may be asked."""

    __slots__ = ("ask",)

    def __init__(self, ask: "Ask | None") -> None:
        self.ask = ask


def describe(values: Iterable[Any], ask: "Ask | None" = None) -> tuple[Value, ...]:
    """The operands of one test.  `ask` runs code of the guest (`representing`)."""
    others = Others(ask)
    return tuple([_described(value, others) for value in values])


def type_name(kind: type) -> str:
    """`int`, `shop.basket.Basket`."""
    module, name = _module_of(kind), _name_of(kind)
    return name if module == "builtins" or type(module) is not str else f"{module}.{name}"


def is_container(kind: type) -> bool:
    """Whether it is one of `BRACKETS`; asked so, because a foreign type may have a hash."""
    return (
        kind is list or kind is tuple or kind is dict or kind is set or kind is frozenset
    )  # fmt: skip


def _described(value: Any, others: Others) -> Value:
    kind = type(value)
    if kind is int:
        if value.bit_length() <= BITS:
            return Value("int", repr(value), True)
        return Value("int", f"{'-' if value < 0 else ''}2**{value.bit_length() - 1}{CUT}")
    if kind is str or kind is bytes:
        return _string(kind.__name__, value)
    if kind is float or kind is bool or kind is complex or value is None or value is ...:
        return Value(kind.__name__, repr(value), True)
    if is_container(kind) or kind is range:
        text, whole = _container(value, others, DEEPEST)
        return Value(kind.__name__, text, whole)
    if issubclass(kind, type):  # of real types: asks nobody
        return Value("type", type_name(value))
    if kind is FunctionType or kind is BuiltinFunctionType:
        return Value(type_name(kind), f"{value.__qualname__}")
    if others.ask is not None and (said := others.ask(value)) is not None:
        return Value(type_name(kind), said)
    for number, other in enumerate(others, 1):
        if other is value:
            return Value(type_name(kind), f"#{number}")
    others.append(value)
    return Value(type_name(kind), f"#{len(others)}")


def _string(name: str, value: str | bytes) -> Value:
    if len(value) <= LONGEST:
        return Value(name, repr(value), True)
    return Value(name, f"{value[:LONGEST]!r}{CUT} ({len(value)} long)")


def _container(value: Any, others: Others, depth: int) -> tuple[str, bool]:
    """The text of a container, and whether it is a literal."""
    kind = type(value)
    if kind is range:
        bounds = [value.start, value.stop, value.step]
        if any(each.bit_length() > BITS for each in bounds):
            return CUT, False
        return repr(value), False
    left, right = BRACKETS[kind][0], BRACKETS[kind][1]
    if not value:
        return EMPTY.get(kind, left + right), kind not in EMPTY
    if depth == 0:
        return f"{left}{CUT}{right} ({len(value)} long)", False
    try:
        rows: Iterable[tuple[Any, ...]]
        rows = value.items() if kind is dict else ((each,) for each in value)
        first = list(islice(rows, WIDEST))
    except RuntimeError:  # another thread changes it
        return f"{left}{CUT}{right}", False
    whole = len(value) <= WIDEST
    texts = []
    for each in first:
        parts = [_inner(part, others, depth) for part in each]
        texts.append(": ".join(text for text, _ in parts))
        whole = whole and all(is_whole for _, is_whole in parts)
    inside = ", ".join(sorted(texts) if kind is set or kind is frozenset else texts)
    if kind is tuple and len(first) == 1:
        inside += ","
    if len(value) > WIDEST:
        inside += f", {CUT}"
    text = f"{left}{inside}{right}"
    if kind is frozenset:
        text, whole = f"frozenset({text})", False
    return text + (f" ({len(value)} long)" if len(value) > WIDEST else ""), whole


def _inner(value: Any, others: Others, depth: int) -> tuple[str, bool]:
    """An element of a container; what is no builtin value by its type."""
    if is_container(type(value)):
        return _container(value, others, depth - 1)
    found = _described(value, others)
    return (found.text, True) if found.whole else (f"<{found.kind} {found.text}>", False)
