"""Jumps, tests and loops."""

from builtins import id, next, type  # guests may patch builtins

from bytecov.vm.frame import Frame
from bytecov.vm.layout import Jump
from bytecov.vm.ops.operators import is_plain
from bytecov.vm.signals import EXHAUSTED, NATIVE, Signal

PURE_ITERATORS = frozenset(
    id(type(iter(each)))
    for each in (
        ([], (), "", "é", b"", set(), range(0), range(1 << 80, 1 << 81))
        + ({}, {}.values(), {}.items())
    )
)
"""Identities of iterator types whose `next` runs no foreign code."""


def jump(frame: Frame, jump: Jump) -> None:
    """( -- )"""
    frame.counts[jump.taken] += 1
    frame.ip = jump.target


def decide(frame: Frame, jump: Jump, taken: bool) -> None:
    """Take the jump or pass it, and count which."""
    if taken:
        frame.counts[jump.taken] += 1
        frame.ip = jump.target
    else:
        frame.counts[jump.passed] += 1


def pop_jump_if_true(frame: Frame, jump: Jump) -> Signal:
    """(condition -- )"""
    value = frame.stack[-1]
    if not is_plain(value):
        return NATIVE
    frame.stack.pop()
    decide(frame, jump, bool(value))
    return None


def pop_jump_if_false(frame: Frame, jump: Jump) -> Signal:
    """(condition -- )"""
    value = frame.stack[-1]
    if not is_plain(value):
        return NATIVE
    frame.stack.pop()
    decide(frame, jump, not value)
    return None


def receive_if_false(frame: Frame, jump: Jump, truth: bool) -> None:
    """The host has tested a foreign condition."""
    decide(frame, jump, not truth)


def pop_jump_if_none(frame: Frame, jump: Jump) -> None:
    """(value -- )"""
    decide(frame, jump, frame.stack.pop() is None)


def pop_jump_if_not_none(frame: Frame, jump: Jump) -> None:
    """(value -- )"""
    decide(frame, jump, frame.stack.pop() is not None)


def jump_if_true_or_pop(frame: Frame, jump: Jump) -> Signal:
    """(value -- value[jump])"""
    value = frame.stack[-1]
    if not is_plain(value):
        return NATIVE
    decide(frame, jump, bool(value))
    if not value:
        frame.stack.pop()
    return None


def jump_if_false_or_pop(frame: Frame, jump: Jump) -> Signal:
    """(value -- value[jump])"""
    value = frame.stack[-1]
    if not is_plain(value):
        return NATIVE
    decide(frame, jump, not value)
    if value:
        frame.stack.pop()
    return None


def receive_true_or_pop(frame: Frame, jump: Jump, result: tuple[object, bool]) -> None:
    """The host has tested a foreign value."""
    if result[1]:
        frame.stack.append(result[0])
    decide(frame, jump, result[1])


def receive_false_or_pop(frame: Frame, jump: Jump, result: tuple[object, bool]) -> None:
    """The host has tested a foreign value."""
    if not result[1]:
        frame.stack.append(result[0])
    decide(frame, jump, not result[1])


def next_value(frame: Frame) -> object:
    """The next value of the iterator on top, EXHAUSTED, or NATIVE where the host must ask."""
    iterator = frame.stack[-1]
    if id(type(iterator)) not in PURE_ITERATORS:
        return NATIVE
    try:
        return next(iterator, EXHAUSTED)
    except RuntimeError:  # the container has changed: the host says so in its own words
        return NATIVE


def for_iter(frame: Frame, jump: Jump) -> Signal:
    """(iterator -- iterator, value)"""
    value = next_value(frame)
    if value is NATIVE:
        return NATIVE
    step(frame, jump, value)
    return None


def for_iter_popping(frame: Frame, jump: Jump) -> Signal:
    """(iterator -- iterator, value)"""
    value = next_value(frame)
    if value is NATIVE:
        return NATIVE
    step_popping(frame, jump, value)
    return None


def step(frame: Frame, jump: Jump, value: object) -> None:
    """Into the loop with a value, or past it: to END_FOR, which expects a value to pop."""
    if value is EXHAUSTED:
        frame.counts[jump.taken] += 1
        frame.ip = jump.target
        frame.stack.append(None)
    else:
        frame.counts[jump.passed] += 1
        frame.stack.append(value)


def step_popping(frame: Frame, jump: Jump, value: object) -> None:
    """Into the loop with a value, or past it without the iterator (3.11)."""
    if value is EXHAUSTED:
        frame.counts[jump.taken] += 1
        frame.ip = jump.target
        frame.stack.pop()
    else:
        frame.counts[jump.passed] += 1
        frame.stack.append(value)
