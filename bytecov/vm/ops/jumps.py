"""Jumps, tests and loops."""

from builtins import id, iter, next, type  # guests may patch builtins
from typing import Any

from bytecov.vm.frame import NULL, Frame
from bytecov.vm.layout import Jump
from bytecov.vm.ops.operators import is_plain
from bytecov.vm.signals import EXHAUSTED, NATIVE, Signal

PURE: tuple[Any, ...] = (
    *([], (), "", "é", b"", set(), frozenset(), range(0), range(1 << 80, 1 << 81)),
    *({}, {}.keys(), {}.values(), {}.items()),
)
PURE_ITERATORS = frozenset(id(type(iter(each))) for each in PURE)
"""Identities of iterator types whose `next` runs no foreign code.  It raises RuntimeError when
the container has changed, which may not be asked again: the second time it only ends."""
LIST: type = type(iter([]))
RANGE: type = type(iter(range(0)))
"""The commonest of these, which are asked for first."""
PURE_ITERABLES = frozenset(id(type(each)) for each in PURE) | PURE_ITERATORS
"""Identities of types whose `iter` runs no foreign code."""


def jump_to(frame: Frame, jump: Jump) -> Signal:
    """( -- )"""
    frame.counts[jump.taken] += 1
    frame.ip = jump.target
    return None


def go_on(frame: Frame, jump: Jump) -> Signal:
    """( -- )"""
    frame.counts[jump.passed] += 1
    return None


def decide(frame: Frame, jump: Jump, taken: bool) -> Signal:
    """( -- )"""
    if taken:
        return jump_to(frame, jump)
    return go_on(frame, jump)


def pop_jump_if_true(frame: Frame, jump: Jump) -> Signal:
    """(condition -- )"""
    value = frame.stack[-1]
    if value is not True and value is not False and not is_plain(value):
        return NATIVE
    frame.stack.pop()
    return decide(frame, jump, value)


def pop_jump_if_false(frame: Frame, jump: Jump) -> Signal:
    """(condition -- )"""
    value = frame.stack[-1]
    if value is not True and value is not False and not is_plain(value):
        return NATIVE
    frame.stack.pop()
    return decide(frame, jump, not value)


def receive_if_false(frame: Frame, jump: Jump, truth: bool) -> Signal:
    """The host has tested a foreign condition."""
    return decide(frame, jump, not truth)


def pop_jump_if_true_exact(frame: Frame, jump: Jump) -> Signal:
    """(condition -- )"""
    return decide(frame, jump, frame.stack.pop())  # 3.13+: always a bool


def pop_jump_if_false_exact(frame: Frame, jump: Jump) -> Signal:
    """(condition -- )"""
    return decide(frame, jump, not frame.stack.pop())


def pop_jump_if_none(frame: Frame, jump: Jump) -> Signal:
    """(value -- )"""
    return decide(frame, jump, frame.stack.pop() is None)


def pop_jump_if_not_none(frame: Frame, jump: Jump) -> Signal:
    """(value -- )"""
    return decide(frame, jump, frame.stack.pop() is not None)


def jump_if_true_or_pop(frame: Frame, jump: Jump) -> Signal:
    """(value -- value[jump])"""
    value = frame.stack[-1]
    if not is_plain(value):
        return NATIVE
    if value:
        return jump_to(frame, jump)
    frame.stack.pop()
    return go_on(frame, jump)


def jump_if_false_or_pop(frame: Frame, jump: Jump) -> Signal:
    """(value -- value[jump])"""
    value = frame.stack[-1]
    if not is_plain(value):
        return NATIVE
    if not value:
        return jump_to(frame, jump)
    frame.stack.pop()
    return go_on(frame, jump)


def receive_true_or_pop(frame: Frame, jump: Jump, result: tuple[object, bool]) -> Signal:
    """The host has tested a foreign value."""
    value, truth = result
    if not truth:
        return go_on(frame, jump)
    frame.stack.append(value)
    return jump_to(frame, jump)


def receive_false_or_pop(frame: Frame, jump: Jump, result: tuple[object, bool]) -> Signal:
    """The host has tested a foreign value."""
    value, truth = result
    if truth:
        return go_on(frame, jump)
    frame.stack.append(value)
    return jump_to(frame, jump)


def for_iter(frame: Frame, jump: Jump) -> Signal:
    """(iterator -- iterator, value)"""
    iterator = frame.stack[-1]
    kind = type(iterator)
    if kind is not LIST and kind is not RANGE and id(kind) not in PURE_ITERATORS:
        return NATIVE
    value = next(iterator, EXHAUSTED)
    return step(frame, jump, value)


def get_iter_paired(frame: Frame, oparg: int) -> Signal:
    """(iterable -- iterator, null)"""
    iterable = frame.stack[-1]
    if id(type(iterable)) not in PURE_ITERABLES:
        return NATIVE
    frame.stack[-1] = iter(iterable)
    frame.stack.append(NULL)
    return None


def for_iter_paired(frame: Frame, jump: Jump) -> Signal:
    """(iterator, null -- iterator, null, value)"""
    frame.stack.pop()  # NULL, which comes back with the value
    iterator = frame.stack[-1]
    kind = type(iterator)
    if kind is not LIST and kind is not RANGE and id(kind) not in PURE_ITERATORS:
        return NATIVE
    value = next(iterator, EXHAUSTED)
    return step_paired(frame, jump, value)


def for_iter_popping(frame: Frame, jump: Jump) -> Signal:
    """(iterator -- iterator[1 - jump], value[1 - jump])"""
    iterator = frame.stack[-1]
    kind = type(iterator)
    if kind is not LIST and kind is not RANGE and id(kind) not in PURE_ITERATORS:
        return NATIVE
    value = next(iterator, EXHAUSTED)
    return step_popping(frame, jump, value)


def step(frame: Frame, jump: Jump, value: object) -> Signal:
    """Into the loop with a value, or past it: to END_FOR, which expects a value to pop."""
    if value is EXHAUSTED:
        frame.stack.append(None)
        return jump_to(frame, jump)
    frame.stack.append(value)
    return go_on(frame, jump)


def step_paired(frame: Frame, jump: Jump, value: object) -> Signal:
    """As `step`, after the host has taken the step without the NULL above the iterator."""
    frame.stack.append(NULL)
    return step(frame, jump, value)


def step_popping(frame: Frame, jump: Jump, value: object) -> Signal:
    """Into the loop with a value, or past it without the iterator (3.11)."""
    if value is EXHAUSTED:
        frame.stack.pop()
        return jump_to(frame, jump)
    frame.stack.append(value)
    return go_on(frame, jump)
