"""Operands in the words of `dis`, which knows them for each Python.

`dis` takes its time with an instruction.  It is asked once for each opcode and number, about a
code object whose names and constants say only which they are; the right ones are put in here.
"""

import dis
from collections.abc import Iterable
from functools import cache
from types import CodeType
from typing import NamedTuple

from bytecov.bytecode.instruction import Instruction
from bytecov.bytecode.opcodes.numbers import CACHES, DIRECTION, EXTENDED_ARG

_NAME, _VARIABLE, _CONSTANT = "\ue000", "\ue001", "\ue002"  # each with a number and _END
_END = "\ue003"
_EMPTY = compile("", "", "exec")


class _Part(NamedTuple):
    """A piece of an operand: text, or one of the names or constants of its code object."""

    text: str
    table: str = ""
    place: int = 0


def operands(code: CodeType, instructions: Iterable[Instruction]) -> list[str]:
    """The operand of each of the instructions of `code`; a jump's by its offset, a code object's
    without its address."""
    cells = (name for name in code.co_cellvars if name not in code.co_varnames)
    variables = (*code.co_varnames, *cells, *code.co_freevars)
    constants = [_constant(one) for one in code.co_consts]
    tables = {_NAME: code.co_names, _VARIABLE: variables, _CONSTANT: constants}
    said: dict[tuple[int, int], str] = {}
    found = []
    for offset, opcode, _, oparg, target, _, _, size, _ in instructions:
        if target is not None:
            found.append(f"to {target}")
            continue
        if DIRECTION[opcode]:
            found.append(f"from {offset + size + 2 * DIRECTION[opcode] * oparg}")
            continue
        text = said.get((opcode, oparg))
        if text is None:
            text = "".join(
                [
                    tables[part.table][part.place] if part.table else part.text
                    for part in _parts(opcode, oparg)
                ]
            )
            said[opcode, oparg] = text
        found.append(text)
    return found


def _constant(one: object) -> str:
    return f"<code {one.co_qualname}>" if isinstance(one, CodeType) else repr(one)


class _Numbered:
    """Stands for the constant of this number."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __repr__(self) -> str:
        return f"{_CONSTANT}{self.number}{_END}"


@cache
def _numbered(bits: int) -> CodeType:
    """A code object with more names and constants than numbers of so many bits can tell."""
    numbers = range(1 << bits)
    return _EMPTY.replace(
        co_names=tuple(f"{_NAME}{number}{_END}" for number in numbers),
        co_consts=tuple(_Numbered(number) for number in numbers),
        co_varnames=tuple(f"{_VARIABLE}{number}{_END}" for number in numbers),
        co_nlocals=len(numbers),
    )


@cache
def _parts(opcode: int, oparg: int) -> tuple[_Part, ...]:
    """What the operand is made of."""
    raw = oparg.to_bytes((oparg.bit_length() + 7) // 8 or 1, "big")
    units = [unit for byte in raw[:-1] for unit in (EXTENDED_ARG, byte)]
    unit = bytes([*units, opcode, raw[-1]]) + bytes(2 * CACHES[opcode])
    *_, one = dis.get_instructions(_numbered(oparg.bit_length()).replace(co_code=unit))
    text = one.argrepr or ("" if one.arg is None else str(one.arg))
    found = []
    for piece in text.split(_END):
        for table in (_NAME, _VARIABLE, _CONSTANT):
            before, is_there, number = piece.partition(table)
            if is_there:
                found += [_Part(before), _Part("", table, int(number))]
                break
        else:
            found.append(_Part(piece))
    return tuple(part for part in found if part.text or part.table)
