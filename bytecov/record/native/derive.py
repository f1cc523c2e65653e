"""From the instructions that told of themselves to offsets and edges.

What the host does not tell is put right here: instructions up to the first RESUME, every
RESUME, what a specialised instruction skips, the cleanup behind an exhausted FOR_ITER.
"""

from collections.abc import Collection, Iterable, Iterator

from bytecov.bytecode.opcodes.numbers import CACHES, EXTENDED_ARG
from bytecov.flow.blocks import Flow
from bytecov.model.edge import Edge, EdgeKind
from bytecov.model.hits import Hits
from bytecov.record.native.plan import Plan, behind_cleanup, ends_loop
from bytecov.record.native.rewrite import Meaning


def derive(flow: Flow, plan: Plan, told: Iterable[Meaning]) -> Hits:
    """The hits of one code object, counts unknown."""
    offsets: set[int] = set()
    edges: set[Edge] = set()
    for meaning in told:
        if isinstance(meaning, Edge):
            edges.add(meaning)
        else:
            offsets.add(meaning)
    ended = {edge.destination: edge for edge in flow.edges if ends_loop(flow, edge)}
    _add_started(flow, offsets)
    _add_skipped(flow, offsets, ended)
    edges.update(edge for edge in plan.arriving if _has_arrived(flow, edge, offsets, ended))
    offsets.update(edge.source for edge in edges)
    for edge in edges & set(ended.values()):
        after = behind_cleanup(flow, edge.destination)
        offsets.update(
            each.offset
            for each in flow.block_of[edge.destination].instructions
            if each.offset < after
        )
    edges.update(edge for edge in plan.sure if edge.source in offsets)
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


def _add_started(flow: Flow, offsets: set[int]) -> None:
    """A frame in which anything ran has come through its beginning.

    3.15: a generator expression has one RESUME in front of RETURN_GENERATOR and one behind it.
    """
    if not offsets:
        return
    makes = next((one.offset for one in flow.instructions if one.name == "RETURN_GENERATOR"), -1)
    for each in flow.instructions:
        offsets.add(each.offset)
        if each.name == "RESUME" and each.offset > makes:
            break


def _add_skipped(flow: Flow, offsets: set[int], ended: Collection[int]) -> None:
    """Between two instructions of a block that ran, all did."""
    for block in flow.blocks:
        ran = [each.offset for each in block.instructions if each.offset in offsets]
        if not ran:
            continue
        offsets.update(each.offset for each in block.instructions if ran[0] < each.offset < ran[-1])


def _has_arrived(flow: Flow, edge: Edge, offsets: Collection[int], ended: Collection[int]) -> bool:
    """Whether the edge's destination ran, and its source unless the host does not tell."""
    if edge.destination in ended:
        block = flow.block_of[edge.destination]
        return any(each.offset in offsets for each in block.instructions)
    if edge.destination not in offsets:
        return False
    return edge.kind is EdgeKind.RAISE or (
        edge.source in offsets or flow.by_offset[edge.source].name == "RESUME"
    )
