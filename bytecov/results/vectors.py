"""Which vectors of a decision were observed, and what they show (`mcdc.py`).

Nothing is made up: a vector counts as observed when a recorder kept it, or when only one way
through the diagram explains that an evaluation ended where it did.  What may have happened
besides, such as both values of an operand that nothing tests, leaves a condition undetermined.
"""

import dataclasses
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from bytecov.model.decision import Condition, Decision
from bytecov.model.diagram import MOST_PATHS, Way, is_tree, path_count, successor, vectors
from bytecov.model.obligation import ObligationKey
from bytecov.model.result import DecisionResult, Status
from bytecov.model.vector import Need, Variant, Vector, unkept_key, vector_key
from bytecov.results.mcdc import find_pair, needed

NAMES = {True: "true", False: "false"}


class Seen(NamedTuple):
    """Observed vectors with their counts, 0 where that is unknown, and vectors that may have been
    besides."""

    counts: dict[Vector, int]
    possible: frozenset[Vector]


def observed(
    decision: Decision,
    outcomes: Mapping[ObligationKey, int],
    unclear: Collection[ObligationKey] = (),
) -> Seen:
    """The vectors of a decision.  `outcomes` are counts of covered obligations, recorded vectors
    among them; of the `unclear` nothing is known."""
    conditions = decision.conditions
    taken: dict[Way, int] = {}
    maybe: set[Way] = set()
    for i, condition in enumerate(conditions):
        is_open = not condition.tested and _is_reached(decision, i, taken.keys() | maybe)
        for value, name in NAMES.items():
            key = condition.key(name)
            if key in outcomes:
                taken[i, value] = outcomes[key]
            elif key in unclear or is_open:
                maybe.add((i, value))
    by_end: dict[Way, list[Vector]] = {}
    for each in vectors(conditions, lambda way: way in taken or way in maybe):
        by_end.setdefault(_end(each), []).append(each)
    counts: dict[Vector, int] = {}
    possible: set[Vector] = set()
    for end, ways in by_end.items():
        if end in maybe:
            possible.update(ways)
        elif len(ways) == 1:
            counts[ways[0]] = taken[end]
        else:
            recorded = {
                each: outcomes[key]
                for each in ways
                if (key := vector_key(decision, each.values)) in outcomes
            }
            counts |= recorded
            lost = taken[end] and all(recorded.values()) and sum(recorded.values()) != taken[end]
            if not recorded or lost or unkept_key(decision) in unclear:
                possible.update(each for each in ways if each not in recorded)
    return Seen(counts, frozenset(possible))


Ends = dict[ObligationKey, list[ObligationKey]]
"""{outcome of a condition that ends an evaluation in several ways: the vectors of these ways}"""


def ends_of_diamonds(decisions: Iterable[Decision]) -> dict[ObligationKey, Ends]:
    """{unkept_key: Ends} for each decision that needs recorded vectors and can have them."""
    found: dict[ObligationKey, Ends] = {}
    for decision in decisions:
        conditions = decision.conditions
        if not conditions or is_tree(conditions) or path_count(conditions) > MOST_PATHS:
            continue
        ends: Ends = {}
        for each in vectors(conditions):
            end = conditions[each.last].key(NAMES[bool(each.values[each.last])])
            ends.setdefault(end, []).append(vector_key(decision, each.values))
        found[unkept_key(decision)] = {end: ways for end, ways in ends.items() if len(ways) > 1}
    return found


def unkept(
    diamonds: Mapping[ObligationKey, Ends], happened: Collection[ObligationKey]
) -> Iterator[ObligationKey]:
    """The `unkept_key` of each decision that was evaluated where no recorder kept its vectors.
    `happened`: outcomes of conditions and vectors, of one code object."""
    for key, ends in diamonds.items():
        if any(
            end in happened and not any(way in happened for way in ways)
            for end, ways in ends.items()
        ):
            yield key


