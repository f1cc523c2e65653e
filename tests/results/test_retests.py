"""What the ways to a test tell about the value it saw, on graphs made by hand."""

from types import SimpleNamespace
from typing import Any

import pytest

from bytecov.model.edge import Edge, EdgeKind
from bytecov.model.hits import Hits
from bytecov.results.retests import told_by_paths


def jump(source: int, destination: int, kind: EdgeKind = EdgeKind.JUMP) -> Edge:
    return Edge(source, destination, kind)


def graph(*edges: Edge) -> Any:
    """A flow of blocks of one instruction each."""
    offsets = {each.source for each in edges} | {each.destination for each in edges}
    blocks = {
        offset: SimpleNamespace(instructions=[SimpleNamespace(offset=offset)])
        for offset in offsets
    }
    return SimpleNamespace(
        block_of=blocks,
        leaving={each: [edge for edge in edges if edge.source == each] for each in offsets},
        arriving={each: {edge for edge in edges if edge.destination == each} for each in offsets},
    )


# A value is tested at 0, comes by way of 2 to 10, where that of 4 arrives as well, and is tested
# there again: out to 20.
TESTED, ON, FRESH, OUT = jump(0, 2), jump(2, 10), jump(4, 10), jump(10, 20)
RAISED = jump(2, 99, EdgeKind.RAISE)


def told(ways: set[Edge], *more: Edge, before: tuple[Edge, ...] = (TESTED,)) -> int | None:
    hits = Hits()
    hits.paths = {(way, OUT): 0 for way in ways}
    return told_by_paths(graph(TESTED, ON, FRESH, OUT, *more), hits, OUT, before)


@pytest.mark.parametrize(
    ("ways", "fresh"), [({FRESH, ON}, 0), ({ON}, -1), ({FRESH}, None), (set(), None)]
)
def test_fresh_or_not(ways: set[Edge], fresh: int | None) -> None:
    assert told(ways) == fresh


def test_an_exception_on_the_way_is_no_way() -> None:
    assert told({ON}, RAISED) == -1


def test_others_share_the_way() -> None:
    """What comes from 6 takes the same edge to the test as the value that was tested."""
    other = jump(6, 2)
    assert told({ON}, other) is None
    assert told({ON}, other, before=(TESTED, other)) == -1


def test_the_way_parts_or_goes_round() -> None:
    """No way was taken behind it: only the others count."""
    assert told({FRESH}, jump(2, 30)) == 0
    back = jump(2, 2)
    hits = Hits()
    hits.paths = {(FRESH, OUT): 0}
    assert told_by_paths(graph(TESTED, FRESH, OUT, back), hits, OUT, (TESTED,)) is None
    assert told_by_paths(graph(back, FRESH, OUT), hits, OUT, (back,)) == 0
