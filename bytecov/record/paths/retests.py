"""Tests of a value that has been tested before.

In `(a and b) or c` the value of `a and b` is a's or b's.  Where their ways meet it is tested again,
unless the compiler knew better, and the edges of this test do not tell whose value it was.  Without
counts nothing else does, so every way but one to such a test gets a copy of it.
"""

from itertools import product
from typing import NamedTuple

from bytecov.flow.blocks import BRANCHES, JUMPS, Block, Flow
from bytecov.model.edge import Edge, EdgeKind
from bytecov.record.paths.copies import ORIGINAL, Copy, Plan
from bytecov.record.paths.split import Split, split

TESTS = ("_IF_TRUE", "_IF_FALSE", "_OR_POP")
KEEPING = frozenset({"COPY", "NOP", "TO_BOOL", "UNARY_NOT"}) | {
    f"STORE_{name}" for name in ("FAST", "NAME", "GLOBAL", "DEREF")
}
"""What happens to a value on the way to its next test; `:=` stores a copy."""
CLEANUP = frozenset({"SWAP", "POP_TOP"})
"""What a chained comparison that has failed does before its result is used."""


class Way(NamedTuple):
    """An edge, and the instructions from where it leads up to a test."""

    edge: Edge
    offsets: tuple[int, ...]


def split_retests(flow: Flow) -> Split | None:
    """`flow.code` with copies of such tests, None if it has none."""
    planned = plan_retests(flow)
    return split(flow, planned, flow.code.co_consts) if planned else None


def plan_retests(flow: Flow) -> Plan | None:
    """The copies that `flow` needs, None for none."""
    result = Plan()
    for block in flow.blocks:
        if _tests_a_kept_value(block):
            ways = _ways(flow, block)
            if len(ways) > 1 and any(_was_tested(flow, way.edge) for way in ways):
                _plan_test(block, ways, result)
    return result if result.copies else None


def _tests_a_kept_value(block: Block) -> bool:
    """COPY 1, TO_BOOL, POP_JUMP_IF_TRUE or the like, and nothing that makes a value."""
    *before, last = block.instructions
    return last.name.endswith(TESTS) and all(each.name in KEEPING for each in before)


def _ways(flow: Flow, block: Block, behind: tuple[int, ...] = ()) -> list[Way]:
    """The ways to a test, that which falls into it first; none if they cannot be turned."""
    offsets = (*(each.offset for each in block.instructions), *behind)
    found: list[Way] = []
    for edge in flow.arriving[block.start]:
        before = flow.block_of[edge.source]
        if edge.kind is EdgeKind.NEXT and all(each.name in KEEPING for each in before.instructions):
            found += _ways(flow, before, offsets)
        elif edge.kind is EdgeKind.NEXT or (
            edge.source < edge.destination and flow.by_offset[edge.source].name in BRANCHES | JUMPS
        ):
            found.append(Way(edge, offsets))
        else:
            return []
    return found


def _was_tested(flow: Flow, edge: Edge) -> bool:
    """Whether the value that comes along an edge has been tested."""
    if edge.kind is EdgeKind.JUMP and edge.source in flow.branches:
        return True
    return all(each.name in CLEANUP | JUMPS for each in flow.block_of[edge.source].instructions)


def _plan_test(block: Block, ways: list[Way], result: Plan) -> None:
    """The first way keeps the test."""
    test = block.instructions[-1].offset
    result.ways[ORIGINAL, test] = ways[0].edge
    for edge, offsets in ways[1:]:
        copied = [n for n, copy in enumerate(result.copies, 1) if copy.branch == edge.source]
        result.copies.append(Copy(edge, test, offsets))
        result.leads |= dict.fromkeys(product([ORIGINAL, *copied], [edge]), len(result.copies))
        result.ways[len(result.copies), test] = edge
