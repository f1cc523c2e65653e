"""What is missing in a file, in the order and grouping in which every text report tells it."""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from bytecov.model.decision import STEERING, DecisionKind
from bytecov.model.result import DecisionResult, FileResult, OutcomeResult, Status
from bytecov.model.span import Span
from bytecov.report.sentences import Missing, mcdc_sentences, missing_sentences, shorten

WORDS = {
    # The text of these starts with the word itself.
    DecisionKind.FOR: "",
    DecisionKind.EXCEPT: "",
    DecisionKind.BOOLOP: "value",
    DecisionKind.COMPARE_CHAIN: "comparison",
    DecisionKind.COMPREHENSION_IF: "comprehension if",
    DecisionKind.MATCH_CASE: "case",
    DecisionKind.COMPREHENSION_FOR: "comprehension for",
    DecisionKind.SUB_PATTERN: "pattern",
}


class Entry(NamedTuple):
    """One decision, at `span`, with what never happened in it.

    `kind` and `text` name it; `text` is empty where the only sentence does.  `inline` is the
    sentence that goes on the same line, if there is just one.
    """

    span: Span
    kind: str  # possibly empty
    text: str
    sentences: tuple[Missing, ...]

    @property
    def where(self) -> str:
        """line:column"""
        return str(self.span)

    @property
    def inline(self) -> Missing | None:
        one = self.sentences[0]
        return one if len(self.sentences) == 1 and (not self.text or not one.subject) else None


class Unreached(NamedTuple):
    """A function none of whose decisions was ever reached."""

    first: int  # first and last line that decides
    last: int
    function: str  # qualified name, "" for the module
    decisions: int
    outcomes: int

    @property
    def where(self) -> str:
        """first-last"""
        return f"{self.first}-{self.last}" if self.last > self.first else str(self.first)

    @property
    def text(self) -> str:
        name = f"`{self.function}`" if self.function else "the module's own code"
        return f"{name}: none of its {self.decisions} decisions was ever reached"


def entries(file: FileResult, level: str) -> list[Entry | Unreached]:
    """Everything missing at `level`, from the top of the file to its end."""
    if level == "line":
        return []
    unreached = dict(_unreached(file))
    found: list[Entry | Unreached] = []
    for result in file.decisions:
        function = result.decision.function
        if function in unreached:
            if (whole := unreached[function]) not in found:
                found.append(whole)
        elif entry := _entry(result, level):
            found.append(entry)
    return found


def _entry(result: DecisionResult, level: str) -> Entry | None:
    decision = result.decision
    sentences = mcdc_sentences(result) if level == "mcdc" else missing_sentences(result)
    if level == "branch":
        if decision.kind not in STEERING:
            return None
        if len(result.conditions) > 1:
            sentences = [one for one in sentences if one.keys[0].kind != "condition"]
    if not sentences:
        return None
    outcomes = _outcomes(result)
    if result.conditions and all(map(_never_reached, outcomes)):
        keys = tuple(key for one in sentences for key in one.keys)
        sentences = [Missing(decision.span, shorten(decision.text), "was never reached", "", keys)]
    text = _heading(decision.text)
    if len(sentences) == 1 and sentences[0].subject == shorten(decision.text):
        text = ""
    return Entry(decision.span, _word(decision.kind), text, tuple(sentences))


def _heading(text: str, longest: int = 90) -> str:
    """Source text on one line; where it is long, its beginning."""
    flat = re.sub(r"(?<=[(\[{])\s*\n\s*|\s*\n\s*(?=[)\]}])", "", text)
    flat = re.sub(r"\s*\n\s*", " ", flat)
    return flat if len(flat) <= longest else flat[: longest - 1].rstrip() + "…"


def _word(kind: DecisionKind) -> str:
    return WORDS.get(kind, kind.value)


def _unreached(file: FileResult) -> Iterator[tuple[str, Unreached]]:
    """Functions with several decisions and none of them reached."""
    by_function = sorted(file.decisions, key=lambda one: one.decision.function)
    for function, group in groupby(by_function, key=lambda one: one.decision.function):
        results = list(group)
        outcomes = [one for result in results for one in _outcomes(result)]
        if len(results) > 1 and outcomes and all(map(_never_reached, outcomes)):
            lines = [result.decision.span for result in results]
            first, last = min(one.line for one in lines), max(one.end_line for one in lines)
            yield function, Unreached(first, last, function, len(results), len(outcomes))


def _outcomes(result: DecisionResult) -> list[OutcomeResult]:
    """All outcomes that are owed, the decision's own and those of its conditions."""
    found = [*result.outcomes.values()]
    for condition in result.conditions:
        found += condition.outcomes.values()
    return [one for one in found if one.status is not Status.EXCLUDED]


def _never_reached(outcome: OutcomeResult) -> bool:
    return outcome.status is not Status.COVERED and not outcome.evaluated
