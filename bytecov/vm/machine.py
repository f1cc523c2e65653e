"""The run loop.

`interpret` is a generator that the stub of a guest function drives (`stub`).  It executes the
guest's instructions until one is not its own; then it yields `(site, payload)` and gets back
what the host made of it.  Its own frame is never on the stack while foreign code runs.

When a program turns out to be hot, the host runs its next calls by itself (`weave`).  For those
that are under way, and where the host may not, it is translated (`translate`): a loop goes over to
the translation when it begins anew.
"""

from builtins import enumerate, len, map, tuple, type  # guests may patch builtins
from collections.abc import Callable, Generator, Sequence
from itertools import repeat
from sys import getrecursionlimit, setrecursionlimit
from types import CodeType, TracebackType
from typing import Any, Final

from bytecov.model.errors import VMError
from bytecov.vm import tracing
from bytecov.vm.frame import FIRST_DIES_FIRST, UNBOUND, Frame, is_plain
from bytecov.vm.gaps import close_gaps
from bytecov.vm.layout import ENTRY, OUT
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
    Tell,
)

INTERRUPTIONS = (KeyboardInterrupt, RuntimeError, MemoryError)
"""What can be raised inside the interpreter that is no bug of ours: RecursionError, and what the
iterator of a container says that has changed, are RuntimeErrors."""

SITES: Final = (NATIVE, NATIVE_SYNCED)

ROOM: Final = 3
"""Frames that the interpreter needs above that of a guest."""
limit = [0]
"""The recursion limit with that room, if a guest has set it."""

OURS: Final = __package__.partition(".")[0]
BURST: Final = 1000  # instructions between two requests that make a program hot

__all__ = [
    "ABANDON",
    "LEAVE",
    "OUT",
    "Raised",
    "answered",
    "blamed",
    "describe",
    "interpret",
    "is_plain",
]


