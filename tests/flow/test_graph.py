"""Graph algorithms on shapes with names."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bytecov.flow.graph import Graph

point: dict[int, list[int]] = {0: []}
line = {0: [1], 1: [2], 2: []}
triangle = {0: [1, 2], 1: [2], 2: []}
diamond = {0: [1, 2], 1: [3], 2: [3], 3: []}
loop = {0: [1], 1: [2, 3], 2: [1], 3: []}
itself = {0: [0, 1], 1: []}
island = {0: [1], 1: [], 2: [1]}
endless = {0: [1, 2], 1: [1], 2: []}
crossed = {0: [1, 2], 1: [2], 2: [1]}
"""Two ways into one cycle: no node dominates the other, so it has no back edge."""

nested = {0: [1], 1: [2, 5], 2: [3], 3: [2, 4], 4: [1], 5: []}


def test_predecessors() -> None:
    assert Graph(diamond).predecessors == {0: [], 1: [0], 2: [0], 3: [1, 2]}
    assert Graph({0: [1, 1], 1: []}).predecessors == {0: [], 1: [0]}
    assert Graph(island).predecessors == {0: [], 1: [0, 2], 2: []}


@pytest.mark.parametrize(
    ("shape", "order"),
    [
        (point, [0]),
        (line, [2, 1, 0]),
        (triangle, [2, 1, 0]),
        (diamond, [3, 1, 2, 0]),
        (loop, [2, 3, 1, 0]),
        (island, [1, 0]),
    ],
)
def test_postorder(shape: dict[int, list[int]], order: list[int]) -> None:
    assert Graph(shape).postorder == order
    assert Graph(shape).reverse_postorder == order[::-1]
    assert Graph(shape).reachable == set(order)


@pytest.mark.parametrize(
    ("shape", "above"),
    [
        (point, {}),
        (line, {1: 0, 2: 1}),
        (triangle, {1: 0, 2: 0}),
        (diamond, {1: 0, 2: 0, 3: 0}),
        (loop, {1: 0, 2: 1, 3: 1}),
        (island, {1: 0}),
        (crossed, {1: 0, 2: 0}),
        (nested, {1: 0, 2: 1, 3: 2, 4: 3, 5: 1}),
    ],
)
def test_immediate_dominators(shape: dict[int, list[int]], above: dict[int, int]) -> None:
    assert Graph(shape).immediate_dominators == above


def test_dominators() -> None:
    assert Graph(diamond).dominators == {0: {0}, 1: {0, 1}, 2: {0, 2}, 3: {0, 3}}
    assert Graph(nested).dominators[4] == {0, 1, 2, 3, 4}
    assert 2 not in Graph(island).dominators


def test_post_dominators() -> None:
    assert Graph(diamond).post_dominators == {0: {0, 3}, 1: {1, 3}, 2: {2, 3}, 3: {3}}
    assert Graph(loop).post_dominators[0] == {0, 1, 3}
    assert 1 not in Graph(endless).post_dominators


def test_exits() -> None:
    assert Graph(endless).exits == {2}
    assert Graph(crossed).exits == set()


@pytest.mark.parametrize(
    ("shape", "edges"),
    [
        (diamond, set()),
        (loop, {(2, 1)}),
        (itself, {(0, 0)}),
        (nested, {(3, 2), (4, 1)}),
        (crossed, set()),
    ],
)
def test_back_edges(shape: dict[int, list[int]], edges: set[tuple[int, int]]) -> None:
    assert Graph(shape).back_edges == edges


@pytest.mark.parametrize(
    ("shape", "edges"),
    [
        (line, set()),
        (triangle, {(0, 2)}),
        (diamond, set()),
        (loop, set()),
        (nested, {(1, 2), (3, 2)}),
        (crossed, {(0, 1), (0, 2)}),
    ],
)
def test_critical_edges(shape: dict[int, list[int]], edges: set[tuple[int, int]]) -> None:
    assert Graph(shape).critical_edges == edges


def test_another_entry() -> None:
    assert Graph(line, entry=1).reachable == {1, 2}


def test_deep_graphs_need_no_stack() -> None:
    deep = Graph({**{node: [node + 1] for node in range(5_000)}, 5_000: []})
    assert deep.immediate_dominators[5_000] == 4_999


graphs = st.integers(1, 8).flatmap(
    lambda size: st.lists(
        st.lists(st.integers(0, size - 1), max_size=3), min_size=size, max_size=size
    ).map(lambda rows: dict(enumerate(rows)))
)


def reach(successors: dict[int, list[int]], without: int | None = None) -> set[int]:
    """The nodes that paths from 0 reach that avoid one node."""
    seen, todo = set(), [0]
    while todo:
        node = todo.pop()
        if node not in seen and node != without:
            seen.add(node)
            todo += successors[node]
    return seen


@settings(deadline=None)
@given(graphs)
def test_dominators_by_their_definition(successors: dict[int, list[int]]) -> None:
    graph, all_nodes = Graph(successors), reach(successors)
    assert graph.reachable == all_nodes
    for node in all_nodes:
        blocked = {one for one in all_nodes if node not in reach(successors, without=one)}
        assert graph.dominators[node] == blocked
