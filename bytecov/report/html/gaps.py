"""Gaps: what is missing in a file at each level, what kind it is, and how near a test is to it."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from bytecov.model.decision import DecisionKind
from bytecov.model.result import DecisionResult, FileResult, OutcomeResult, ScopeKind, Status
from bytecov.model.span import Span
from bytecov.model.witness import Witnesses
from bytecov.report.html.marks import Mark
from bytecov.report.html.reached import with_tests
from bytecov.report.sentences import (
    Missing,
    branch_sentences,
    mcdc_sentences,
    missing_sentences,
    shorten,
)


class Near(IntEnum):
    """How little is missing, the least first; the order of the worklist."""

    LAST_OF_ITS_TEST = 0  # everything else in the decision happened
    REACHED = 1  # evaluated, and never came out this way
    ONE_VECTOR = 2  # a pair for MC/DC lacks one evaluation
    TWO_VECTORS = 3
    TEST_REACHED = 4  # an earlier condition of the test always decided
    FUNCTION_RAN = 5
    NEVER_RAN = 6


@dataclass(frozen=True, slots=True)
class Gap:
    """One sentence with its place and its link.  `kind` is a word to filter by."""

    line: int
    anchor: str
    function: str
    sentence: Missing
    kind: str
    near: Near
    seen: int  # how often something came next to it


def gaps(
    file: FileResult,
    lines: Sequence[str],
    marks: Sequence[Mark],
    witnesses: Witnesses | None = None,
) -> dict[str, list[Gap]]:
    """{level: its gaps in source order}"""
    finder = _Finder(file, marks, witnesses)
    return {
        "line": list(_missed_lines(file, lines)),
        "branch": list(finder.find("branch")),
        "condition": list(finder.find("condition")),
        "mcdc": list(finder.find("mcdc")),
    }


def kind_of(sentence: Missing, result: DecisionResult) -> str:
    """`true` or `false` that never was; `loop`, `case`, `except`, `with`; `unreached`; `mcdc`."""
    if sentence.said.startswith("never decided alone") or not sentence.keys:
        return "mcdc"
    if len(sentence.keys) > 1:
        return "unreached"
    outcome = sentence.keys[0].outcome
    if outcome in ("true", "false"):
        return outcome
    match result.decision.kind:
        case DecisionKind.MATCH_CASE:
            return "case"
        case DecisionKind.EXCEPT:
            return "except"
        case DecisionKind.WITH:
            return "with"
        case _:
            return "loop"


class _Finder:
    def __init__(
        self, file: FileResult, marks: Sequence[Mark], witnesses: Witnesses | None
    ) -> None:
        self.file = file
        self.witnesses = witnesses
        self.anchors: dict[tuple[int, int | None], Mark] = {}
        for mark in marks:
            self.anchors.setdefault((mark.decision, mark.condition), mark)
        ran = {one.name for one in file.scopes if one.lines.covered}
        self.idle = {one.name for one in file.scopes if one.kind is ScopeKind.FUNCTION} - ran

    def find(self, level: str) -> Iterator[Gap]:
        tell = {
            "branch": branch_sentences,
            "condition": missing_sentences,
            "mcdc": mcdc_sentences,
        }[level]
        found: list[Gap] = []
        for index, result in enumerate(self.file.decisions):
            for sentence in tell(result):
                if mark := self._mark(index, result, sentence):
                    near = nearness(sentence, result, result.decision.function in self.idle)
                    kind = kind_of(sentence, result)
                    if self.witnesses and kind != "mcdc":
                        sentence = with_tests(sentence, result, self.witnesses)
                    found.append(
                        Gap(
                            mark.span.line,
                            mark.anchor,
                            result.decision.function,
                            sentence,
                            kind,
                            near,
                            _seen(sentence, result),
                        )
                    )
        return iter(sorted(found, key=lambda gap: (gap.line, gap.sentence.span.col)))

    def _mark(self, index: int, result: DecisionResult, sentence: Missing) -> Mark | None:
        """Where the sentence belongs; None for a condition that another decision tells of."""
        for number, part in enumerate(result.conditions):
            if part.condition.span == sentence.span:
                return self.anchors.get((index, number)) or self.anchors.get((index, None))
        first = 0 if result.conditions else None
        return self.anchors.get((index, None)) or self.anchors.get((index, first))


def nearness(sentence: Missing, result: DecisionResult, idle: bool) -> Near:
    """How near the tests came; `idle`: the function never ran."""
    part = next((one for one in result.conditions if one.condition.span == sentence.span), None)
    reached = any(_happened(one.outcomes) for one in result.conditions)
    if kind_of(sentence, result) == "mcdc" and part and part.need and reached:
        return Near.ONE_VECTOR if part.need.beside else Near.TWO_VECTORS
    outcomes = part.outcomes if part else result.outcomes
    if _happened(outcomes):
        missed = sum(len(_missed(one.outcomes)) for one in result.conditions)
        own = 0 if result.conditions else len(_missed(result.outcomes))
        return Near.LAST_OF_ITS_TEST if missed + own == 1 else Near.REACHED
    if reached:
        return Near.TEST_REACHED
    return Near.NEVER_RAN if idle else Near.FUNCTION_RAN


def _seen(sentence: Missing, result: DecisionResult) -> int:
    part = next((one for one in result.conditions if one.condition.span == sentence.span), None)
    outcomes = part.outcomes if part else result.outcomes
    return sum(one.count or 0 for one in outcomes.values())


def _happened(outcomes: Mapping[str, OutcomeResult]) -> bool:
    return any(one.status is Status.COVERED for one in outcomes.values())


def _missed(outcomes: Mapping[str, OutcomeResult]) -> list[str]:
    return [name for name, one in outcomes.items() if one.status is Status.MISSED]


def _missed_lines(file: FileResult, lines: Sequence[str]) -> Iterator[Gap]:
    """Missed lines, those that follow each other together."""
    counted = sorted({*file.lines.covered, *file.lines.missed})
    place = {line: index for index, line in enumerate(counted)}
    function_at = _functions(file, len(lines))
    groups: list[list[int]] = []
    for line in file.lines.missed:
        function = function_at[line]
        follows = groups and place[groups[-1][-1]] + 1 == place[line]
        if follows and function_at[groups[-1][0]] == function:
            groups[-1].append(line)
        else:
            groups.append([line])
    seen: Counter[tuple[str, str]] = Counter()
    for group in groups:
        first, function = group[0], function_at[group[0]]
        text = lines[first - 1].strip() if first <= len(lines) else ""
        seen[function, text] += 1
        named = "\0".join((function, "line", text, str(seen[function, text])))
        digest = hashlib.sha256(named.encode("utf-8", "surrogatepass")).hexdigest()[:10]
        readable = "-".join(re.findall(r"[A-Za-z0-9_]+", function))[:40]
        detail = "" if len(group) == 1 else f"{len(group)} lines, to {group[-1]}"
        sentence = Missing(Span(first, 0, group[-1], 0), shorten(text), "never ran", detail, ())
        idle = not any(one.lines.covered for one in file.scopes if one.name == function) and bool(
            function
        )
        near = Near.NEVER_RAN if idle else Near.FUNCTION_RAN
        yield Gap(first, f"l-{readable}-{digest}", function, sentence, "line", near, 0)


def _functions(file: FileResult, count: int) -> list[str]:
    """For each line the innermost function or class whose body holds it; line 0 is none."""
    names = [""] * (count + 2)
    for one in file.scopes:
        names[one.line + 1 : one.end_line + 1] = [one.name] * (one.end_line - one.line)
    return names
