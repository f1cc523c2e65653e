"""From the instructions that told of themselves to offsets and edges.

What the host does not tell is put right here: instructions up to the first RESUME, every
RESUME, what a specialised instruction skips, the cleanup behind an exhausted FOR_ITER.
"""

from collections.abc import Iterable, Iterator

from bytecov.bytecode.opcodes.numbers import CACHES, EXTENDED_ARG
from bytecov.model.edge import Edge
from bytecov.model.hits import Hits
from bytecov.record.native.table import Arriving, Meaning, Table


def derive(table: Table, told: Iterable[Meaning], begun: bool = False) -> Hits:
    """The hits of one code object, counts unknown.

    `begun`: frames of it may have begun before this was told, so that not all that ran has come
    through the beginning.
    """
    offsets: set[int] = set()
    edges: set[Edge] = set()
    for meaning in told:
        if isinstance(meaning, Edge):
            edges.add(meaning)
        else:
            offsets.add(meaning)
    if offsets and (not begun or table.first in offsets):
        offsets.update(table.beginning)
    _add_skipped(table, offsets)
    edges.update(each.edge for each in table.arriving if _has_arrived(each, offsets))
    offsets.update(edge.source for edge in edges)
    for edge, cleanup in table.cleanup:
        if edge in edges:
            offsets.update(cleanup)
    edges.update(edge for edge in table.sure if edge.source in offsets)
    return Hits(dict.fromkeys(sorted(offsets), 0), dict.fromkeys(sorted(edges), 0))


def by_unit(raw: bytes, meanings: Iterable[Meaning]) -> dict[int, Meaning]:
    """{offset of a code unit that the host may tell: its meaning}, for `co_code`"""
    return {
        unit: meaning
        for units, meaning in zip(_instructions(raw), meanings, strict=True)
        for unit in units
    }


def unit_owners(raw: bytes, offsets: Iterable[int]) -> dict[int, int]:
    """{code unit, caches too: the original offset of its instruction}, for `co_code`"""
    starts = [units.start for units in _instructions(raw)]
    return {
        unit: offset
        for start, end, offset in zip(starts, [*starts[1:], len(raw)], offsets, strict=True)
        for unit in range(start, end, 2)
    }


def _instructions(raw: bytes) -> Iterator[range]:
    """The units of each instruction, EXTENDED_ARGs and opcode."""
    start = unit = 0
    while unit < len(raw):
        if raw[unit] == EXTENDED_ARG:
            unit += 2
            continue
        yield range(start, unit + 2, 2)
        start = unit = unit + 2 + 2 * CACHES[raw[unit]]


def _add_skipped(table: Table, offsets: set[int]) -> None:
    """Between two instructions of a block that ran, all did."""
    for block in table.blocks:
        ran = [each for each in block if each in offsets]
        if ran:
            offsets.update(block[block.index(ran[0]) : block.index(ran[-1])])


def _has_arrived(each: Arriving, offsets: set[int]) -> bool:
    return not offsets.isdisjoint(each.offsets) and (each.source < 0 or each.source in offsets)
