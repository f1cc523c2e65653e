"""Names that may stand for a module that is not imported yet (PEP 810, 3.15+).

A lazy import is an object in the namespace; whoever loads the name gets what it stands for.
The import that this may cause is the host's.
"""

from builtins import dict, type  # guests may patch builtins
from types import LazyImportType  # type: ignore[attr-defined]  # 3.15+

from bytecov.vm.frame import UNBOUND, Frame
from bytecov.vm.ops.names import receive_null_last
from bytecov.vm.signals import NATIVE, Signal


def load_global(frame: Frame, name: tuple[str, bool]) -> Signal:
    """( -- value, null[oparg & 1])"""
    if not frame.plain:
        return NATIVE
    found = frame.globals.get(name[0], UNBOUND)
    value = frame.builtins.get(name[0], UNBOUND) if found is UNBOUND else found
    if value is UNBOUND or type(value) is LazyImportType:
        return NATIVE
    return receive_null_last(frame, name, value)


def load_name(frame: Frame, name: str) -> Signal:
    """( -- value)"""
    if not frame.plain or type(frame.namespace) is not dict:
        return NATIVE
    local = frame.namespace.get(name, UNBOUND)
    found = frame.globals.get(name, UNBOUND) if local is UNBOUND else local
    value = frame.builtins.get(name, UNBOUND) if found is UNBOUND else found
    if value is UNBOUND or type(value) is LazyImportType:
        return NATIVE
    frame.stack.append(value)
    return None
