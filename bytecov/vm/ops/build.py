"""Building containers from values on the stack."""

from builtins import len, tuple  # guests may patch builtins
from typing import Any

from bytecov.vm.frame import NULL, Frame


def build_tuple(frame: Frame, count: int) -> None:
    """(values[oparg] -- tuple)"""
    stack = frame.stack
    start = len(stack) - count
    stack[start:] = [tuple(stack[start:])]


def build_list(frame: Frame, count: int) -> None:
    """(values[oparg] -- list)"""
    stack = frame.stack
    start = len(stack) - count
    stack[start:] = [stack[start:]]


def list_append(frame: Frame, depth: int) -> None:
    """(list, others[oparg-1], value -- list, others[oparg-1])"""
    value = frame.stack.pop()
    frame.stack[-depth].append(value)


def list_to_tuple(frame: Frame, oparg: int) -> None:
    """(list -- tuple)"""
    frame.stack[-1] = tuple(frame.stack[-1])


def pushes(frame: Frame, argument: Any, result: Any) -> None:
    """Push the host's one result."""
    frame.stack.append(result)


def pushes_with_null(frame: Frame, argument: Any, result: Any) -> None:
    """Push the host's one result, and NULL."""
    frame.stack.append(result)
    frame.stack.append(NULL)


def extends(frame: Frame, argument: Any, results: tuple[Any, ...]) -> None:
    """Push the host's results."""
    frame.stack.extend(results)


def drops(frame: Frame, argument: Any, result: None) -> None:
    """The host's part has no result."""
