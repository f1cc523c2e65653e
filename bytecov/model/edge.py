"""Control flow between two instructions of one code object."""

from enum import IntEnum
from typing import NamedTuple


class EdgeKind(IntEnum):
    """How control gets from one instruction to another."""

    NEXT = 0  # falls through to the next instruction
    JUMP = 1  # the jump was taken
    RAISE = 2  # an exception, through the exception table, to a handler


class Edge(NamedTuple):
    """Source offset to destination offset, in bytes of `co_code`.

    An instruction's offset is where control arrives: its first EXTENDED_ARG, if it has any.
    """

    source: int
    destination: int
    kind: EdgeKind
