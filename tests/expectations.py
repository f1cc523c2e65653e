"""What a test suite covers, written on the source lines it speaks of, and whether that is so.

    if a and b:  #! a: TF  b: T-
    for line in lines:  #! for: EX

The rule:

- An expectation is `subject: letters`; two spaces or more stand between expectations.
- The subject of a condition is its source text, or a piece of it that no other condition there
  has.  A `for` statement is called `for`, a case pattern `case`, an except clause `except`, an
  `assert` `assert`; an alternative of an or-pattern is called by its text.
- Letters stand for the outcomes, in this order, that a suite covers: T true, F false, E entered,
  X exhausted, M matched, N not matched.  Else there is `-` for missed, `?` for undetermined,
  `~` for excluded.
- A comment behind code speaks of its own line.  A comment on a line of its own speaks of what
  follows, up to the end of that statement's header: for long lines and for several lines.

Every decision needs its expectations, save the kinds that are counted only on request
(`OPT_IN`).  Of those an `assert` may have one, compared if the results hold asserts at all.
"""

import io
import tokenize
from collections.abc import Iterator
from typing import NamedTuple

from bytecov.model.decision import OPT_IN, STEERING, DecisionKind
from bytecov.model.result import DecisionResult, FileResult, OutcomeResult, Status
from bytecov.model.span import Span

MARK = "#! "

LETTERS = {
    "true": "T",
    "false": "F",
    "entered": "E",
    "exhausted": "X",
    "matched": "M",
    "not matched": "N",
}
UNCOVERED = {Status.MISSED: "-", Status.UNDETERMINED: "?", Status.EXCLUDED: "~"}

KEYWORDS = {
    DecisionKind.FOR: "for",
    DecisionKind.MATCH_CASE: "case",
    DecisionKind.EXCEPT: "except",
    DecisionKind.ASSERT: "assert",
}


class Expectation(NamedTuple):
    """Speaks of the lines `first` to `last`."""

    first: int
    last: int
    subject: str
    letters: str

    def speaks_of(self, line: int) -> bool:
        return self.first <= line <= self.last


class Finding(NamedTuple):
    """What a result says of one subject: a condition, or a decision that has none."""

    span: Span
    subject: str  # a keyword, or the text in the source
    letters: str
    optional: bool

    @property
    def place(self) -> str:
        return f"{self.span.line}: `{self.subject}`"


def read_expectations(source_text: str) -> list[Expectation]:
    """All expectations of a source.  ValueError for a comment that follows no rule."""
    expectations: list[Expectation] = []
    waiting: list[tuple[int, str]] = []  # comments on their own lines, until the header ends
    for token in tokenize.generate_tokens(io.StringIO(source_text).readline):
        line = token.start[0]
        if token.type == tokenize.NEWLINE:
            for above, comment in waiting:
                expectations += _split(comment, above + 1, line)
            waiting.clear()
        elif token.type == tokenize.COMMENT and token.string.startswith(MARK):
            if token.line[: token.start[1]].strip():
                expectations += _split(token.string, line, line)
            else:
                waiting.append((line, token.string))
    if waiting:
        raise ValueError(f"line {waiting[0][0]}: nothing follows this expectation")
    return sorted(expectations, key=lambda expectation: expectation.first)


def _split(comment: str, first: int, last: int) -> Iterator[Expectation]:
    """The expectations of one comment."""
    for part in comment.removeprefix(MARK).strip().split("  "):
        subject, colon, letters = part.strip().rpartition(": ")
        if part and not (colon and subject and set(letters) <= {*LETTERS.values(), *"-?~"}):
            raise ValueError(f"line {first}: {part.strip()!r} is not like `a: T-`")
        if part:
            yield Expectation(first, last, subject, letters)


def differences(file_result: FileResult, expectations: list[Expectation]) -> list[str]:
    """One sentence for each thing that is not as expected; none when all is well."""
    if file_result.problem is not None:
        return [file_result.problem]
    sentences: list[str] = []
    findings = list(_findings(file_result))
    for expectation in expectations:
        sentences += _compare(expectation, findings)
    sentences += [
        f"{finding.place} is {finding.letters} and has no expectation"
        for finding in findings
        if not finding.optional
    ]
    for result in file_result.decisions:
        sentences += _contradicts_itself(result)
    return sentences


def _compare(expectation: Expectation, findings: list[Finding]) -> Iterator[str]:
    """Find what the expectation speaks of, take it off the list, and say what differs."""
    here = [finding for finding in findings if expectation.speaks_of(finding.span.line)]
    exact = [finding for finding in here if finding.subject == expectation.subject]
    found = exact or [finding for finding in here if expectation.subject in finding.subject]
    place = f"{expectation.first}: `{expectation.subject}`"
    if not found:
        if expectation.subject != KEYWORDS[DecisionKind.ASSERT]:
            yield f"{place} should be {expectation.letters} and is not there"
    elif len({finding.subject for finding in found}) > 1:
        yield f"{place} can be any of " + ", ".join(f"`{finding.subject}`" for finding in found)
    else:
        finding = found[0]
        findings.remove(finding)
        if finding.letters != expectation.letters:
            yield f"{finding.place} should be {expectation.letters} and is {finding.letters}"


def _findings(file_result: FileResult) -> Iterator[Finding]:
    """Everything that an expectation can speak of, in source order."""
    patterns = [
        result.decision.span
        for result in file_result.decisions
        if result.decision.kind is DecisionKind.MATCH_CASE
    ]
    for result in file_result.decisions:
        decision = result.decision
        optional = decision.kind in OPT_IN
        if optional and decision.kind not in KEYWORDS:
            continue
        if result.conditions and not optional:
            for inner in result.conditions:
                condition = inner.condition
                yield Finding(condition.span, condition.text, _letters(inner.outcomes), False)
        else:
            subject = KEYWORDS.get(decision.kind, decision.text)
            if decision.kind is DecisionKind.MATCH_CASE and _is_inside(decision.span, patterns):
                subject = decision.text
            yield Finding(decision.span, subject, _letters(result.outcomes), optional)


def _is_inside(span: Span, others: list[Span]) -> bool:
    return any(other != span and other.contains(span) for other in others)


def _letters(outcomes: dict[str, OutcomeResult]) -> str:
    """The outcomes that there are, in the order of LETTERS."""
    return "".join(
        letter if result.status is Status.COVERED else UNCOVERED[result.status]
        for name, letter in LETTERS.items()
        if (result := outcomes.get(name)) is not None
    )


def _contradicts_itself(result: DecisionResult) -> Iterator[str]:
    """A decision came out true exactly when a condition that makes it true did."""
    decision = result.decision
    inside = [(one.condition, one.outcomes) for one in result.conditions]
    statuses = {outcome.status for _, outcomes in inside for outcome in outcomes.values()}
    if decision.kind not in STEERING or not statuses <= {Status.COVERED, Status.MISSED}:
        return
    for outcome, own in result.outcomes.items():
        way = outcome == "true"
        deciding = [outcomes["true"] for condition, outcomes in inside if condition.if_true is way]
        deciding += [
            outcomes["false"] for condition, outcomes in inside if condition.if_false is way
        ]
        came = any(one.status is Status.COVERED for one in deciding)
        if deciding and came is not (own.status is Status.COVERED):
            yield (
                f"{decision.span.line}: `{decision.text}` is {own.status.value} as {outcome}, "
                f"its conditions say {'covered' if came else 'missed'}"
            )
