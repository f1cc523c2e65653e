"""Which recorder watches: the native one where the host can serve it, else the VM."""

import atexit
import sys
from typing import Any, NamedTuple

from bytecov.model.errors import UsageError
from bytecov.record.recorder import Recorder

ENGINES = ("auto", "native", "vm")
MONITORING: Any = getattr(sys, "monitoring", None)
TOOLS = (3, 4, 5, 2, 1, 0)
"""Tool ids in the order of preference: 0, 1, 2 and 5 belong to debuggers, coverage.py, profilers
and optimizers, which a program may bring along."""


class Choice(NamedTuple):
    """The recorder chosen, and why it is not the native one if that was wanted."""

    recorder: Recorder
    warning: str = ""


def choose_recorder(engine: str = "auto", values: bool = False, reprs: bool = False) -> Choice:
    """The recorder that `engine` names; UsageError if the host cannot serve it.

    `values`: it shall see operands, too, which the VM alone does; `reprs`: and ask them for their
    `__repr__`.
    """
    values = values or reprs
    if engine not in ENGINES:
        raise UsageError(f"there is no engine {engine!r}; choose one of {', '.join(ENGINES)}")
    if values and engine == "native":
        raise UsageError("the native recorder does not see values: use --engine vm")
    if engine == "vm" or values:
        return Choice(_vm(values, reprs))
    if not (reason := why_not_native()):
        from bytecov.record.native import native_recorder

        return Choice(native_recorder())
    if engine == "native":
        raise UsageError(f"{reason}: use --engine vm")
    return Choice(_vm(), f"{reason}: measuring with bytecov's own interpreter, which is slower")


def describe(engine: str = "auto") -> str:
    """What `choose_recorder` chooses now, in words."""
    if engine == "vm":
        return "vm (bytecov's own interpreter)"
    if reason := why_not_native():
        return f"{'none' if engine == 'native' else 'vm'}: {reason}"
    return f"native ({'sys.monitoring' if MONITORING else 'probes in the bytecode'})"


def why_not_native() -> str:
    """Why the host cannot serve the native recorder; empty if it can."""
    if not getattr(sys, "_is_gil_enabled", lambda: True)():
        return "the native recorder needs Python's global lock"
    if MONITORING and not free_tools():
        return "every tool id of sys.monitoring is taken"
    return ""


def free_tools() -> list[int]:
    """Tool ids that nobody uses, best first."""
    return [tool for tool in TOOLS if MONITORING.get_tool(tool) is None]


def _vm(values: bool = False, reprs: bool = False) -> Recorder:
    from bytecov.record.book import Library
    from bytecov.record.vm import VMRecorder  # slow to load, and mostly not needed

    library = Library()
    atexit.register(library.close)
    return VMRecorder(values, library, reprs)