def interpret(
    names: dict[str, Any],
    namespace: Any,
    values: tuple[Any, ...],
    program: Program,
    resumed: None = None,
) -> Generator[Request, Any, Any]:
    """Run one call of a guest function; yields requests, returns the guest's return value.

    `resumed` is for translations, which take the place of this code in `program.run`.
    """
    frame = Frame(program, names, namespace, values)
    del values  # nothing lives longer than under the host
    if not program.is_generator:
        frame.counts[ENTRY] += 1
    if tracing.on:
        tracing.begin(frame)
    operations, sites, stack = frame.operations, program.sites, frame.stack
    index, leaving, done = frame.ip, ABANDON, -1
    warm_up = program.warm_up
    first: Callable[[], None] | None = warm_up
    signal: Signal = None
    request: Request | None = None
    result: Any = None
    exception: BaseException | None = None
    while True:
        try:
            if first is not None:
                now, first = first, None
                now()
            while True:
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
                if signal is NATIVE or signal is NATIVE_SYNCED:
                    if signal is NATIVE_SYNCED or frame.looked_at is not None:
                        for request in synced(program, frame.plain_locals()):
                            yield request
                        request = None
                        frame.give()
                    site = sites[index]
                    callee = stack[-site.operands] if signal is NATIVE_SYNCED else None
                    result = yield site.number, operands(stack, site.operands, site.kept)
                    if callee is not None and type(result) is not Raised:  # without a call of ours
                        if callee is setrecursionlimit:
                            setrecursionlimit(getrecursionlimit() + ROOM)
                            limit[0] = getrecursionlimit()
                        elif callee is getrecursionlimit and result == limit[0]:
                            result -= ROOM
                        callee = None
                    if frame.looked_at is not None:
                        frame.take_over()
                        operations = frame.operations
                    elif signal is NATIVE_SYNCED and program.plain_slots:
                        signal = None  # first: it tells who looks that a site is at work
                        yield FORGET, None
                    signal = None
                    if type(result) is Raised:
                        exception, leaving = result.exception, LEAVE
                        break
                    done = index
                    site.receive(frame, program.operations[index][1], result)
                    result = None
                    warm_up()
                elif signal is RETURN:
                    if leaving == LEAVE or frame.looked_at is not None:  # somebody may keep it
                        for request in synced(program, frame.plain_locals()):
                            yield request
                    if program.return_sites and (tracing.on or frame.looked_at is not None):
                        line = program.layout.instructions[index].line
                        yield program.return_sites[line], stack.pop()
                        stack.append(None)
                    end(frame)
                    return stack.pop()
                elif type(signal) is Tell and frame.looked_at is not None:
                    for request in synced(program, frame.plain_locals()):
                        yield request
                    request = None
                    frame.give()
                    frame.looked_at.f_trace_lines = True
                    result = yield signal.number, None
                    frame.looked_at.f_trace_lines = False
                    frame.take_over()
                    signal = None
                    if type(result) is Raised:
                        exception, leaving = result.exception, LEAVE
                        break
                else:
                    break
        except GeneratorExit:  # a generator is dropped that would not notice (3.13+)
            end(frame)
            raise
        except INTERRUPTIONS as interruption:
            if done == index and enters(program, index):  # what was entered must be left
                index += 1
                if type(result) is tuple and (not stack or stack[-1] is not result[-1]):
                    stack.extend(result)
            try:
                exception = blamed(interruption, program, index)
            except RecursionError:  # no room to call it
                exception = interruption
                exception.__traceback__ = None
        except Exception as bug:
            raise VMError(describe(program, index, bug)) from bug
        if type(signal) is Reraise:
            exception = signal.exception
        if exception is None:
            if frame.ip in program.entries:
                ip, depth = program.entries[frame.ip]
                going_on = program.translated(
                    (ip, leaving, frame.locals, stack[:depth]), names, namespace
                )
                del frame, stack  # the values are the translation's now
                return (yield from going_on)
            first = program.catch_up
            continue
        # From here on no calls, not even of the host's functions: at the recursion limit there is
        # no room for them.
        handler = program.handlers[index]
        match exception:
            case VMError():  # a bug of ours passes every handler by
                handler, way = None, (index, OUT)
            case _:
                way = program.layout.ways[index]
        if way in program.raises:
            program.raises[way] += 1
        else:
            program.raises[way] = 1
        if handler is None:
            if program.plain_slots:
                last = [*map(frame.locals.__getitem__, program.plain_slots)]
                yield SYNC, last[0] if len(last) == 1 else tuple(last)
                for number, value in enumerate(last):
                    if value is UNBOUND:
                        yield DELETE + number, None
            yield leaving, exception
            raise VMError("a stub went on after its exception")
        # 3.12+: CLEANUP_THROW counts on the operand that the interrupted YIELD_VALUE gave away.
        stack += [None] * (handler.depth - len(stack))
        del stack[handler.depth :]
        if handler.lasti:
            stack.append(program.layout.instructions[index].arg_offset // 2)
        stack.append(exception)
        frame.ip = handler.target
        exception = result = signal = None


def answered(callee: object, result: Any) -> Any:
    """What a translation does with the result of a callable that looks at the frame."""
    if callee is setrecursionlimit and type(result) is not Raised:
        setrecursionlimit(getrecursionlimit() + ROOM)
        limit[0] = getrecursionlimit()
    elif callee is getrecursionlimit and result == limit[0]:
        return result - ROOM
    return result


def enters(program: Program, index: int) -> bool:
    """Whether an instruction calls an `__enter__`, after which the host looks for no signals."""
    names = [each.name for each in program.layout.instructions[index - 1 : index + 1]]
    return names[-1] == "BEFORE_WITH" or names[0] == "LOAD_SPECIAL"


def end(frame: Frame) -> None:
    """Let the local variables die in the order of the host's."""
    if FIRST_DIES_FIRST:  # but a list lets go of its last first
        frame.locals.reverse()


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


def blamed(exception: BaseException, program: Program, index: int) -> BaseException:
    """An interruption as the guest's instruction would have raised it: with the real frame at
    the guest's line in its traceback, and no frame of ours."""
    below = exception.__traceback__
    assert below is not None
    real = below.tb_frame.f_back
    if real is not None and real.f_code is interpret.__code__:  # its translation has taken over
        real = real.f_back
    at: TracebackType | None = below
    while at is not None:
        if (at.tb_frame.f_globals.get("__package__") or "").startswith(OURS):
            below = at.tb_next
        at = at.tb_next
    if real is not None:
        line = program.layout.instructions[index].line or program.code.co_firstlineno
        below = TracebackType(below, real, place_in(real.f_code, program, index), line)
    return exception.with_traceback(below)


def place_in(stub: CodeType, program: Program, index: int) -> int:
    """An offset in the stub with the position of a guest's instruction: tracebacks show it.

    Any of its line, where the instruction itself has no part in the stub.
    """
    unit = program.layout.instructions[index].arg_offset // 2
    wanted = [*program.code.co_positions()][unit]
    positions = [*stub.co_positions()]
    if wanted in positions:
        return 2 * positions.index(wanted)
    for unit, position in enumerate(positions):
        if position[0] == wanted[0]:
            return 2 * unit
    return 0


def describe(program: Program, index: int, bug: Exception) -> str:
    """Where a bug of ours showed."""
    instruction = program.layout.instructions[index]
    return (
        f"the interpreter's {instruction.name} at offset {instruction.offset} of"
        f" {program.code.co_qualname} ({program.code.co_filename}:{instruction.line}) failed:"
        f" {bug!r}"
    )


interpret.__code__ = tracing.hidden(close_gaps(interpret.__code__))
