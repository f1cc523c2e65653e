"""Calls: always the host's, since whoever is called may look at the frame that calls.

The host has a second form of call, (method, self) instead of (NULL, callable), for methods
and for what the compiler calls itself: decorators, comprehensions, exits of `with`.  The
interpreter makes it an ordinary call of a bound method, which the host treats the same.
"""

import sys
from builtins import callable, id, len, type  # guests may patch builtins
from functools import partial
from types import BuiltinFunctionType, MethodType
from typing import Any

from bytecov.vm.frame import NULL, Frame
from bytecov.vm.layout import Layout
from bytecov.vm.ops.arguments import has_keywords
from bytecov.vm.signals import NATIVE, NATIVE_SYNCED, Signal

FRAME_READERS = frozenset(
    id(each)
    for each in (breakpoint, dir, eval, exec, locals, super, vars)
) | {id(sys.getrecursionlimit), id(sys.setrecursionlimit)}
"""Identities of callables that look at the local variables of their caller, or at how many
frames there may be."""


def call(frame: Frame, count: int) -> Signal:
    """(null, callable, args[oparg] -- result)"""
    stack = frame.stack
    first = stack.pop(-count - 2)
    if first is not NULL:  # then the other is self
        stack[-count - 1] = bound(first, stack[-count - 1])
    return synced_for(frame, count + 1)


def call_null_second(frame: Frame, count: int) -> Signal:
    """(callable, null, args[oparg] -- result)"""
    stack = frame.stack
    second = stack.pop(-count - 1)
    if second is not NULL:
        stack[-count - 1] = bound(stack[-count - 1], second)
    return synced_for(frame, count + 1)


def bound(function: Any, itself: Any) -> Any:
    """`function` with its first operand."""
    if itself is None:  # of which there are no bound methods: an exit of `with`
        return partial(function, None)
    return MethodType(function, itself) if callable(function) else function


def call_kw(frame: Frame, count: int) -> Signal:
    """(callable, null, args[oparg], names -- result)"""
    del frame.stack[-count - 2]
    return synced_for(frame, count + 2)


def call_function_ex(frame: Frame, flags: int) -> Signal:
    """(null, callable, args, kwargs[oparg & 1] -- result)"""
    del frame.stack[-3 - (flags & 1)]
    return synced_for(frame, 2 + (flags & 1))


def call_function_ex_null_second(frame: Frame, flags: int) -> Signal:
    """(callable, null, args, kwargs[oparg & 1] -- result)"""
    del frame.stack[-2 - (flags & 1)]
    return synced_for(frame, 2 + (flags & 1))


def call_function_ex_or_null(frame: Frame, has_keywords: bool) -> Signal:
    """(callable, null, args, keywords -- result)"""
    del frame.stack[-3]
    if has_keywords:
        return synced_for(frame, 3)
    frame.stack.pop()
    return synced_for(frame, 2)


def function_ex_operands(layout: Layout, index: int) -> tuple[int, int]:
    """The callable, its operands, and the keywords if there are any."""
    return 2 + has_keywords(layout, index), 0


def special(*found: Any) -> Any:
    """What LOAD_SPECIAL has found, ready to be called: (attribute) or (self, method)."""
    return found[0] if len(found) == 1 else MethodType(found[1], found[0])


def with_except_start(frame: Frame, oparg: int) -> Signal:
    """(exit, null, lasti, previous, exception -- exit, null, lasti, previous, exception, result)"""
    frame.stack.append(frame.stack[-5])
    return NATIVE


def exit_operands(layout: Layout, index: int) -> tuple[int, int]:
    """The exit and the exception, which stays."""
    return 2, 1


def synced_for(frame: Frame, depth: int) -> Signal:
    """The host's call; after the real frame has the local variables, if they are looked at."""
    callee = frame.stack[-depth]
    kind = type(callee)
    reads = (kind is BuiltinFunctionType or kind is type) and id(callee) in FRAME_READERS
    return NATIVE_SYNCED if reads else NATIVE
