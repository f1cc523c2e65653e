"""Which edges of a code object tell themselves, and which need a place of their own.

The host tells which instructions ran, each once.  From that alone:

- *sure*: the source has one way on and no exception leaves it there, so it went that way;
- *arriving*: source and destination ran, and whatever else leads to the destination can only
  have come from it: nothing else does, or it closes a loop around it;
- *marked*: everything else.  An instruction of ours is put on the edge, and its own hit tells.

RAISE edges are no exception: a handler that several instructions can raise to has one place for
each of them.
"""

from collections import defaultdict
from collections.abc import Collection
from typing import NamedTuple

from bytecov.bytecode.opcodes import running
from bytecov.flow.blocks import JUMPS, RAISING, Flow
from bytecov.model.edge import Edge, EdgeKind

# A signal may be answered in a jump that ran once and never got anywhere.  That is let pass: to
# see it, every loop would need a marker.
RISKY = RAISING - JUMPS
CLEANUP = running().names & {"END_FOR"} and frozenset({"END_FOR", "POP_TOP", "POP_ITER"})
"""What stands at the target of a FOR_ITER, which goes to the first, second or third of them."""


class Plan(NamedTuple):
    """How each edge is known."""

    sure: tuple[Edge, ...]
    arriving: tuple[Edge, ...]
    marked: tuple[Edge, ...]


def plan(flow: Flow) -> Plan:
    """How to know each edge of `flow` that something can take."""
    sure, arriving, marked = [], [], []
    for incoming in incoming_edges(flow).values():
        for edge in incoming:
            if _is_sure(flow, edge):
                sure.append(edge)
            elif is_arriving(flow, edge, incoming):
                arriving.append(edge)
            else:
                marked.append(edge)
    return Plan(tuple(sorted(sure)), tuple(sorted(arriving)), tuple(sorted(marked)))


def ends_loop(flow: Flow, edge: Edge) -> bool:
    """Whether the edge is that of an exhausted FOR_ITER."""
    return edge.kind is EdgeKind.JUMP and flow.by_offset[edge.source].name == "FOR_ITER"


def behind_cleanup(flow: Flow, start: int) -> int:
    """The offset behind the cleanup at the target of a FOR_ITER."""
    after = start
    for instruction in flow.block_of[start].instructions:
        if instruction.name not in CLEANUP:
            break
        after = instruction.offset + instruction.size
    return after


def incoming_edges(flow: Flow) -> dict[int, list[Edge]]:
    """{leader: the edges that lead to it from where control can be}"""
    alive = flow.graph.reachable
    found: dict[int, list[Edge]] = defaultdict(list)
    for edge in flow.edges:
        if flow.block_of[edge.source].start in alive:
            found[edge.destination].append(edge)
    return found


def _is_sure(flow: Flow, edge: Edge) -> bool:
    return (
        edge.kind is not EdgeKind.RAISE
        and edge.source not in flow.branches
        and flow.by_offset[edge.source].name not in RISKY
    )


def is_arriving(flow: Flow, edge: Edge, incoming: Collection[Edge]) -> bool:
    leader = edge.destination
    if ends_loop(flow, edge) and behind_cleanup(flow, leader) == flow.block_of[leader].end:
        return False  # the host skips the whole block
    if len(incoming) == 1:
        return True
    others = {flow.block_of[other.source].start for other in incoming if other is not edge}
    return leader != 0 and all(_is_behind(flow, node, leader) for node in others)


def _is_behind(flow: Flow, node: int, leader: int) -> bool:
    """Whether every way to the block at `node` goes through the one at `leader`."""
    above = flow.graph.immediate_dominators
    while node != leader and node in above:
        node = above[node]
    return node == leader
