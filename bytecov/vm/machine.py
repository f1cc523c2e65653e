"""The run loop.

`interpret` is a generator that the stub of a guest function drives (`stub`).  It executes the
guest's instructions until one is not its own; then it yields `(site, payload)` and gets back
what the host made of it.  Its own frame is never on the stack while foreign code runs.

A program that turns out to be hot is translated (`translate`): its next calls run the
translation instead, and a call that is under way goes over to it at the next loop.
"""

import sys
from builtins import enumerate, len, tuple, type  # guests may patch builtins
from collections.abc import Generator, Sequence
from itertools import repeat
from types import FrameType, TracebackType
from typing import Any, Final

from bytecov.model.errors import VMError
from bytecov.vm.frame import UNBOUND, Frame, is_plain
from bytecov.vm.layout import ENTRY
from bytecov.vm.program import Program
from bytecov.vm.signals import (
    ABANDON,
    DELETE,
    FORGET,
    LEAVE,
    NATIVE,
    NATIVE_SYNCED,
    RETURN,
    SYNC,
    Raised,
    Request,
    Reraise,
    Signal,
)
from bytecov.vm.unwind import send, unwind

INTERRUPTIONS = (KeyboardInterrupt, RecursionError, MemoryError)
"""What can be raised inside the interpreter without the guest's instruction raising it."""

BURST: Final = 1000  # instructions between two requests that make a program hot

current_frame = sys._getframe
__all__ = ["ABANDON", "LEAVE", "Raised", "blamed", "current_frame", "describe", "interpret", "is_plain", "send"]


def interpret(
    names: dict[str, Any], namespace: Any, values: tuple[Any, ...], program: Program
) -> Generator[Request, Any, Any]:
    """Run one call of a guest function; yields requests, returns the guest's return value."""
    frame = Frame(program, names, namespace, values)
    del values  # nothing lives longer than under the host
    if not program.is_generator:
        frame.counts[ENTRY] += 1
    operations, sites, stack = program.operations, program.sites, frame.stack
    program.warm_up()
    leaving = ABANDON
    result: Any = None
    while True:
        index = frame.ip
        signal: Signal = None
        try:
            if program.entries:
                while signal is None and frame.ip not in program.entries:
                    index = frame.ip
                    function, argument = operations[index]
                    frame.ip = index + 1
                    signal = function(frame, argument)
            else:
                for _ in repeat(None, BURST):
                    index = frame.ip
                    function, argument = operations[index]
                    frame.ip = index + 1
                    signal = function(frame, argument)
                    if signal is not None:
                        break
        except INTERRUPTIONS as interruption:
            signal = Reraise(blamed(interruption, sys._getframe(), program, index))
        except Exception as bug:
            raise VMError(describe(program, index, bug)) from bug
        if signal is None:
            if frame.ip in program.entries:
                ip, depth = program.entries[frame.ip]
                return (yield from program.translated((ip, leaving, frame.locals, stack[:depth]), names, namespace))
            program.heat()
            continue
        if signal is RETURN:
            return stack.pop()
        if signal is NATIVE or signal is NATIVE_SYNCED:
            if signal is NATIVE_SYNCED:
                yield from synced(program, frame.plain_locals())
            site = sites[index]
            result = yield site.number, operands(stack, site.operands, site.kept)
            if signal is NATIVE_SYNCED and program.plain_slots:
                yield FORGET, None
            if type(result) is not Raised:
                site.receive(frame, operations[index][1], result)
                result = None
                continue
            exception, leaving = result.exception, LEAVE
        else:
            exception = signal.exception  # type: ignore[union-attr]  # a Reraise
        if not unwind(frame, index, exception):
            yield from synced(program, frame.plain_locals())
            yield leaving, exception
        del exception
        result = signal = None


def operands(stack: list[Any], count: int, kept: int) -> Any:
    """A site's payload: one operand itself, several as a tuple with the top first."""
    if count == 1:
        return stack[-1] if kept else stack.pop()
    if count == 0:
        return None
    values = tuple(stack[: -count - 1 : -1])
    del stack[len(stack) - count + kept :]
    return values


def synced(program: Program, values: Sequence[Any]) -> Generator[Request, Any, None]:
    """Make the plain local variables of the real frame the guest's."""
    if not values:
        return
    yield SYNC, values[0] if len(values) == 1 else tuple(values)
    for number, value in enumerate(values):
        if value is UNBOUND:
            yield DELETE + number, None


def blamed(
    exception: BaseException, ours: FrameType, program: Program, index: int
) -> BaseException:
    """An interruption as the guest's instruction would have raised it: with the real frame at
    the guest's line in its traceback, and no frame of ours."""
    below = exception.__traceback__
    while below is not None and below.tb_frame.f_globals.get("__package__", "").startswith(
        __package__
    ):
        below = below.tb_next
    real = ours.f_back
    if real is not None:
        line = program.layout.instructions[index].line or program.code.co_firstlineno
        below = TracebackType(below, real, real.f_lasti, line)
    return exception.with_traceback(below)


def describe(program: Program, index: int, bug: Exception) -> str:
    """Where a bug of ours showed."""
    instruction = program.layout.instructions[index]
    return (
        f"the interpreter's {instruction.name} at offset {instruction.offset} of"
        f" {program.code.co_qualname} ({program.code.co_filename}:{instruction.line}) failed:"
        f" {bug!r}"
    )
