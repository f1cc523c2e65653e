"""Results with how close the tests came to what never happened."""

import dataclasses
from collections.abc import Sequence

from bytecov.api.asking import values
from bytecov.diagnose.nearness import near_miss
from bytecov.model.decision import ObligationKey
from bytecov.model.result import ConditionResult, DecisionResult, FileResult, OutcomeResult, Status
from bytecov.model.values import Witnessed
from bytecov.report.nearness import near_text
from bytecov.source.parse import Source, read_source
from bytecov.store.reading import Contents


def test_of(context: str) -> str:
    """The test of a context: what its run itself does goes without saying, other phases do not."""
    return context.removesuffix("|run")


def tested_with(contents: Sequence[Contents], path: str, directory: str) -> tuple[Witnessed, ...]:
    """What the conditions of a file were tested with, by test."""
    return tuple(
        one._replace(context=test_of(one.context)) for one in values(contents, path, directory)
    )


def with_near(result: FileResult, path: str, values: Sequence[Witnessed]) -> FileResult:
    """The result of the file at `path`, with what came nearest to each outcome that is missing."""
    if result.problem or not values:
        return result
    adding = _Adding(read_source(path), values)
    decisions = tuple(adding.decision(one) for one in result.decisions)
    return dataclasses.replace(result, decisions=decisions)


class _Adding:
    """Adds to the results of one file."""

    def __init__(self, source: Source, values: Sequence[Witnessed]) -> None:
        self.source = source
        self.values = [one._replace(context=test_of(one.context)) for one in values]

    def decision(self, one: DecisionResult) -> DecisionResult:
        key = one.decision.key
        outcomes = {name: self.outcome(key(name), what) for name, what in one.outcomes.items()}
        parts = tuple(self.condition(part) for part in one.conditions)
        return dataclasses.replace(one, outcomes=outcomes, conditions=parts)

    def condition(self, part: ConditionResult) -> ConditionResult:
        key = part.condition.key
        outcomes = {name: self.outcome(key(name), what) for name, what in part.outcomes.items()}
        return dataclasses.replace(part, outcomes=outcomes)

    def outcome(self, key: ObligationKey, what: OutcomeResult) -> OutcomeResult:
        near = near_miss(self.values, key) if what.status is Status.MISSED else None
        return dataclasses.replace(what, near=near_text(self.source, near)) if near else what
