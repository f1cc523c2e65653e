"""Decisions as diagrams: conditions are nodes, numbered in the order of evaluation, so that every
edge leads to a higher number or to an outcome."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from bytecov.model.decision import Condition
from bytecov.model.vector import Vector

MOST_PATHS = 1024
"""A decision with more ways through it is not analysed."""

Way = tuple[int, bool]
"""An edge of the diagram: a condition and its outcome."""

Conditions = Sequence[Condition]


def successor(conditions: Conditions, way: Way) -> int | bool:
    """What is decided next: another condition, or the outcome."""
    condition = conditions[way[0]]
    return condition.if_true if way[1] else condition.if_false


def path_count(conditions: Conditions) -> int:
    """How many ways lead through a decision."""
    counts = [1] * len(conditions)
    for i in reversed(range(len(conditions))):
        after = (successor(conditions, (i, value)) for value in (True, False))
        counts[i] = sum(1 if isinstance(node, bool) else counts[node] for node in after)
    return counts[0]


def is_tree(conditions: Conditions) -> bool:
    """Whether one path leads to each condition, so that its edges tell all."""
    return path_count(conditions) == len(conditions) + 1


def paths(
    conditions: Conditions, start: int | bool = 0, open_: Callable[[Way], bool] = lambda way: True
) -> Iterator[tuple[tuple[Way, ...], bool]]:
    """Every way from a condition to an outcome along open edges, true before false."""
    waiting: list[tuple[tuple[Way, ...], int | bool]] = [((), start)]
    while waiting:
        path, node = waiting.pop()
        if isinstance(node, bool):
            yield path, node
            continue
        for value in (False, True):
            if open_((node, value)):
                waiting.append(((*path, (node, value)), successor(conditions, (node, value))))


def vectors(
    conditions: Conditions, open_: Callable[[Way], bool] = lambda way: True
) -> Iterator[Vector]:
    """Every vector that an evaluation can have."""
    for path, outcome in paths(conditions, 0, open_):
        yield vector(conditions, path, outcome)


def vector(conditions: Conditions, path: Iterable[Way], outcome: bool) -> Vector:
    """A path as the value of each condition."""
    values: list[bool | None] = [None] * len(conditions)
    for node, value in path:
        values[node] = value
    return Vector(tuple(values), outcome)
