"""Operators on exact builtin values; the host does all others, and all that fail."""

import operator
from builtins import bool, dict, float, frozenset, int, list, set, str, tuple, type  # guests patch
from collections.abc import Callable
from opcode import _nb_ops  # type: ignore[attr-defined]  # the order of BINARY_OP's operand
from typing import Any

from bytecov.vm.frame import Frame
from bytecov.vm.layout import Layout
from bytecov.vm.signals import NATIVE, Signal

BY_SYMBOL: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "&": operator.and_,
    "//": operator.floordiv,
    "<<": operator.lshift,
    "@": operator.matmul,
    "*": operator.mul,
    "%": operator.mod,
    "|": operator.or_,
    "**": operator.pow,
    ">>": operator.rshift,
    "-": operator.sub,
    "/": operator.truediv,
    "^": operator.xor,
    "[]": operator.getitem,
}
COMPARE = (operator.lt, operator.le, operator.eq, operator.ne, operator.gt, operator.ge)


def binary(layout: Layout, index: int) -> Callable[[Any, Any], Any]:
    """BINARY_OP's operator; in place is the same on immutable values."""
    symbol: str = _nb_ops[layout.instructions[index].oparg][1]
    return BY_SYMBOL[symbol if symbol in BY_SYMBOL else symbol.removesuffix("=")]


def comparison(shift: int) -> Callable[[Layout, int], Callable[[Any, Any], Any]]:
    """COMPARE_OP's operator, above `shift` bits of flags."""

    def argument(layout: Layout, index: int) -> Callable[[Any, Any], Any]:
        return COMPARE[layout.instructions[index].oparg >> shift]

    return argument


def binary_op(frame: Frame, function: Callable[[Any, Any], Any]) -> Signal:
    """(left, right -- result)"""
    stack = frame.stack
    kind = type(stack[-1])
    if kind is not type(stack[-2]) or not (kind is int or kind is str or kind is float):
        return NATIVE
    try:
        stack[-2] = function(stack[-2], stack[-1])
    except Exception:
        return NATIVE
    stack.pop()
    return None


def binary_op_or_subscr(frame: Frame, function: Callable[[Any, Any], Any]) -> Signal:
    """(left, right -- result)"""
    if function is operator.getitem:
        return binary_subscr(frame, 0)
    return binary_op(frame, function)


def compare_op(frame: Frame, function: Callable[[Any, Any], Any]) -> Signal:
    """(left, right -- result)"""
    stack = frame.stack
    kind = type(stack[-1])
    if kind is not type(stack[-2]) or not (kind is int or kind is str or kind is float):
        return NATIVE
    stack[-2] = function(stack[-2], stack[-1])
    stack.pop()
    return None


def is_op(frame: Frame, invert: int) -> None:
    """(left, right -- result)"""
    right = frame.stack.pop()
    frame.stack[-1] = (frame.stack[-1] is right) is not bool(invert)


def contains_op(frame: Frame, invert: int) -> Signal:
    """(item, container -- result)"""
    stack = frame.stack
    kind, container = type(stack[-2]), type(stack[-1])
    if not (kind is str or kind is int) or not (
        container is dict or container is set or container is frozenset
    ):
        return NATIVE
    try:
        stack[-2] = (stack[-2] in stack[-1]) is not bool(invert)
    except Exception:  # a foreign key of the same hash has been asked
        return NATIVE
    stack.pop()
    return None


def binary_subscr(frame: Frame, oparg: int) -> Signal:
    """(container, key -- result)"""
    stack = frame.stack
    kind, container = type(stack[-1]), type(stack[-2])
    if not (
        (kind is int and (container is list or container is tuple or container is str))
        or (container is dict and (kind is str or kind is int))
    ):
        return NATIVE
    try:
        stack[-2] = stack[-2][stack[-1]]
    except Exception:  # no such item, or a foreign key of the same hash has been asked
        return NATIVE
    stack.pop()
    return None


def store_subscr(frame: Frame, oparg: int) -> Signal:
    """(value, container, key -- )"""
    stack = frame.stack
    kind, container = type(stack[-1]), type(stack[-2])
    if not (
        (kind is int and (container is list or container is dict))
        or (container is dict and kind is str)
    ):
        return NATIVE
    try:
        stack[-2][stack[-1]] = stack[-3]
    except Exception:  # no such item, or a foreign key of the same hash has been asked
        return NATIVE
    del stack[-3:]
    return None


def unary_not(frame: Frame, oparg: int) -> Signal:
    """(value -- result)"""
    value = frame.stack[-1]
    if not is_plain(value):
        return NATIVE
    frame.stack[-1] = not value
    return None


def not_exact(frame: Frame, oparg: int) -> None:
    """(value -- result)"""
    frame.stack[-1] = not frame.stack[-1]  # 3.13+: TO_BOOL has made it a bool


def to_bool(frame: Frame, oparg: int) -> Signal:
    """(value -- result)"""
    value = frame.stack[-1]
    if not is_plain(value):
        return NATIVE
    frame.stack[-1] = bool(value)
    return None


def is_plain(value: object) -> bool:
    """Whether truth can be tested without calling anything foreign."""
    kind = type(value)
    return (
        kind is bool
        or kind is int
        or kind is str
        or value is None
        or kind is list
        or kind is dict
        or kind is tuple
        or kind is float
        or kind is set
    )
