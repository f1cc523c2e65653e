"""What never happened, in words: the one wording that every report uses.

A reporter decides where a sentence stands and how it looks; what it says is decided here.
"""

from typing import NamedTuple

from bytecov.model.decision import STEERING, DecisionKind
from bytecov.model.obligation import ObligationKey
from bytecov.model.result import ConditionResult, DecisionResult, FileResult, OutcomeResult, Status
from bytecov.model.span import Span
from bytecov.model.vector import Vector

LONGEST = 60  # characters of source in a sentence; longer text loses its middle


class Missing(NamedTuple):
    """One sentence about missed outcomes of a condition or a decision.

    `subject` is source text as written, or None where `said` names its subject itself;
    `detail` is what is known beyond the sentence, possibly empty.  `keys` are the missed
    obligations: two where one sentence speaks of both outcomes.
    """

    span: Span
    subject: str | None
    said: str
    detail: str
    keys: tuple[ObligationKey, ...]

    @property
    def text(self) -> str:
        """The whole sentence in plain text, the subject between backticks."""
        sentence = self.said if self.subject is None else f"`{self.subject}` {self.said}"
        return f"{sentence} ({self.detail})" if self.detail else sentence


def missing_sentences(result: DecisionResult) -> list[Missing]:
    """One sentence for each missed outcome of a decision and of its conditions.

    An outcome of a decision with a single condition is that condition's outcome, so it is
    said once.  A condition with no outcome at all gets one sentence for both.
    """
    sentences = _of_decision(result) if _speaks_itself(result) else []
    for condition in result.conditions:
        sentences += _of_condition(condition)
    return sentences


def branch_sentences(result: DecisionResult) -> list[Missing]:
    """One for each missed outcome of the decision itself; nothing where it counts by its
    conditions alone."""
    if result.decision.kind not in STEERING:
        return []
    return _of_decision(result, shorten(result.decision.text))


def mcdc_sentences(result: DecisionResult) -> list[Missing]:
    """The same, with what a test must do for each condition that was not shown to decide alone.

    A decision with one condition is its own MC/DC: there is nothing to add.
    """
    if len(result.conditions) < 2:
        return missing_sentences(result)
    sentences = _of_decision(result) if _speaks_itself(result) else []
    if result.unanalysed:
        sentences.append(_too_many_ways(result))
    for condition in result.conditions:
        undecided = condition.need and condition.mcdc is Status.MISSED
        sentences += [_undecided(result, condition)] if undecided else _of_condition(condition)
    return sentences


def never_happened(file: FileResult) -> set[ObligationKey]:
    """The outcomes that a report counts as missing: each missed outcome of a condition, and of
    a decision that has no conditions."""
    return {
        key
        for result in file.decisions
        for sentence in missing_sentences(result)
        for key in sentence.keys
        if key.kind == "condition" or not result.conditions
    }


def never(outcome: str, evaluated: bool = True) -> str:
    """The verb for one outcome that never happened: `was never true`."""
    return _NEVER.get(outcome, f"was never {outcome}") if evaluated else "was never evaluated"


def times(count: int | None) -> str:
    """How often something ran: None for never, 0 where that is not known."""
    return "never" if count is None else _times(count) if count else "yes"


def shorten(text: str, longest: int = LONGEST) -> str:
    """Source text on one line, the middle left out where it is long."""
    flat = " ".join(text.split())
    if len(flat) <= longest:
        return flat
    head = (longest - 1) * 2 // 3
    return f"{flat[:head].rstrip()}…{flat[head - longest + 1 :].lstrip()}"


def _speaks_itself(result: DecisionResult) -> bool:
    if not result.conditions:
        return True
    return len(result.conditions) > 1 and result.decision.kind in STEERING


def _missed(outcomes: dict[str, OutcomeResult]) -> list[str]:
    return [name for name, result in outcomes.items() if result.status is Status.MISSED]


def _never_evaluated(outcomes: dict[str, OutcomeResult], missed: list[str]) -> bool:
    return bool(missed) and not any(result.evaluated for result in outcomes.values())


