"""Local variables, cells, globals, and the names of class and module bodies."""

from builtins import dict, super, type  # guests may patch builtins
from collections.abc import Callable
from types import CellType
from typing import Any

from bytecov.vm.frame import NULL, UNBOUND, Frame
from bytecov.vm.signals import NATIVE, Signal


def load_fast(frame: Frame, slot: int) -> Signal:
    """( -- value)"""
    value = frame.locals[slot]
    if value is UNBOUND:
        return NATIVE
    frame.stack.append(value)
    return None


def load_fast_bound(frame: Frame, slot: int) -> None:
    """( -- value)"""
    frame.stack.append(frame.locals[slot])  # 3.12+: the compiler has proved it bound


def load_fast_load_fast(frame: Frame, slots: tuple[int, int]) -> None:
    """( -- first, second)"""
    frame.stack += (frame.locals[slots[0]], frame.locals[slots[1]])


def load_fast_and_clear(frame: Frame, slot: int) -> None:
    """( -- value)"""
    frame.stack.append(frame.locals[slot])  # UNBOUND stands for NULL, as the host does
    frame.locals[slot] = UNBOUND


def store_fast(frame: Frame, slot: int) -> None:
    """(value -- )"""
    frame.locals[slot] = frame.stack.pop()


def store_fast_load_fast(frame: Frame, slots: tuple[int, int]) -> None:
    """(value -- loaded)"""
    frame.locals[slots[0]] = frame.stack[-1]
    frame.stack[-1] = frame.locals[slots[1]]


def store_fast_store_fast(frame: Frame, slots: tuple[int, int]) -> None:
    """(second, first -- )"""
    frame.locals[slots[0]] = frame.stack.pop()
    frame.locals[slots[1]] = frame.stack.pop()


def delete_fast(frame: Frame, slot: int) -> Signal:
    """( -- )"""
    if frame.locals[slot] is UNBOUND:
        return NATIVE
    frame.locals[slot] = UNBOUND
    return None


def make_cell(frame: Frame, slot: int) -> None:
    """( -- )"""
    value = frame.locals[slot]
    frame.locals[slot] = CellType() if value is UNBOUND else CellType(value)


def load_closure(frame: Frame, slot: int) -> None:
    """( -- cell)"""
    frame.stack.append(frame.locals[slot])


def load_deref(frame: Frame, slot: int) -> Signal:
    """( -- value)"""
    try:
        value = frame.locals[slot].cell_contents
    except ValueError:  # the cell is empty: the host says so in its own words
        return NATIVE
    frame.stack.append(value)
    return None


def store_deref(frame: Frame, slot: int) -> None:
    """(value -- )"""
    frame.locals[slot].cell_contents = frame.stack.pop()


def load_global(frame: Frame, name: tuple[str, bool]) -> Signal:
    """( -- null[oparg & 1], value)"""
    if not frame.plain:
        return NATIVE
    value = frame.globals.get(name[0], UNBOUND)
    if value is UNBOUND:
        value = frame.builtins.get(name[0], UNBOUND)
        if value is UNBOUND:
            return NATIVE
    return receive_global(frame, name, value)


def load_global_null_last(frame: Frame, name: tuple[str, bool]) -> Signal:
    """( -- value, null[oparg & 1])"""
    if not frame.plain:
        return NATIVE
    value = frame.globals.get(name[0], UNBOUND)
    if value is UNBOUND:
        value = frame.builtins.get(name[0], UNBOUND)
        if value is UNBOUND:
            return NATIVE
    return receive_null_last(frame, name, value)


def receive_global(frame: Frame, name: tuple[str, bool], value: object) -> Signal:
    """Push NULL and what was found."""
    if name[1]:
        frame.stack.append(NULL)
    frame.stack.append(value)
    return None


def receive_null_last(frame: Frame, name: tuple[str, bool], value: object) -> Signal:
    """Push what was found, and NULL."""
    frame.stack.append(value)
    if name[1]:
        frame.stack.append(NULL)
    return None


def load_super_attr(frame: Frame, name: tuple[str, bool]) -> Signal:
    """(super, class, self -- null[oparg & 1], value)"""
    if name[0] and frame.stack[-3] is not super:
        frame.stack[-3] = Unasked(frame.stack[-3])
    return NATIVE


def load_super_attr_null_last(frame: Frame, name: tuple[str, bool]) -> Signal:
    """(super, class, self -- value, null[oparg & 1])"""
    return load_super_attr(frame, name)


class Unasked:
    """Another `super`, which expects no operands.  The site gives class and self, because the
    real frame does not have the local variables in which `super()` would look for self."""

    def __init__(self, function: Callable[[], Any]) -> None:
        self.function = function

    def __call__(self, *ignored: Any) -> Any:
        return self.function()


def load_name(frame: Frame, name: str) -> Signal:
    """( -- value)"""
    if not frame.plain or type(frame.namespace) is not dict:
        return NATIVE
    value = frame.namespace.get(name, UNBOUND)
    if value is UNBOUND:
        value = frame.globals.get(name, UNBOUND)
        if value is UNBOUND:
            value = frame.builtins.get(name, UNBOUND)
            if value is UNBOUND:
                return NATIVE
    frame.stack.append(value)
    return None


def store_name(frame: Frame, name: str) -> Signal:
    """(value -- )"""
    if type(frame.namespace) is not dict:
        return NATIVE
    frame.namespace[name] = frame.stack.pop()
    return None


def store_global(frame: Frame, name: str) -> None:
    """(value -- )"""
    frame.globals[name] = frame.stack.pop()
