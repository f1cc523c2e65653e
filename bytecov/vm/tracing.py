"""Lines for debuggers: whoever traces a guest is told of its lines, and of nothing of ours.

The host tells a trace function of a line when it executes an instruction of that line in the
real frame.  So the stub of a program that may be debugged has a NOP for each line (`stub`), and
when its frame is traced every operation is wrapped in `announce`, which asks for the NOP of
its line first.  Other instructions of the stub stay silent: `f_trace_lines` of the real frame is
set for the NOP only.

Functions of the interpreter must not be traced themselves.  The host learns of a function at its
RESUME; without one it runs unseen, by trace functions as by `sys._getframe`.
"""

import gc
import sys
from builtins import any, bytearray, bytes, enumerate, getattr, isinstance, len, range, tuple
from collections.abc import Callable
from types import CodeType, FrameType, FunctionType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from bytecov.bytecode.opcodes.numbers import CACHES, NUMBERS
from bytecov.bytecode.version import VERSION
from bytecov.vm.signals import Signal, Tell

if TYPE_CHECKING:
    from bytecov.vm.frame import Frame
    from bytecov.vm.operation import Function
    from bytecov.vm.program import Program

Made = TypeVar("Made")

DEBUGS = {"breakpoint", "monitoring", "set_trace", "setprofile", "settrace"}
"""Names in code that somebody debugs, or that is a debugger."""
DEBUGGER = 0  # sys.monitoring.DEBUGGER_ID
WARMS_UP = VERSION < (3, 12)
"""Whether RESUME also counts the calls after which the host specialises a function."""
KEPT = 2 if VERSION < (3, 13) else 4
"""The least operand of a RESUME that stays.  Up to 3.12 the host knows a delegating generator by
it (_PyGen_yf in Objects/genobject.c)."""
RESUME = NUMBERS["RESUME"]
NOPS = bytes([NUMBERS["NOP"], 0]) * (1 + CACHES[RESUME])
NO_EVENTS = 0x2000000  # 3.13+: CO_NO_MONITORING_EVENTS (Include/cpython/code.h)
OURS = __package__.partition(".")[0]
AUDIT = f"{__package__}.exposure"

looking = False
"""Whether it is the interpreter that asks for a frame or about tracing."""
on = False
"""Whether somebody has asked for trace events, perhaps only to say that no more are wanted."""


def is_debugged(code: CodeType) -> bool:
    """Whether code of a file, or what runs it already, looks like debugging."""
    if not DEBUGS.isdisjoint(code.co_names) or somebody_traces():
        return True
    return any(is_debugged(each) for each in code.co_consts if isinstance(each, CodeType))


def somebody_traces() -> bool:
    """Whether this thread has a trace or profile function, or the process a debugger."""
    monitoring = getattr(sys, "monitoring", None)  # 3.12+
    return (
        sys.gettrace() is not None
        or sys.getprofile() is not None
        or (monitoring is not None and monitoring.get_tool(DEBUGGER) is not None)
    )


class Announced(NamedTuple):
    """What stands for an operation in a frame that is traced."""

    at: int
    line: int | None
    number: int | None  # of the stub's NOP for the line
    function: "Function"
    argument: Any


def announce(frame: "Frame", announced: Announced) -> Signal:
    """Have a line told when it is another, or the same once more; then do the operation."""
    index, line, number, function, argument = announced
    if number is not None and (line != frame.traced_line or index <= frame.traced_at):
        frame.traced_at, frame.traced_line = index - 1, line
        frame.ip = index
        return Tell(number)
    frame.traced_at, frame.traced_line = index, line
    return function(frame, argument)


def announcing(program: "Program") -> "list[tuple[Function, Any]]":
    """The operations of a traced frame.  RESUME begins no line, and going back in an `await`
    is no loop (Python/instrumentation.c; 3.11: maybe_call_line_trace in Python/ceval.c)."""
    operations: list[tuple[Function, Any]] = []
    for index, (function, argument) in enumerate(program.operations):
        each = program.layout.instructions[index]
        if each.name != "RESUME":
            number = program.line_sites.get(each.line)
            at = index
            if each.name == "JUMP_BACKWARD_NO_INTERRUPT":
                at, number = -1, None
            argument = Announced(at, each.line, number, function, argument)
            function = announce
        operations.append((function, argument))
    return operations


def begin(frame: "Frame") -> None:
    """A frame has begun while there may be a trace function."""
    global on
    if not somebody_traces():
        on = False
        return
    trace(frame, frame.program.real_frame())


def trace(frame: "Frame", real: FrameType) -> None:
    """Tell the lines of a frame from now on."""
    frame.looked_at = real
    if not frame.program.line_sites or frame.traced:
        return
    frame.traced = True
    real.f_trace_lines = False
    if frame.ip > frame.program.start:  # in the middle of a line
        frame.traced_at = frame.ip - 1
        frame.traced_line = frame.program.layout.instructions[frame.traced_at].line


def quietly(make: Callable[[], Made]) -> Made:
    """Call it untraced."""
    global looking
    found = sys.gettrace()
    if found is None:
        return make()
    looking = True
    try:
        sys.settrace(None)
        return make()
    finally:
        sys.settrace(found)
        looking = False


def hide() -> None:
    """From now on no function of ours is seen.  Audit hooks are not traced anyway."""
    for each in gc.get_objects():
        if type(each) is not FunctionType or each.__module__ == AUDIT:
            continue
        if str(each.__module__).partition(".")[0] == OURS:
            each.__code__ = hidden(each.__code__)


def hidden(code: CodeType) -> CodeType:
    """`code` without RESUME, and without the events that need none.

    Code that calls `super()` without arguments stays as it is: the host looks for its frame, and
    would find the next that has a RESUME (super_init_without_args in Objects/typeobject.c).
    """
    if "__class__" in code.co_freevars:
        return code
    raw = bytearray(code.co_code)
    for at in range(0, len(raw), 2):
        if raw[at] == RESUME and raw[at + 1] & 3 < KEPT:
            raw[at : at + len(NOPS)] = NOPS
    if raw == code.co_code:
        return code
    inside = [hidden(each) if isinstance(each, CodeType) else each for each in code.co_consts]
    flags = code.co_flags | NO_EVENTS
    return code.replace(co_code=bytes(raw), co_consts=tuple(inside), co_flags=flags)
