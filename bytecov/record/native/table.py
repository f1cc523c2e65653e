"""What is kept of a measured code object: numbers that tell offsets and edges from what ran.

A table can be marshalled, so it needs little memory, and no flow graph when it comes out of the
cache.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from bytecov.model.edge import Edge, EdgeKind

Meaning = int | Edge
"""What the hit of an instruction says: the offset of an original one ran, or an edge."""


class Arriving(NamedTuple):
    """An edge that is known from its destination: one of `offsets` ran, and `source` did; -1 where
    the host tells nothing of the source."""

    edge: Edge
    offsets: tuple[int, ...]
    source: int


class Table(NamedTuple):
    """Everything that `derive` needs of one code object.

    `meanings` of its instructions as they are executed; `blocks`, the offsets of each; `beginning`,
    up to the first RESUME, and `first`, which is told first; how edges are known (`plan.py`);
    `cleanup`, what runs when a FOR_ITER is exhausted.
    """

    meanings: tuple[Meaning, ...]
    blocks: tuple[tuple[int, ...], ...]
    beginning: tuple[int, ...]
    first: int
    sure: tuple[Edge, ...]
    arriving: tuple[Arriving, ...]
    cleanup: tuple[tuple[Edge, tuple[int, ...]], ...]


def revive(raw: Any) -> Table:
    """A table of what `marshal` made of one."""
    meanings, blocks, beginning, first, sure, arriving, cleanup = raw
    return Table(
        tuple(each if isinstance(each, int) else _edge(each) for each in meanings),
        blocks,
        beginning,
        first,
        tuple(map(_edge, sure)),
        tuple(Arriving(_edge(edge), offsets, source) for edge, offsets, source in arriving),
        tuple((_edge(edge), offsets) for edge, offsets in cleanup),
    )


def plain(table: Table) -> tuple[Any, ...]:
    """The table as `marshal` takes it."""
    return (
        tuple(each if isinstance(each, int) else _numbers(each) for each in table.meanings),
        *table[1:4],
        tuple(map(_numbers, table.sure)),
        tuple((_numbers(edge), offsets, source) for edge, offsets, source in table.arriving),
        tuple((_numbers(edge), offsets) for edge, offsets in table.cleanup),
    )


def _numbers(edge: Edge) -> tuple[int, int, int]:
    return edge.source, edge.destination, int(edge.kind)


def _edge(numbers: Iterable[int]) -> Edge:
    source, destination, kind = numbers
    return Edge(source, destination, EdgeKind(kind))
