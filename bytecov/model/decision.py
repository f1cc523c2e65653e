"""What a test suite owes: decisions, their conditions, and the outcomes of both."""

from dataclasses import dataclass
from enum import Enum

from bytecov.model.obligation import ObligationKey
from bytecov.model.span import Span


class DecisionKind(Enum):
    """Which construct of the language decides."""

    IF = "if"  # elif too
    WHILE = "while"
    FOR = "for"  # async for too
    TERNARY = "ternary"
    BOOLOP = "boolop"  # and / or / not used as a value
    COMPARE_CHAIN = "compare-chain"  # a < b < c used as a value
    COMPREHENSION_IF = "comprehension-if"
    MATCH_CASE = "match-case"
    GUARD = "guard"
    EXCEPT = "except"
    ASSERT = "assert"
    WITH = "with"
    COMPREHENSION_FOR = "comprehension-for"
    SUB_PATTERN = "sub-pattern"  # a part of a case's pattern that can fail


STEERING = frozenset(
    {
        DecisionKind.IF,
        DecisionKind.WHILE,
        DecisionKind.FOR,
        DecisionKind.TERNARY,
        DecisionKind.COMPREHENSION_IF,
        DecisionKind.MATCH_CASE,
        DecisionKind.EXCEPT,
    }
)
"""Kinds whose outcomes count at level `branch`; the others count by their conditions."""

OPT_IN = frozenset(
    {
        DecisionKind.ASSERT,
        DecisionKind.WITH,
        DecisionKind.COMPREHENSION_FOR,
        DecisionKind.SUB_PATTERN,
    }
)
"""Kinds that count nowhere unless `[tool.bytecov] count` names them."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A leaf of a decision.  `if_true` and `if_false` say what is decided next: the index of
    another condition of the decision, or the decision's outcome as a bool."""

    span: Span
    text: str
    if_true: "int | bool"
    if_false: "int | bool"
    tested: bool = True  # False: its value is the result, nothing jumps on it (`a or b`'s b)

    def key(self, outcome: str) -> ObligationKey:
        return ObligationKey("condition", self.span, outcome)

    @property
    def begun_key(self) -> ObligationKey:
        """No obligation: says that an evaluation began, and maybe an exception ended it."""
        return self.key("evaluated")


@dataclass(frozen=True, slots=True)
class Decision:
    """A whole test as the author wrote it."""

    kind: DecisionKind
    span: Span
    text: str
    function: str  # dotted qualified name of the enclosing scope, "" for the module
    outcomes: tuple[str, ...]
    conditions: tuple[Condition, ...] = ()

    def key(self, outcome: str) -> ObligationKey:
        return ObligationKey(self.kind.value, self.span, outcome)
