"""The fewest probes from which everything else follows.

- Each edge into a segment that several lead to has a probe, except the one that must have been
  taken first (all others close loops), and except those from a segment that cannot be cut short
  and all whose own edges have probes.
- Each segment that ends in RETURN_VALUE or YIELD_VALUE has one before that instruction, unless it
  cannot be cut short and all edges into it have one.
- Exceptions need none: handlers note where each came from.
"""

from typing import NamedTuple

from bytecov.model.edge import Edge, EdgeKind
from bytecov.record.probes.segments import Segments


class ProbePlan(NamedTuple):
    """Where probes go: on edges, and before the last instruction of segments (their starts)."""

    edges: tuple[Edge, ...]
    ends: tuple[int, ...]


def plan_probes(segments: Segments) -> ProbePlan:
    """The probes that a code object needs."""
    probed = {
        edge
        for edges in segments.incoming.values()
        for edge in edges
        if edge.kind is not EdgeKind.RAISE and segments.implied.get(edge.destination) != edge
    }
    known: set[int] = set()
    for segment in segments.all:
        edges = segments.incoming.get(segment.start, [])
        kept = all(edge.kind is EdgeKind.RAISE or edge in probed for edge in edges)
        if segment.start == 0 or not edges or not kept or not segment.is_safe:
            continue
        known.add(segment.start)
        exit = segments.only_exit.get(segment.start)
        if exit in probed and exit.destination not in known:
            probed.discard(exit)
    ends = [
        segment.start
        for segment in segments.all
        if segment.last.name in {"RETURN_VALUE", "YIELD_VALUE"}
        and not _is_known(segments, segment.start, probed)
    ]
    return ProbePlan(tuple(sorted(probed)), tuple(ends))


def _is_known(segments: Segments, start: int, probed: set[Edge]) -> bool:
    """Whether a segment runs to its end when it is entered, and that has its own probes."""
    edges = segments.incoming.get(start, [])
    kept = all(edge.kind is EdgeKind.RAISE or edge in probed for edge in edges)
    return start != 0 and bool(edges) and kept and segments.of[start].is_safe
