"""Which tests came to a condition that never came out one way."""

import re

from bytecov.model.result import DecisionResult, Status
from bytecov.model.witness import Witnesses
from bytecov.report.sentences import Missing, times

REPEATED = {"entered", "exhausted", "suppressed", "propagated"}
"""Outcomes of what is not reached as often as they happen: a loop is entered once an item."""

PHASE = re.compile(r"\|(setup|run|teardown)$")
"""What pytest's contexts end with: the three phases of a test are one test."""


def with_tests(sentence: Missing, result: DecisionResult, witnesses: Witnesses) -> Missing:
    """Where tests are known, `reached 41 times by 3 tests` instead of `41 times false`; for a
    loop `41 times entered by 3 tests`."""
    if len(sentence.keys) != 1:
        return sentence
    (missed,) = sentence.keys
    of_condition = (one for one in result.conditions if one.condition.key(missed.outcome) == missed)
    part = next(of_condition, None)
    owner = part.condition if part else result.decision
    others = {
        owner.key(name): one
        for name, one in (part or result).outcomes.items()
        if one.status is Status.COVERED
    }
    numbers = {number for key in others for number in witnesses.outcomes.get(key, ())}
    tests = {PHASE.sub("", witnesses.contexts[number]) for number in numbers}
    if not tests:
        return sentence
    by = "by 1 test" if len(tests) == 1 else f"by {len(tests):,} tests"
    if missed.outcome in REPEATED:
        return sentence._replace(detail=f"{sentence.detail} {by}")
    counts = [one.count for one in others.values()]
    often = "" if None in counts else f"{times(sum(filter(None, counts)))} "
    near = (part or result).outcomes[missed.outcome].near
    detail = "; ".join(filter(None, (f"reached {often}{by}", near)))
    return sentence._replace(detail=detail)
