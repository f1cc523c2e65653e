"""Which conditions were shown to decide their decision alone: modified condition / decision
coverage.

The conditions of a decision are the nodes of a binary decision diagram (BDD, `model/diagram.py`),
numbered in the order of evaluation.  An evaluation is a path through it, its *vector* the values on
that path.

Two paths with different outcomes part for good at exactly one condition: the last that both
evaluated, which must have been true in one and false in the other.  The pair shows that this
condition decides (masking MC/DC: what differs before it is masked).  It does so by unique cause
when nothing before it differs either.

Where the diagram is a tree, one path leads to each condition; its last edge tells the whole
vector, and both variants are the same.

This file is theory: diagrams and vectors.  What was observed comes from `vectors.py`.
"""

from collections.abc import Callable, Collection, Iterable, Iterator

from bytecov.model.diagram import Conditions, Way, paths, successor, vector
from bytecov.model.vector import Need, Variant, Vector


def decided_by(one: Vector, other: Vector, variant: Variant = Variant.MASKING) -> int | None:
    """The condition that a pair of evaluations shows to decide; None where it shows none."""
    if one.outcome is other.outcome:
        return None
    pairs = enumerate(zip(one.values, other.values, strict=True))
    differing = [i for i, (a, b) in pairs if a is not None and b is not None and a is not b]
    if variant is Variant.UNIQUE_CAUSE and len(differing) > 1:
        return None
    return differing[-1]


def marks(conditions: Conditions, one: Vector) -> frozenset[int]:
    """The conditions of an evaluation that are not masked: the other outcome could have come of
    each alone.

    Without ternaries a set of vectors has masking MC/DC of a condition exactly when it is marked
    in one where it is true and in one where it is false.
    """
    return frozenset(
        i
        for i, value in enumerate(one.values)
        if value is not None and _detour(conditions, one, i, lambda way: True) is not None
    )


def find_pair(
    index: int, seen: Iterable[Vector], variant: Variant = Variant.MASKING
) -> tuple[Vector, Vector] | None:
    """Two of the vectors that show a condition to decide, the one where it is true first."""
    # All that matters of a vector: its outcome and what was evaluated behind the condition, for
    # unique cause also what was before it.
    sides: dict[bool, dict[tuple[object, ...], Vector]] = {True: {}, False: {}}
    for each in seen:
        value = each.values[index]
        if value is not None:
            before = each.values[:index] if variant is Variant.UNIQUE_CAUSE else ()
            behind = sum(1 << i for i in _evaluated(each) if i > index)
            sides[value].setdefault((each.outcome, behind, before), each)
    for when_true in sides[True].values():
        for when_false in sides[False].values():
            if decided_by(when_true, when_false, variant) == index:
                return when_true, when_false
    return None


def needed(
    conditions: Conditions,
    index: int,
    seen: Collection[Vector],
    wanted: Collection[int] = (),
    closed: Collection[Way] = (),
) -> Need | None:
    """The vector that would complete a pair for a condition, or the two that make one; None
    where no evaluation can.

    It differs as little as it can from a vector that was seen; of several it is the one that
    also completes most of the `wanted` conditions.  `closed` are edges that cannot be taken.
    """

    def is_open(way: Way) -> bool:
        return way not in closed

    best: tuple[tuple[int, int], Need] | None = None
    for each in seen:
        new = _completing(conditions, each, index, is_open)
        if new is not None:
            shown = {decided_by(new, other) for other in seen}
            rank = (-len(shown.intersection(wanted)), len(_evaluated(new)))
            if best is None or rank < best[0]:
                best = rank, Need((new,), each)
    if best:
        return best[1]
    return next(_new_pairs(conditions, index, is_open), None)


def _new_pairs(
    conditions: Conditions, index: int, is_open: Callable[[Way], bool]
) -> Iterator[Need]:
    """Two evaluations that nothing was seen of, shortest first to reach the condition."""
    lead = _shortest(conditions, 0, index, frozenset(), is_open)
    if lead is None or not is_open((index, True)):
        return
    start = successor(conditions, (index, True))
    for path, outcome in paths(conditions, start, is_open):
        one = vector(conditions, (*lead, (index, True), *path), outcome)
        other = _completing(conditions, one, index, is_open)
        if other is not None:
            yield Need((one, other), None)


def _completing(
    conditions: Conditions, one: Vector, index: int, is_open: Callable[[Way], bool]
) -> Vector | None:
    """The same evaluation up to a condition, which comes out otherwise and decides."""
    if one.values[index] is None:
        return None
    detour = _detour(conditions, one, index, is_open)
    if detour is None:
        return None
    before = [(i, value) for i, value in enumerate(one.values[:index]) if value is not None]
    return vector(conditions, [*before, *detour], not one.outcome)


def _detour(
    conditions: Conditions, one: Vector, index: int, is_open: Callable[[Way], bool]
) -> list[Way] | None:
    """How an evaluation could have gone on to the other outcome, had the condition come out
    otherwise, without any condition that it evaluated behind it."""
    turn = (index, not one.values[index])
    if not is_open(turn):
        return None
    behind = frozenset(i for i in _evaluated(one) if i > index)
    start = successor(conditions, turn)
    rest = _shortest(conditions, start, not one.outcome, behind, is_open)
    return None if rest is None else [turn, *rest]


def _shortest(
    conditions: Conditions,
    start: int | bool,
    goal: int | bool,
    avoided: frozenset[int],
    is_open: Callable[[Way], bool],
) -> list[Way] | None:
    """The shortest way between two nodes that avoids some (breadth first)."""
    came: dict[tuple[type, int | bool], list[Way]] = {(type(start), start): []}
    for (kind, node), path in (queue := list(came.items())):
        if kind is type(goal) and node == goal:
            return path
        if kind is bool or node in avoided:
            continue
        for value in (True, False):
            way = (int(node), value)
            after = successor(conditions, way)
            if is_open(way) and (type(after), after) not in came:
                came[type(after), after] = [*path, way]
                queue.append(((type(after), after), [*path, way]))
    return None


def _evaluated(one: Vector) -> list[int]:
    return [i for i, value in enumerate(one.values) if value is not None]
