"""Local variables for whoever looks at a frame.

The real frame of a guest function does not hold its local variables: the interpreter does.  But
anyone may look at a frame, and then has to find them.  Every way to get hold of a live frame
raises an audit event (`sys._getframe`, the frame of a generator, the frame of a traceback), so
at that moment the variables are brought into it, and into those of all its callers.

From a real frame to its interpreter: the stub keeps it where the first local variable would
be (`Program.keeper`), which is unbound there.  What is looked at once may be kept, and looked
at again: the interpreter of a cold function then brings its frame up to date whenever anything
foreign runs, and takes over what has been assigned through `f_locals` (3.13+).  A translated
function does not know of it: its frame shows the variables as they were at the last event.
"""

import gc
import sys
from builtins import all, any, getattr, id, type, zip  # guests may patch builtins
from collections.abc import Sequence
from types import FrameType, GeneratorType
from typing import Any, Final
from weakref import WeakValueDictionary

from bytecov.vm import tracing
from bytecov.vm.frame import F_LOCALS_IS_VIEW, UNBOUND, Frame, forget_copy
from bytecov.vm.machine import SITES, interpret
from bytecov.vm.program import Program

OWN_FRAME: Final = frozenset({"gi_frame", "cr_frame", "ag_frame", "tb_frame"})
ASK_FOR_NAMES: Final = frozenset(
    {"_py_warnings", "collections", "enum", "logging", "typing", "warnings"}
)
"""Modules that ask their caller's frame for its module, file or line, and nothing else."""

TRACES: Final = frozenset({"sys.settrace", "sys.setprofile", "sys.monitoring.register_callback"})

_interpreting = interpret.__code__
_interpreters: "WeakValueDictionary[int, GeneratorType[Any, Any, Any]]" = WeakValueDictionary()
"""{id of a real frame that was looked at: its interpreter}.  Until an interpreter has ended, its
frame lives.  The frame itself must not be kept: it may keep the interpreter (3.14+,
f_overwritten_fast_locals in Objects/frameobject.c)."""
_installed = False
_programs: Sequence[Program] = ()
_working = False  # what we do ourselves raises such events, too


def install(programs: Sequence[Program] = ()) -> None:
    """From now on, for good.  `programs` are all that may be translated, and will be."""
    global _installed, _programs
    _programs = programs
    if not _installed:
        _installed = True
        sys.addaudithook(_watch)


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    """The audit hook."""
    global _working
    if tracing.looking:
        return
    if event == "sys._getframe":
        if _working:
            return
        _working = True
        try:
            _expose_callers(arguments[0])
        finally:
            _working = False
    elif event in TRACES and not _working:
        _working = True
        try:
            _trace_callers()
        finally:
            _working = False
    elif event == "object.__getattr__" and arguments[1] in OWN_FRAME and not _working:
        _working = True
        try:
            if (frame := getattr(*arguments)) is not None:
                _expose(frame)
        finally:
            _working = False


def _expose_callers(frame: FrameType | None) -> None:
    asking = sys._getframe(2)  # who has called sys._getframe
    if asking.f_globals.get("__name__") in ASK_FOR_NAMES:
        return
    while frame is not None:
        _expose(frame)
        frame = frame.f_back


def _trace_callers() -> None:
    """Somebody wants to be told of calls and lines, or no more."""
    if not tracing.on:
        tracing.on = True
        tracing.hide()
        for program in _programs:
            program.cool()
    real: FrameType | None = sys._getframe(2)
    while real is not None:
        if (frame := _expose(real) or _by_content(real)) is not None:
            tracing.trace(frame, real)
        real = real.f_back


def _by_content(real: FrameType) -> Frame | None:
    """The interpreter's frame behind a real one that cannot name it: a body of a module or class,
    or a function that has its local variables already, for a callee that looks at them."""
    constants = real.f_code.co_consts
    program = constants[-1] if constants else None
    if type(program) is not Program:
        return None
    shown, names = real.f_locals, program.code.co_varnames
    for each in gc.get_objects():
        if type(each) is Frame and each.program is program:
            if program.keeper is None:
                if each.namespace is shown:
                    return each
            elif all(
                shown.get(names[slot], UNBOUND) is value
                for slot, value in zip(program.plain_slots, each.plain_locals(), strict=True)
            ):
                return each
    return None


def _expose(real: FrameType) -> Frame | None:
    """Bring the local variables into a frame, if it is a guest's and runs or waits; the
    interpreter's own frame, if it is not translated."""
    constants = real.f_code.co_consts
    program = constants[-1] if constants else None
    if type(program) is not Program or program.keeper is None or _has_ended(real):
        return None
    interpreter = _interpreter(real, program)
    if interpreter is None:
        forget_copy(real)
        return None
    _interpreters[id(real)] = interpreter
    while type(interpreter.gi_yieldfrom) is GeneratorType:
        interpreter = interpreter.gi_yieldfrom
    if interpreter.gi_frame is None:
        return None
    found = None
    variables = interpreter.gi_frame.f_locals
    if interpreter.gi_code is _interpreting:
        if type(frame := variables.get("frame")) is Frame:
            found = frame
            frame.looked_at = real
            if not frame.given:
                _write(real, program, frame.plain_locals())
                if interpreter.gi_suspended and variables.get("signal") in SITES:
                    frame.give()  # the interpreter takes them over again when it goes on
    elif interpreter.gi_code is program.run.__code__:
        _write(real, program, [variables[f"x{slot}"] for slot in program.plain_slots])
    if not F_LOCALS_IS_VIEW:
        variables.clear()  # the copy would keep the values alive
    forget_copy(real)
    return found


def _has_ended(real: FrameType) -> bool:
    """Whether a frame only lives on as an object: then it owns what it refers to, its code too
    (frame_traverse in Objects/frameobject.c)."""
    code = real.f_code
    return any(each is code for each in gc.get_referents(real))


def _interpreter(real: FrameType, program: Program) -> "GeneratorType[Any, Any, Any] | None":
    """The interpreter of a frame; None if it has ended or not begun."""
    known = _interpreters.get(id(real))
    if known is not None and known.gi_frame is not None:
        return known
    assert program.keeper is not None
    kept = real.f_locals.get(program.code.co_varnames[program.keeper])
    if type(kept) is GeneratorType and (
        kept.gi_code is _interpreting or kept.gi_code is program.run.__code__
    ):
        return kept
    return None


def _write(real: FrameType, program: Program, values: list[Any]) -> None:
    """Make the local variables of a frame these."""
    shown = real.f_locals
    for slot, value in zip(program.plain_slots, values, strict=True):
        if value is not UNBOUND:
            # 3.14+: what is overwritten lives as long as the frame.
            if shown.get(program.code.co_varnames[slot], UNBOUND) is not value:
                shown[program.code.co_varnames[slot]] = value
        elif slot == program.keeper:  # nothing takes the interpreter away, so it looks like this
            shown[program.code.co_varnames[slot]] = None
    if not F_LOCALS_IS_VIEW:
        from ctypes import c_int, py_object, pythonapi

        pythonapi.PyFrame_LocalsToFast(py_object(real), c_int(0))
