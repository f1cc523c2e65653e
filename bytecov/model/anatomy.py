"""The bytecode of a file as a reader looks at it: what ran, and who wrote each jump."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from bytecov.model.edge import EdgeKind
from bytecov.model.obligation import ObligationKey


class Origin(Enum):
    """Who is behind a branch of the bytecode."""

    AUTHOR = "author"  # an outcome that the source asks for
    IDIOM = "idiom"  # a habit of the compiler
    UNEXPLAINED = "unexplained"  # neither was found: a bug of bytecov


class Steps(NamedTuple):
    """Instructions in columns: a large file has a hundred thousand of them."""

    sizes: Sequence[int]  # bytes, caches too; the first instruction is at offset 0
    names: Sequence[str]
    operands: Sequence[str]
    lines: Sequence[int]  # 0 where the compiler gave none
    ran: Sequence[int | None]  # how often: None for never, 0 for "uncounted"
    effects: Sequence[str]  # on the height of the stack: `-1`, `+1, jump -1`


class Way(NamedTuple):
    """The edges from a block to one leader, those of one kind together: exceptions leave a block
    from many instructions.  `means` are the outcomes that an edge of a branch proves."""

    kind: EdgeKind
    destination: int
    taken: int | None  # as `Steps.ran`
    means: tuple[ObligationKey, ...] = ()


class Piece(NamedTuple):
    """A basic block: how many of the instructions are its own, where it leads, and for a branch
    at its end who wrote it and by which rule we say so."""

    length: int
    ways: tuple[Way, ...]
    origin: Origin | None = None
    rule: str = ""


class Fact(NamedTuple):
    """One thing that is known of a code object besides its instructions, in the group it belongs
    to: its fields, its symbols, its exception table."""

    group: str
    name: str
    value: str
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class CodeAnatomy:
    """One code object.  `measured`: whether anything in it ran."""

    qualname: str
    first_line: int
    measured: bool
    steps: Steps
    pieces: tuple[Piece, ...]
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Anatomy:
    """All code objects of a file as one Python compiles it, outer before inner."""

    python: str
    codes: tuple[CodeAnatomy, ...]
