"""One table of opcodes per CPython version; `running()` is this interpreter's."""

from functools import cache
from importlib import import_module

from bytecov.bytecode import version
from bytecov.bytecode.opcodes.table import Kind, OpcodeTable, Then, derive
from bytecov.model.errors import UsageError

__all__ = ["Kind", "OpcodeTable", "Then", "derive", "running"]


@cache
def running() -> OpcodeTable:
    """The table of the interpreter that runs us; UsageError where there is none."""
    if not version.SUPPORTED:
        raise UsageError(
            f"bytecov does not know the bytecode of Python {version.TEXT}; "
            "run it with CPython 3.11 to 3.15"
        )
    table = import_module(f"bytecov.bytecode.opcodes.{version.NAME}").TABLE
    assert isinstance(table, OpcodeTable)
    return table
