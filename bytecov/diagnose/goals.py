"""The worklist: each outcome or vector that is missing, what it takes, and whom to copy."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bytecov.diagnose.evidence import Evidence
from bytecov.diagnose.nearness import NearMiss, near_miss
from bytecov.diagnose.reach import Reason, Why, why
from bytecov.model.obligation import ObligationKey
from bytecov.model.result import ConditionResult, DecisionResult, Status
from bytecov.model.vector import Vector

PHASE = re.compile(r"\|(setup|teardown)$")
EASE = [Reason.NEVER_SO, Reason.NEVER_REACHED, Reason.NEVER_CALLED]


@dataclass(frozen=True, slots=True)
class Goal:
    """One thing that a new test should make happen.

    `vector`, where a whole evaluation is asked for (MC/DC); then `key` is the condition's outcome
    in it.  `tests` came nearest: they reached the test, or the gate before it; the one to copy
    first.
    """

    evidence: Evidence
    result: DecisionResult
    key: ObligationKey
    why: Why
    near: NearMiss | None
    tests: tuple[str, ...]
    both: bool = False  # neither outcome happened: the condition was never evaluated
    vector: Vector | None = None

    @property
    def path(self) -> str:
        return self.evidence.result.path

    @property
    def text(self) -> str:
        """The source of what should come out so."""
        return self.evidence.source.segment(self.key.span)


def sizes_of(evidences: Iterable[Evidence]) -> Counter[str]:
    """{test: how many outcomes it covered}"""
    return Counter(
        test for one in evidences for tests in one.tests.values() for test in tests
    )


def goals(
    evidence: Evidence, level: str = "condition", sizes: Mapping[str, int] | None = None
) -> list[Goal]:
    """What is missing in a file, in the order of the source.  Of tests that are equally near, the
    one with the smaller size is to be copied."""
    sizes = sizes_of([evidence]) if sizes is None else sizes
    found: dict[tuple[ObligationKey, Vector | None], Goal] = {}
    for result in evidence.result.decisions:
        wanted = list(_vectors(result)) if level == "mcdc" else []
        for key, vector in wanted or _missing(evidence, result):
            if (key, vector) not in found and (goal := _goal(evidence, result, key, vector, sizes)):
                found[key, vector] = goal
    return [one for one in found.values() if not _is_other_half(one, found)]


def ease(goal: Goal) -> tuple[int, bool, float, int]:
    """Sorts goals by how near they are."""
    far = goal.near.distance if goal.near else None
    reason = goal.why.reason
    rank = EASE.index(reason) if reason in EASE else len(EASE)
    return rank, far is None, far or 0.0, -len(goal.tests)


def _missing(
    evidence: Evidence, result: DecisionResult
) -> Iterator[tuple[ObligationKey, Vector | None]]:
    keys = [part.condition.key(name) for part in result.conditions for name in part.outcomes]
    for key in keys or map(result.decision.key, result.outcomes):
        if evidence.outcomes[key].status is Status.MISSED:
            yield key, None


def _vectors(result: DecisionResult) -> Iterator[tuple[ObligationKey, Vector | None]]:
    """The evaluations that would show conditions to decide alone; each once, under the condition
    that ends it."""
    needed = {
        vector: None
        for part in result.conditions
        if part.need is not None and part.mcdc is Status.MISSED and len(result.conditions) > 1
        for vector in part.need.vectors
    }
    for vector in needed:
        last = result.conditions[vector.last].condition
        yield last.key("true" if vector.values[vector.last] else "false"), vector


def _goal(
    evidence: Evidence,
    result: DecisionResult,
    key: ObligationKey,
    vector: Vector | None,
    sizes: Mapping[str, int],
) -> Goal | None:
    reason = why(evidence, key)
    if reason is None or (vector and reason.reason not in EASE):
        reason = Why(Reason.NEVER_SO) if vector else None
    if reason is None or reason.reason not in EASE:
        return None
    near = None
    if reason.reason is Reason.NEVER_SO and vector is None:
        near = near_miss(evidence.values, key)
    part = _part(result, key)
    both = reason.reason is not Reason.NEVER_SO and part is not None and _is_unevaluated(part)
    tests = _nearest_tests(evidence, key, reason, near, sizes)
    return Goal(evidence, result, key, reason, near, tests, both, vector)


def _part(result: DecisionResult, key: ObligationKey) -> ConditionResult | None:
    return next((one for one in result.conditions if one.condition.span == key.span), None)


def _is_unevaluated(part: ConditionResult) -> bool:
    return all(
        one.status is Status.MISSED and not one.evaluated for one in part.outcomes.values()
    )


def _is_other_half(goal: Goal, found: dict[tuple[ObligationKey, Vector | None], Goal]) -> bool:
    """Of a condition that was never evaluated, one goal is enough to begin with."""
    if not goal.both or goal.vector or goal.key.outcome != "false":
        return False
    return (goal.key._replace(outcome="true"), None) in found


def _nearest_tests(
    evidence: Evidence,
    key: ObligationKey,
    reason: Why,
    near: NearMiss | None,
    sizes: Mapping[str, int],
) -> tuple[str, ...]:
    """Those that came nearest in value; then those that reached the place, small ones first."""
    places = [key for gate in reason.gates for key in gate.keys]
    if reason.reason is Reason.NEVER_SO:
        places = [key]
    reached = {
        test
        for place in places
        for other, tests in evidence.tests.items()
        if other.span == place.span
        for test in tests
    }
    reached = reached or _tests_in(evidence, key)
    ordered = sorted(reached, key=lambda test: (sizes.get(test, 0), test))
    if near and near.seen.context:
        ordered.insert(0, near.seen.context)
    return tuple(dict.fromkeys(PHASE.sub("", test) for test in ordered))


def _tests_in(evidence: Evidence, key: ObligationKey) -> set[str]:
    """Tests that decided anything in the same function."""
    result = evidence.decision_of.get(key)
    function = result.decision.function if result else ""
    return {
        test
        for other, tests in evidence.tests.items()
        for around in (evidence.decision_of.get(other),)
        if around is not None and around.decision.function == function
        for test in tests
    }
