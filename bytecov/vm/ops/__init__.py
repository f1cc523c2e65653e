"""The instruction sets: one function per opcode by family, one table per Python version."""

from importlib import import_module
from typing import NamedTuple

from bytecov.bytecode.version import NAME
from bytecov.vm.emit import Dialect
from bytecov.vm.operation import Table


class InstructionSet(NamedTuple):
    """What one Python version's code objects are made of."""

    table: Table
    dialect: Dialect


def running() -> InstructionSet:
    """The instruction set of the running interpreter."""
    module = import_module(f"{__name__}.{NAME}")
    return InstructionSet(module.TABLE, module.DIALECT)
