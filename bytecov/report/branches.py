"""What each line decides, for formats that know lines with branches and nothing smaller."""

from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from bytecov.model.decision import STEERING, DecisionKind
from bytecov.model.result import DecisionResult, FileResult, OutcomeResult, Status
from bytecov.model.span import Span


class Branch(NamedTuple):
    """A condition, or a decision that has none, with the outcomes a test suite owes for it."""

    span: Span
    text: str  # as written
    kind: DecisionKind  # of the decision it is or belongs to
    outcomes: dict[str, OutcomeResult]  # covered or missed, at least one

    @property
    def covered(self) -> int:
        return sum(one.status is Status.COVERED for one in self.outcomes.values())

    @property
    def evaluated(self) -> bool:
        """Whether control came to it at all."""
        return any(
            one.evaluated or one.status is Status.COVERED for one in self.outcomes.values()
        )


def branches_by_line(file: FileResult, level: str) -> dict[int, list[Branch]]:
    """{line: its branches in the order of the source}, the lines in ascending order.

    At level `branch` these are the outcomes of whole tests, at `condition` and `mcdc` those of
    single conditions and of decisions without; at `line` there are none.  Every line is one of
    `file.lines`: what stands further down in a statement belongs to its first line, as lines
    are counted.
    """
    lines = sorted((*file.lines.covered, *file.lines.missed))
    found: dict[int, list[Branch]] = {}
    for branch in sorted(_branches(file, level), key=lambda one: one.span):
        found.setdefault(first_line(lines, branch.span.line), []).append(branch)
    return dict(sorted(found.items()))


def first_line(lines: list[int], line: int) -> int:
    """The last of the ascending `lines` up to `line`; `line` itself if there is none."""
    at = bisect_right(lines, line)
    return lines[at - 1] if at else line


def _branches(file: FileResult, level: str) -> Iterator[Branch]:
    if level == "line":
        return
    seen: set[Span] = set()
    for result in file.decisions:
        parts = _whole(result) if level == "branch" else _parts(result)
        for branch in parts:
            # A condition of a ternary inside a test belongs to two decisions and counts once.
            if branch.outcomes and branch.span not in seen:
                seen.add(branch.span)
                yield branch


def _whole(result: DecisionResult) -> Iterator[Branch]:
    decision = result.decision
    if decision.kind in STEERING or not result.conditions:
        yield Branch(decision.span, decision.text, decision.kind, _known(result.outcomes))


def _parts(result: DecisionResult) -> Iterator[Branch]:
    decision = result.decision
    if not result.conditions:
        yield Branch(decision.span, decision.text, decision.kind, _known(result.outcomes))
    for part in result.conditions:
        condition = part.condition
        yield Branch(condition.span, condition.text, decision.kind, _known(part.outcomes))


def _known(outcomes: dict[str, OutcomeResult]) -> dict[str, OutcomeResult]:
    """Without the excluded and the undetermined, for which these formats have no word."""
    wanted = (Status.COVERED, Status.MISSED)
    return {name: one for name, one in outcomes.items() if one.status in wanted}
