"""One decoded instruction."""

from typing import NamedTuple

from bytecov.model.span import Span


class Instruction(NamedTuple):
    """An opcode with its EXTENDED_ARGs in front and its inline caches behind.  Units are bytes."""

    offset: int
    """Where control arrives: the first EXTENDED_ARG, if there is one."""
    opcode: int
    name: str
    """The compiler's opcode, never a specialised or instrumented form."""
    oparg: int
    """EXTENDED_ARGs folded in."""
    target: int | None
    """The offset that a jump names; None for what is no jump."""
    line: int | None
    span: Span | None
    """Columns count UTF-8 bytes; None where the compiler gave no columns."""
    size: int
    """`offset + size` is the next instruction."""
    arg_offset: int
    """The opcode's own unit, after the EXTENDED_ARGs: `tb_lasti` when it raises."""
