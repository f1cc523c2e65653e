"""Whether a test saw a value that had not been tested before, from the ways that led to it."""

from collections.abc import Collection

from bytecov.flow.blocks import Flow
from bytecov.model.edge import Edge, EdgeKind
from bytecov.model.hits import Hits


def told_by_paths(flow: Flow, hits: Hits, edge: Edge, before: Collection[Edge]) -> int | None:
    """0 if `edge` was taken with a fresh value (some times), -1 if not, None if nothing tells.

    `before` are the edges by which values come that were tested.
    """
    ways = {way for way, out in hits.paths if out == edge}
    if not ways:
        return None
    tested = {_way(flow, each, ways, before) for each in before}
    if None in tested:
        return None
    return 0 if ways - tested else -1


def _way(
    flow: Flow, edge: Edge, ways: Collection[Edge], before: Collection[Edge]
) -> Edge | None:
    """The way that straight code behind `edge` comes to; None if others may share it, `edge`
    itself if no way was taken behind it."""
    at, inside = edge, {edge}
    while at not in ways:
        if not inside.union(before).issuperset(flow.arriving[at.destination]):
            return None
        last = flow.block_of[at.destination].instructions[-1].offset
        on = [one for one in flow.leaving[last] if one.kind is not EdgeKind.RAISE]
        if len(on) != 1 or on[0] in inside:
            return edge
        at = on[0]
        inside.add(at)
    return at
