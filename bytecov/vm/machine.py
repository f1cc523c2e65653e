"""The run loop.

`interpret` is a generator that the stub of a guest function drives (`stub`).  It executes the
guest's instructions until one is not its own; then it yields `(site, payload)` and gets back
what the host made of it.  Its own frame is never on the stack while foreign code runs.
"""

import sys
from collections.abc import Generator
from types import FrameType, TracebackType
from typing import Any, Final

from bytecov.model.errors import VMError
from bytecov.vm.frame import UNBOUND, Frame
from bytecov.vm.layout import ENTRY
from bytecov.vm.program import Program
from bytecov.vm.signals import NATIVE, NATIVE_SYNCED, RETURN, Raised, Reraise, Signal
from bytecov.vm.unwind import unwind

LEAVE: Final = 0  # leave the frame with an exception
SYNC: Final = 1  # give the real frame the guest's local variables
FORGET: Final = 2  # and take them away again
DELETE: Final = 3  # DELETE + n: unbind the n-th of them in the real frame

INTERRUPTIONS = (KeyboardInterrupt, RecursionError, MemoryError)
"""What can be raised inside the interpreter without the guest's instruction raising it."""

Request = tuple[int, Any]


def interpret(
    program: Program, names: dict[str, Any], namespace: Any, values: tuple[Any, ...]
) -> Generator[Request, Any, Any]:
    """Run one call of a guest function; yields requests, returns the guest's return value."""
    frame = Frame(program, names, namespace, values)
    if not program.is_generator:
        frame.counts[ENTRY] += 1
    operations = program.operations
    sites = program.sites
    stack = frame.stack
    lasti = 0
    while True:
        index = frame.ip
        signal: Signal = None
        try:
            while signal is None:
                index = frame.ip
                function, argument = operations[index]
                frame.ip = index + 1
                signal = function(frame, argument)
        except INTERRUPTIONS as interruption:
            signal = Reraise(blamed(interruption, sys._getframe(), program, index))
        except Exception as bug:
            raise VMError(f"{describe(program, index)} failed: {bug!r}") from bug
        if signal is RETURN:
            return stack.pop()
        if signal is NATIVE or signal is NATIVE_SYNCED:
            if signal is NATIVE_SYNCED:
                yield from synced(frame)
            site = sites[index]
            result = yield site.number, operands(stack, site.operands, site.kept)
            if signal is NATIVE_SYNCED and program.plain_slots:
                yield FORGET, None
            if type(result) is not Raised:
                site.receive(frame, operations[index][1], result)
                continue
            exception, lasti = result.exception, result.lasti
        else:
            exception = signal.exception  # type: ignore[union-attr]  # a Reraise
        if not unwind(frame, index, exception):
            yield from synced(frame)
            yield LEAVE, (exception, lasti)


def operands(stack: list[Any], count: int, kept: int) -> Any:
    """A site's payload: one operand itself, several as a tuple with the top first."""
    if count == 1:
        return stack[-1] if kept else stack.pop()
    if count == 0:
        return None
    values = tuple(stack[: -count - 1 : -1])
    del stack[len(stack) - count + kept :]
    return values


def synced(frame: Frame) -> Generator[Request, Any, None]:
    """Make the real frame's local variables the guest's."""
    slots = frame.program.plain_slots
    if not slots:
        return
    values = [frame.locals[slot] for slot in slots]
    yield SYNC, tuple(values)
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


def describe(program: Program, index: int) -> str:
    """Where a bug of ours showed."""
    instruction = program.layout.instructions[index]
    return (
        f"the interpreter's {instruction.name} at offset {instruction.offset} of"
        f" {program.code.co_qualname} ({program.code.co_filename}:{instruction.line})"
    )
