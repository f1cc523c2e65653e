"""Code objects to instructions.

Reads `co_code`, where the interpreter shows the compiler's opcodes however often it has
specialised or instrumented them (Objects/codeobject.c, `deopt_code`).
"""

from collections.abc import Iterator
from functools import partial
from types import CodeType

from bytecov.bytecode.instruction import Instruction
from bytecov.bytecode.opcodes.numbers import CACHES, EXTENDED_ARG, JUMP_DIRECTION, NAMES
from bytecov.model.span import Span

# Skips the generated __new__, which only unpacks and packs again: half the time of decoding.
_instruction = partial(tuple.__new__, Instruction)


def decode(code: CodeType) -> tuple[Instruction, ...]:
    """The instructions of `code` in the order of their offsets, dead ones too."""
    raw = code.co_code
    positions = list(code.co_positions())  # one per code unit
    spans: dict[tuple[int | None, ...], Span | None] = {}
    result: list[tuple[object, ...]] = []
    append = result.append
    end, arg_offset = len(raw), 0
    while arg_offset < end:
        offset = arg_offset
        opcode = raw[arg_offset]
        oparg = raw[arg_offset + 1]
        while opcode == EXTENDED_ARG:
            arg_offset += 2
            opcode = raw[arg_offset]
            oparg = oparg << 8 | raw[arg_offset + 1]
        after = arg_offset + 2 + 2 * CACHES[opcode]
        direction = JUMP_DIRECTION[opcode]
        position = positions[arg_offset >> 1]
        try:
            span = spans[position]
        except KeyError:
            span = spans[position] = _span(*position)
        append(
            (
                offset,
                opcode,
                NAMES[opcode],
                oparg,
                after + 2 * direction * oparg if direction else None,
                position[0],
                span,
                after - offset,
                arg_offset,
            )
        )
        arg_offset = after
    return tuple(map(_instruction, result))


def walk(code: CodeType) -> Iterator[CodeType]:
    """`code`, then the code objects among its constants and theirs, outer before inner."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from walk(constant)


def _span(
    line: int | None, end_line: int | None, col: int | None, end_col: int | None
) -> Span | None:
    """The span of one entry of `co_positions`, whose order is not the span's."""
    if line is None or end_line is None or col is None or end_col is None:
        return None
    return Span(line, col, end_line, end_col)
