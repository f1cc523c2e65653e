"""Evaluations of a decision: what each of its conditions came to."""

from enum import Enum
from typing import NamedTuple

from bytecov.model.decision import Decision
from bytecov.model.obligation import ObligationKey

LETTERS = {True: "T", False: "F", None: "-"}
VECTOR = " vector"  # what a kind of decision is followed by in the key of one of its vectors


class Vector(NamedTuple):
    """One way through a decision: the truth of each condition, None where it was not evaluated,
    and the outcome."""

    values: tuple[bool | None, ...]
    outcome: bool

    @property
    def last(self) -> int:
        """The condition that was evaluated last: it ended the evaluation."""
        return max(i for i, value in enumerate(self.values) if value is not None)

    def __str__(self) -> str:
        """`T F - -> F`"""
        shown = " ".join(LETTERS[value] for value in self.values)
        return f"{shown} -> {LETTERS[self.outcome]}"


class Need(NamedTuple):
    """What is missing to show that a condition decides: one vector to go with one that was seen,
    `beside`, or two new ones."""

    vectors: tuple[Vector, ...]
    beside: Vector | None


class Variant(Enum):
    """What else may differ between two evaluations that show a condition to decide."""

    MASKING = "masking"  # whatever cannot have changed the outcome
    UNIQUE_CAUSE = "unique-cause"  # nothing that both evaluated


def unkept_key(decision: Decision) -> ObligationKey:
    """Says that a decision was evaluated where no recorder kept its vectors."""
    return ObligationKey(decision.kind.value + VECTOR, decision.span, "?")


def vector_key(decision: Decision, values: tuple[bool | None, ...]) -> ObligationKey:
    """The name under which a recorder's count of a vector is kept among the obligations."""
    letters = "".join(LETTERS[value] for value in values)
    return ObligationKey(decision.kind.value + VECTOR, decision.span, letters)
