"""Operations that only move values: the stack itself, constants, nothing."""

from typing import Any

from bytecov.vm.frame import NULL, Frame


def nop(frame: Frame, oparg: int) -> None:
    """( -- )"""


def resume(frame: Frame, counter: int) -> None:
    """( -- )"""
    frame.counts[counter] += 1


def pop_top(frame: Frame, oparg: int) -> None:
    """(value -- )"""
    frame.stack.pop()


def push_null(frame: Frame, oparg: int) -> None:
    """( -- null)"""
    frame.stack.append(NULL)


def copy(frame: Frame, depth: int) -> None:
    """(bottom, others[oparg-1] -- bottom, others[oparg-1], bottom)"""
    frame.stack.append(frame.stack[-depth])


def swap(frame: Frame, depth: int) -> None:
    """(bottom, others[oparg-2], top -- top, others[oparg-2], bottom)"""
    stack = frame.stack
    stack[-1], stack[-depth] = stack[-depth], stack[-1]


def load_const(frame: Frame, value: Any) -> None:
    """( -- value)"""
    frame.stack.append(value)


def end_for_two(frame: Frame, oparg: int) -> None:
    """(iterator, value -- )"""
    del frame.stack[-2:]


def end_send(frame: Frame, oparg: int) -> None:
    """(receiver, value -- value)"""
    del frame.stack[-2]


def end_send_paired(frame: Frame, oparg: int) -> None:
    """(receiver, null, value -- value)"""
    del frame.stack[-3:-1]


def pop_iter_paired(frame: Frame, oparg: int) -> None:
    """(iterator, null -- )"""
    del frame.stack[-2:]
