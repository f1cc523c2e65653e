"""Results with how close the tests came to what never happened."""

import dataclasses
from collections.abc import Callable, Sequence

from bytecov.api.asking import values
from bytecov.diagnose.nearness import NearestWay, NearMiss, near_miss, nearest_way
from bytecov.model.result import ConditionResult, DecisionResult, FileResult, OutcomeResult, Status
from bytecov.model.values import Witnessed
from bytecov.report.nearness import near_text
from bytecov.source.parse import Source, read_source
from bytecov.store.reading import Contents

Near = NearMiss | NearestWay


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
        def near(name: str) -> Near | None:
            own = near_miss(self.values, one.decision.key(name))
            return own or nearest_way(self.values, one, name)

        parts = tuple(self.condition(part) for part in one.conditions)
        return dataclasses.replace(
            one, outcomes=self.outcomes(one.outcomes, near), conditions=parts
        )

    def condition(self, part: ConditionResult) -> ConditionResult:
        def near(name: str) -> Near | None:
            return near_miss(self.values, part.condition.key(name))

        return dataclasses.replace(part, outcomes=self.outcomes(part.outcomes, near))

    def outcomes(
        self, outcomes: dict[str, OutcomeResult], near: Callable[[str], Near | None]
    ) -> dict[str, OutcomeResult]:
        """With what came nearest to those that are missing."""
        missed = [name for name, what in outcomes.items() if what.status is Status.MISSED]
        found = {name: one for name in missed if (one := near(name))}
        return outcomes | {
            name: dataclasses.replace(
                outcomes[name], near=near_text(self.source, one), distance=one.distance
            )
            for name, one in found.items()
        }
