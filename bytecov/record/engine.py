"""Which recorder watches: the native one where the host can serve it, else the VM."""

import sys
from typing import NamedTuple

from bytecov.model.errors import UsageError
from bytecov.record.recorder import Recorder

ENGINES = ("auto", "native", "vm")


class Choice(NamedTuple):
    """The recorder chosen, and why it is not the native one if that was wanted."""

    recorder: Recorder
    warning: str = ""


def choose_recorder(engine: str = "auto") -> Choice:
    """The recorder that `engine` names; UsageError if the host cannot serve it."""
    if engine not in ENGINES:
        raise UsageError(f"there is no engine {engine!r}; choose one of {', '.join(ENGINES)}")
    if engine == "vm":
        return Choice(_vm())
    try:
        return Choice(_native())
    except UsageError as error:
        if engine == "native":
            raise UsageError(f"{error}: use --engine vm") from None
        reason = str(error)
    return Choice(_vm(), f"{reason}: measuring with bytecov's own interpreter, which is slower")


def describe(engine: str = "auto") -> str:
    """What `choose_recorder` chooses, in words."""
    try:
        recorder, warning = choose_recorder(engine)
    except UsageError as error:
        return f"none: {error}"
    if warning:
        return f"{recorder.name}: {warning}"
    by = {"vm": "bytecov's own interpreter", "native": "probes in the bytecode"}
    if hasattr(sys, "monitoring"):
        by["native"] = "sys.monitoring"
    return f"{recorder.name} ({by[recorder.name]})"


def _native() -> Recorder:
    if not getattr(sys, "_is_gil_enabled", lambda: True)():
        raise UsageError("the native recorder needs Python's global lock")
    from bytecov.record.native import native_recorder

    return native_recorder()


def _vm() -> Recorder:
    from bytecov.record.vm import VMRecorder  # slow to load, and mostly not needed

    return VMRecorder()
