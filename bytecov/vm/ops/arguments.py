"""What an operation's argument stands for, looked up once when a program is laid out."""

import opcode
from typing import Any

from bytecov.vm.layout import Jump, Layout

_common_constants: list[Any] = getattr(opcode, "_common_constants", [])


def constant(layout: Layout, index: int) -> Any:
    """The object in `co_consts`."""
    return layout.constants[layout.instructions[index].oparg]


def common_constant(layout: Layout, index: int) -> Any:
    """The object that the interpreter itself holds (3.14+)."""
    return _common_constants[layout.instructions[index].oparg]


def has_keywords(layout: Layout, index: int) -> bool:
    """Whether CALL_FUNCTION_EX has a dict on top; else the compiler just pushed NULL (3.14+)."""
    return layout.instructions[index - 1].name != "PUSH_NULL"


def name(layout: Layout, index: int) -> str:
    """The string in `co_names`."""
    return layout.code.co_names[layout.instructions[index].oparg]


def name_and_flag(layout: Layout, index: int) -> tuple[str, bool]:
    """The string in `co_names`, and the lowest bit, which stands for NULL or a method."""
    oparg = layout.instructions[index].oparg
    return layout.code.co_names[oparg >> 1], bool(oparg & 1)


def super_call(layout: Layout, index: int) -> tuple[str, bool]:
    """"asks" for `super()`, which looks for its operands itself; and the bit for NULL."""
    oparg = layout.instructions[index].oparg
    return "" if oparg & 2 else "asks", bool(oparg & 1)


def jump(layout: Layout, index: int) -> Jump:
    """Where it goes and how it is counted."""
    return layout.jumps[index]


def resumption(layout: Layout, index: int) -> int | None:
    """The counter of a RESUME; None for the stub's, which the interpreter does not execute."""
    return layout.resumes.get(index)


def two_slots(layout: Layout, index: int) -> tuple[int, int]:
    """Two local variables, four bits each (3.13+)."""
    oparg = layout.instructions[index].oparg
    return oparg >> 4, oparg & 15


def lasti(layout: Layout, index: int) -> int:
    """What the host pushes for a handler that asks for it: code units from the start."""
    return layout.instructions[index].arg_offset // 2
