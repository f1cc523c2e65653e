"""What a file's page marks: each condition, and the keyword of each decision without any.

A mark knows where it is drawn, its ticks (one per outcome), the sentences of what it never
did, and an anchor.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bytecov.model.decision import OPT_IN, STEERING, Decision
from bytecov.model.obligation import ObligationKey
from bytecov.model.result import DecisionResult, FileResult, OutcomeResult, Status
from bytecov.model.span import Span
from bytecov.report.html.keywords import keyword_span
from bytecov.report.html.visible import visible
from bytecov.report.sentences import Missing, missing_sentences, shorten

LETTERS = {
    "true": "T",
    "false": "F",
    "entered": "in",
    "exhausted": "end",
    "matched": "Y",
    "not matched": "N",
    "suppressed": "held",
    "propagated": "let by",
}
"""What a tick says; the style sheet writes it, so that copying code copies no ticks."""


@dataclass(frozen=True, slots=True)
class Tick:
    """One outcome: `letter` in the shape of its status."""

    outcome: str
    status: Status
    count: int | None
    evaluated: bool

    @property
    def letter(self) -> str:
        return LETTERS.get(self.outcome, self.outcome[:1].upper())

    @property
    def words(self) -> str:
        """`true: 41 times`, `false: never`."""
        match self.status:
            case Status.COVERED:
                said = "yes" if self.count is None else f"{self.count:,}×"
            case Status.MISSED:
                said = "never" if self.evaluated else "never evaluated"
            case Status.EXCLUDED:
                said = "excluded"
            case Status.UNDETERMINED:
                said = "cannot be known"
        return f"{self.outcome}: {said}"


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """Compared by identity: two decisions may put equal marks on one place.

    `decision` and `condition` are places in `FileResult.decisions` and in the decision's
    conditions; without a condition the mark speaks of the decision itself.
    """

    span: Span
    text: str  # the source it speaks of, on one line
    function: str
    ticks: tuple[Tick, ...]
    sentences: tuple[Missing, ...]
    anchor: str
    decision: int
    condition: int | None = None
    mcdc: Status | None = None  # where it could decide among others
    steers: bool = False  # counts at level `branch`
    whole: bool = False  # a decision that its conditions speak for already

    @property
    def status(self) -> Status:
        """The worst of its outcomes, in the order in which a reader cares."""
        found = {tick.status for tick in self.ticks}
        order = (Status.MISSED, Status.UNDETERMINED, Status.COVERED, Status.EXCLUDED)
        return next((status for status in order if status in found), Status.EXCLUDED)

    @property
    def lenses(self) -> str:
        """The levels at which it is drawn, by their letters: branch, condition, MC/DC."""
        told = bool(self.sentences) or not self.whole
        return ("b" if self.steers else "") + ("cd" if told else "")

    def count(self, status: Status) -> int:
        """How many outcomes have this status, none of them counted twice in a file."""
        return 0 if self.whole else sum(tick.status is status for tick in self.ticks)

    @property
    def label(self) -> str:
        """One line for a tooltip and for a screen reader."""
        if all(tick.status is Status.MISSED and not tick.evaluated for tick in self.ticks):
            return visible(f"{self.text}: never evaluated")
        return visible(f"{self.text}: " + ", ".join(tick.words for tick in self.ticks))


def marks(file: FileResult, lines: Sequence[str]) -> list[Mark]:
    """All marks of a file in source order."""
    anchors = Anchors()
    # A test inside a test shares its conditions with the outer one: one mark for both.
    known: set[ObligationKey] = set()
    found = [
        mark
        for index, result in enumerate(file.decisions)
        if not _is_uncounted(result)
        for mark in _of_decision(index, result, lines, anchors, known)
    ]
    return sorted(found, key=lambda mark: (mark.span.line, mark.span.col))


class Anchors:
    """Names that stay when lines move: function, text, and which of several equal ones."""

    def __init__(self) -> None:
        self._seen: Counter[tuple[str, str, str]] = Counter()
        self._given: set[str] = set()

    def name(self, function: str, kind: str, text: str) -> str:
        """Unique in this file for each call, and safe in a URL without escapes."""
        which = (function, kind, text)
        self._seen[which] += 1
        named = "\0".join((*which, str(self._seen[which])))
        digest = hashlib.sha256(named.encode("utf-8", "surrogatepass")).hexdigest()
        readable = "-".join(re.findall(r"[A-Za-z0-9_]+", f"{function} {text}"))[:40].strip("-")
        prefix = f"g-{readable}-" if readable else "g-"
        anchor = next(
            name for end in range(8, 65) if (name := prefix + digest[:end]) not in self._given
        )
        self._given.add(anchor)
        return anchor


def _is_uncounted(result: DecisionResult) -> bool:
    """A kind that nobody asked to count."""
    everything = [result.outcomes, *(each.outcomes for each in result.conditions)]
    return result.decision.kind in OPT_IN and all(
        outcome.status is Status.EXCLUDED for each in everything for outcome in each.values()
    )


def _of_decision(
    index: int,
    result: DecisionResult,
    lines: Sequence[str],
    anchors: Anchors,
    known: set[ObligationKey],
) -> Iterator[Mark]:
    decision = result.decision
    sentences = missing_sentences(result)
    own = {decision.key(name) for name in result.outcomes}
    steers = decision.kind in STEERING
    # A decision of several conditions shows its own ticks only where one is missing, or at level
    # `branch`: they follow from its conditions, and the line stays calm.
    if result.outcomes and (steers or not result.conditions):
        yield Mark(
            keyword_span(decision, lines),
            shorten(decision.text) if not result.conditions else _whole(decision),
            decision.function,
            _ticks(result.outcomes),
            tuple(said for said in sentences if own.issuperset(said.keys)),
            anchors.name(decision.function, decision.kind.value, decision.text),
            index,
            steers=steers,
            whole=bool(result.conditions),
        )
    several = len(result.conditions) > 1
    for number, each in enumerate(result.conditions):
        keys = {each.condition.key(name) for name in each.outcomes}
        if keys and keys <= known:
            continue
        known |= keys
        yield Mark(
            each.condition.span,
            shorten(each.condition.text),
            decision.function,
            _ticks(each.outcomes),
            tuple(said for said in sentences if keys.issuperset(said.keys)),
            anchors.name(decision.function, "condition", each.condition.text),
            index,
            number,
            each.mcdc if several else None,
        )


def _whole(decision: Decision) -> str:
    return f"the whole test {shorten(decision.text)}"


def _ticks(outcomes: dict[str, OutcomeResult]) -> tuple[Tick, ...]:
    # One outcome alone (an except clause) has no other that would show it was tried.
    alone = len(outcomes) == 1
    return tuple(
        Tick(name, result.status, result.count, result.evaluated or alone)
        for name, result in outcomes.items()
    )
