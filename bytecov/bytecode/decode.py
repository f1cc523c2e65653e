"""Code objects to instructions.

Reads `co_code`, where the interpreter shows the compiler's opcodes however often it has
specialised or instrumented them (Objects/codeobject.c, `deopt_code`).
"""

from types import CodeType

from bytecov.bytecode.instruction import Instruction
from bytecov.bytecode.opcodes.numbers import CACHES, EXTENDED_ARG, JUMP_DIRECTION, NAMES
from bytecov.model.span import Span

_SIZES = [2 + 2 * units for units in CACHES]
_new = tuple.__new__  # the generated __new__ only unpacks and packs again, at twice the time


def decode(code: CodeType) -> tuple[Instruction, ...]:
    """The instructions of `code` in the order of their offsets, dead ones too."""
    raw = code.co_code
    positions = list(code.co_positions())  # one per code unit
    position: tuple[int | None, ...] = ()
    line, span = None, None
    result: list[Instruction] = []
    arg_offset, end = 0, len(raw)
    while arg_offset < end:
        offset = arg_offset
        opcode = raw[arg_offset]
        oparg = raw[arg_offset + 1]
        while opcode == EXTENDED_ARG:
            arg_offset += 2
            opcode = raw[arg_offset]
            oparg = oparg << 8 | raw[arg_offset + 1]
        after = arg_offset + _SIZES[opcode]
        direction = JUMP_DIRECTION[opcode]
        target = after + 2 * direction * oparg if direction else None
        if position != positions[arg_offset >> 1]:  # neighbours often share theirs
            position = line, end_line, col, end_col = positions[arg_offset >> 1]
            whole = not (line is None or end_line is None or col is None or end_col is None)
            span = _new(Span, (line, col, end_line, end_col)) if whole else None
        size = after - offset
        result.append(
            _new(
                Instruction,
                (offset, opcode, NAMES[opcode], oparg, target, line, span, size, arg_offset),
            )
        )
        arg_offset = after
    return tuple(result)