def _of_condition(result: ConditionResult) -> list[Missing]:
    condition, missed = result.condition, _missed(result.outcomes)
    subject = shorten(condition.text)
    if _never_evaluated(result.outcomes, missed):
        keys = tuple(condition.key(name) for name in missed)
        return [Missing(condition.span, subject, "was never evaluated", "", keys)]
    if len(missed) == len(result.outcomes):
        keys = tuple(condition.key(name) for name in missed)
        return [Missing(condition.span, subject, "was never true or false", _LEFT, keys)]
    return [
        Missing(
            condition.span,
            subject,
            f"was never {name}",
            _seen_otherwise(result.outcomes, name),
            (condition.key(name),),
        )
        for name in missed
    ]


_LEFT = "it was evaluated, and an exception left it each time"


def _undecided(result: DecisionResult, part: ConditionResult) -> Missing:
    """What completes a pair, in words."""
    assert part.need is not None
    needs = " and ".join(_in_words(result, one) for one in part.need.vectors)
    seen = ""
    if beside := part.need.beside:
        witness = result.witnesses.get(beside)
        seen = f"to go with {beside}" + (f", seen in {witness}" if witness else "")
    said = f"never decided alone: needs {needs}"
    missed = tuple(part.condition.key(name) for name in _missed(part.outcomes))
    return Missing(part.condition.span, shorten(part.condition.text), said, seen, missed)


def _in_words(result: DecisionResult, vector: Vector) -> str:
    """`a` true, `b` false -> false"""
    parts = [
        f"`{shorten(part.condition.text, 30).replace('`', chr(39))}` {_WORDS[value]}"
        for part, value in zip(result.conditions, vector.values, strict=True)
        if value is not None
    ]
    return f"{', '.join(parts)} -> {_WORDS[vector.outcome]}"


_WORDS = {True: "true", False: "false"}


def _too_many_ways(result: DecisionResult) -> Missing:
    said = (
        f"the whole test has {result.unanalysed:,} ways through it, too many for MC/DC:"
        " its conditions count as missed"
    )
    return Missing(result.decision.span, None, said, "", ())


def _seen_otherwise(outcomes: dict[str, OutcomeResult], missed: str) -> str:
    """What happened instead: `41 times false`, or `observed false` where nothing counts; and how
    near it was: `closest 99.5 (0.5 short)`."""
    others = ", ".join(
        f"{_times(result.count)} {name}"
        for name, result in outcomes.items()
        if name != missed and result.status is Status.COVERED
    )
    return "; ".join(filter(None, (others, outcomes[missed].near)))


def _times(count: int | None) -> str:
    if not count:
        return "observed"
    return "once" if count == 1 else f"{count:,} times"


_NEVER = {
    "true": "was never true",
    "false": "was never false",
    "entered": "was never entered",
    "exhausted": "never ran to exhaustion",
    "matched": "never matched",
    "not matched": "never failed to match",
    "suppressed": "never suppressed an exception",
    "propagated": "never let an exception through",
}

_NOUN = {
    DecisionKind.FOR: "loop",
    DecisionKind.COMPREHENSION_FOR: "comprehension loop",
}

_UNREACHED = {
    DecisionKind.FOR: "was never reached",
    DecisionKind.COMPREHENSION_FOR: "was never reached",
    DecisionKind.MATCH_CASE: "was never tried",
    DecisionKind.SUB_PATTERN: "was never tried",
    DecisionKind.EXCEPT: "was never tried",
    DecisionKind.WITH: "was never reached",
}


def _of_decision(result: DecisionResult, name: str | None = None) -> list[Missing]:
    """`name` is what to call a test of conditions, else `the whole test`."""
    decision, missed = result.decision, _missed(result.outcomes)
    noun = _NOUN.get(decision.kind)
    if result.conditions and not name:
        noun = "the whole test"
    subject = None if noun else name or shorten(decision.text)

    def sentence(said: str, detail: str, names: list[str]) -> Missing:
        said = f"{noun} {said}" if noun else said
        return Missing(
            decision.span, subject, said, detail, tuple(decision.key(name) for name in names)
        )

    # A decision with one outcome (an except clause) has no other that would show it was tried.
    if len(result.outcomes) > 1 and _never_evaluated(result.outcomes, missed):
        return [sentence(_UNREACHED.get(decision.kind, "was never evaluated"), "", missed)]
    return [
        sentence(
            _NEVER.get(name, f"was never {name}"), _seen_otherwise(result.outcomes, name), [name]
        )
        for name in missed
    ]
