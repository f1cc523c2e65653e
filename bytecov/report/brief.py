"""The outcomes of a file by the line that coverage.py files them under, in few words each."""

from collections.abc import Iterator
from dataclasses import dataclass

from bytecov.model.arc import Arc
from bytecov.model.decision import DecisionKind
from bytecov.model.obligation import ObligationKey
from bytecov.model.result import DecisionResult, FileResult, OutcomeResult, Status
from bytecov.model.span import Span
from bytecov.report.sentences import missing_sentences, shorten
from bytecov.results.arcs import line_branches
from bytecov.source.parse import Source
from bytecov.source.statements import Statements

LONGEST = 30  # characters of a decision that is named besides its condition


@dataclass(frozen=True, slots=True)
class LineOutcome:
    """One outcome that counts.  `arc` is the way out of the line that coverage.py knows for it,
    None for what happens inside a line."""

    line: int  # first of its statement
    span: Span
    key: ObligationKey
    arc: Arc | None
    covered: bool
    subject: str  # `a or b: b`
    said: str  # `never true`; empty where it is covered
    sentence: str  # `b` was never true; the same


def line_outcomes(file: FileResult, source: Source) -> list[LineOutcome]:
    """Covered and missed outcomes of conditions, and of decisions that have none."""
    statements = Statements(source)
    arcs = {
        key: exit.arc
        for branch in line_branches(source, statements)
        for exit in branch.exits
        for key in exit.keys
    }
    found: dict[ObligationKey, LineOutcome] = {}
    for result in file.decisions:
        said = {key: one for one in missing_sentences(result) for key in one.keys}
        for span, key, outcome in _counted(result):
            if outcome.status not in (Status.COVERED, Status.MISSED) or key in found:
                continue
            found[key] = LineOutcome(
                statements.first_line(span.line),
                span,
                key,
                _arc(result, key, arcs),
                outcome.status is Status.COVERED,
                _subject(result, key),
                _without_verb(said[key].said) if key in said else "",
                said[key].text if key in said else "",
            )
    return list(found.values())


def _counted(result: DecisionResult) -> Iterator[tuple[Span, ObligationKey, OutcomeResult]]:
    for part in result.conditions:
        for name, outcome in part.outcomes.items():
            yield part.condition.span, part.condition.key(name), outcome
    if not result.conditions:
        for name, outcome in result.outcomes.items():
            yield result.decision.span, result.decision.key(name), outcome


def _arc(result: DecisionResult, key: ObligationKey, arcs: dict[ObligationKey, Arc]) -> Arc | None:
    """A condition that is the whole decision takes the decision's way."""
    if len(result.conditions) == 1:
        condition = result.conditions[0].condition
        after = condition.if_true if key.outcome == "true" else condition.if_false
        key = result.decision.key("true" if after is True else "false")
    return arcs.get(key)


def _subject(result: DecisionResult, key: ObligationKey) -> str:
    """The condition behind its decision.  A long decision is left out: the line is known."""
    decision = result.decision
    whole = shorten(decision.text, 2 * LONGEST)
    if decision.kind is DecisionKind.MATCH_CASE:
        whole = f"case {whole}"
    spans = {one.condition.span: one.condition.text for one in result.conditions}
    part = spans.get(key.span, decision.text)
    if part == decision.text:
        return whole
    part = shorten(part, 2 * LONGEST)
    return f"{whole}: {part}" if len(whole) <= LONGEST else part


def _without_verb(said: str) -> str:
    """`never true` of `was never true`, `never reached` of `loop was never reached`."""
    return said[said.index("never") :]