def _is_reached(decision: Decision, index: int, ways: Collection[Way]) -> bool:
    """Whether an evaluation may have come to a condition.  Its number is above those before."""
    for way in ways:
        after = successor(decision.conditions, way)
        if not isinstance(after, bool) and after == index:
            return True
    return False


def with_mcdc(
    result: DecisionResult,
    outcomes: Mapping[ObligationKey, int],
    unclear: Collection[ObligationKey],
    absent: Collection[ObligationKey],
    variant: Variant,
) -> DecisionResult:
    """The result of a decision with what its vectors show.

    A condition is excluded where one of the decision's outcomes is, or where it cannot decide:
    both outcomes are what every pair needs.  `absent` are outcomes that no code has.
    """
    decision = result.decision
    conditions = decision.conditions
    if not conditions:
        return result
    if any(one.status is Status.EXCLUDED for one in result.outcomes.values()):
        return _with_status(result, Status.EXCLUDED)
    ways = path_count(conditions)
    if ways > MOST_PATHS:
        return dataclasses.replace(_with_status(result, Status.MISSED), unanalysed=ways)
    seen = observed(decision, outcomes, unclear)
    known, all_possible = list(seen.counts), [*seen.counts, *seen.possible]
    pairs = [find_pair(i, known, variant) for i in range(len(conditions))]
    closed = {
        (i, value)
        for i, condition in enumerate(conditions)
        for value, name in NAMES.items()
        if condition.key(name) in absent
    }
    wanted = [i for i, pair in enumerate(pairs) if pair is None]
    parts = []
    for i, part in enumerate(result.conditions):
        status, need = Status.COVERED, None
        if pairs[i] is None:
            need = _need(conditions, i, known, all_possible, wanted, closed)
            if need is None:
                status = Status.EXCLUDED
            elif find_pair(i, all_possible, variant):
                status, need = Status.UNDETERMINED, None
            else:
                status = Status.MISSED
        parts.append(dataclasses.replace(part, mcdc=status, pair=pairs[i], need=need))
    counted = tuple(
        (each, count or None) for each, count in sorted(seen.counts.items(), key=_order)
    )
    return dataclasses.replace(result, conditions=tuple(parts), vectors=counted)


def with_witnesses(
    result: DecisionResult, witnesses: Mapping[ObligationKey, str]
) -> DecisionResult:
    """The result with a context for each observed vector: the one in which it was recorded, or
    in which the outcome happened that no other vector ends with."""
    conditions = result.decision.conditions
    if not result.vectors or not witnesses:
        return result
    ends = Counter(map(_end, vectors(conditions)))
    found: dict[Vector, str] = {}
    for each, _ in result.vectors:
        last, value = end = _end(each)
        witness = witnesses.get(vector_key(result.decision, each.values))
        if witness is None and ends[end] == 1:
            witness = witnesses.get(conditions[last].key(NAMES[value]))
        if witness is not None:
            found[each] = witness
    return dataclasses.replace(result, witnesses=found)


def _end(one: Vector) -> Way:
    """The edge that ended an evaluation."""
    return one.last, bool(one.values[one.last])


def _need(
    conditions: Sequence[Condition],
    index: int,
    known: Collection[Vector],
    all_possible: Collection[Vector],
    wanted: Collection[int],
    closed: Collection[Way],
) -> Need | None:
    need = needed(conditions, index, known, wanted, closed)
    if need and need.beside is None and len(all_possible) > len(known):
        likely = needed(conditions, index, all_possible, wanted, closed)
        assert likely is not None  # with more vectors, more can be completed
        return likely._replace(beside=None)
    return need


def _with_status(result: DecisionResult, status: Status) -> DecisionResult:
    parts = tuple(dataclasses.replace(part, mcdc=status) for part in result.conditions)
    return dataclasses.replace(result, conditions=parts)


def _order(item: tuple[Vector, int]) -> list[int]:
    """True before false, condition by condition."""
    return [{True: 0, False: 1, None: 2}[value] for value in item[0].values]
