"""Code without offsets: what `assemble` takes and `disassemble` gives."""

from typing import NamedTuple

from bytecov.bytecode.positions import NOWHERE, Position


class Label:
    """A place between two items.  It is itself; no two labels are equal."""

    __slots__ = ()


class Item(NamedTuple):
    """One instruction.  Jumps name their target by its label.

    The name decides the direction of a jump: a JUMP_FORWARD to a label in front of it is an error.
    """

    name: str
    oparg: "int | Label" = 0
    position: Position = NOWHERE
    min_size: int = 1
    """At least so many code units, EXTENDED_ARGs included and caches not.  The compiler never
    shrinks a jump that had to grow; this keeps its choice."""


class Protected(NamedTuple):
    """Items from `start` up to `end`; the handler finds `depth` values, the raising offset if
    `lasti`, and the exception on the stack.  Regions do not overlap; empty ones vanish."""

    start: Label
    end: Label
    handler: Label
    depth: int
    lasti: bool
