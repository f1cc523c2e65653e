"""How near the tests came to an outcome that never happened, from the operands that were kept.

An operand pair was seen with the opposite outcome, so what is asked is how far it is from tipping
over.  Whether the compiler has turned the test around makes no difference to that.
"""

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bytecov.diagnose.distance import NUMBERS, OPPOSITE, distance, together
from bytecov.model.decision import Condition, ObligationKey
from bytecov.model.diagram import paths
from bytecov.model.result import DecisionResult, Status
from bytecov.model.values import Observation, Value, Witnessed
from bytecov.source.parse import Source

WITHOUT_DISTANCE = frozenset({"is", "is not", "isinstance", "issubclass", "except"})
"""Tests of what has no measure: it is so, or it is not."""


@dataclass(frozen=True, slots=True)
class NearMiss:
    """What came nearest to `key`.

    `distance` is None where none is known; `asked` is the test that would have to hold of the
    operands (`>` of `99.5 > 100`), `bool` or `not` for the truth of one.  `others` are further
    operands that were seen, the nearest first.
    """

    key: ObligationKey
    asked: str
    distance: float | None
    seen: Witnessed
    others: tuple[Witnessed, ...] = ()

    @property
    def operands(self) -> tuple[Value, ...]:
        return self.seen.observation.operands


def near_miss(values: Iterable[Witnessed], key: ObligationKey) -> NearMiss | None:
    """The nearest of what was seen of the same test with its other outcome; None if nothing was.

    `key` never happened: what was seen of it all the same was tested again (`Links.retests`).
    """
    same = [one for one in values if one.key.span == key.span and one.key.kind == key.kind]
    seen = [one for one in same if one.key != key and not _is_plain_truth(one.observation)]
    measured = [(_tipping(one.observation), one) for one in seen]
    if not measured:
        return None
    measured.sort(key=lambda pair: _rank(*pair))
    (asked, far), nearest = measured[0]
    return NearMiss(key, asked, far, nearest, tuple(one for _, one in measured[1:]))


def nearest_way(
    values: Sequence[Witnessed], result: DecisionResult, goal: bool
) -> tuple[float, tuple[ObligationKey, ...]] | None:
    """The way through a decision to an outcome that needs the least: how much, and which outcomes
    of conditions on it never happened.  None where no way has known distances."""
    conditions = [part.condition for part in result.conditions]
    found: list[tuple[float, tuple[ObligationKey, ...]]] = []
    for path, outcome in paths(conditions):
        if outcome is not goal:
            continue
        missing = [key for key in _keys(conditions, path) if not _covered(result, key)]
        parts = [_distance_of(values, key) for key in missing]
        if (total := together(parts)) is not None:
            found.append((total, tuple(missing)))
    return min(found, default=None, key=lambda way: (way[0], len(way[1])))


def literal(value: Value) -> Any:
    """The value itself; ValueError where what was kept is no literal."""
    if not value.whole:
        raise ValueError(value.text)
    if value.kind in ("float", "complex") and value.text in ("inf", "-inf", "nan"):
        return float(value.text)
    if value.kind == "set" and value.text == "set()":
        return set()
    if value.kind == "range":
        return range(*ast.literal_eval("(" + value.text.removeprefix("range(").rstrip(")") + ",)"))
    return ast.literal_eval(value.text)


def literals(observation: Observation) -> list[Any] | None:
    """All operands as values; None where one of them is not known."""
    try:
        return [literal(value) for value in observation.operands]
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None


def _is_plain_truth(observation: Observation) -> bool:
    """True or False themselves, of which there is no nearer and farther."""
    return observation.operator == "bool" and observation.operands[0].kind == "bool"


def _tipping(observation: Observation) -> tuple[str, float | None]:
    """What would have to hold of the operands for the other outcome, and how far they are."""
    operator = observation.operator
    if operator in WITHOUT_DISTANCE:
        return operator, None
    operands = literals(observation)
    if operands is None:
        return operator, None
    try:
        is_so = distance(operator, operands, True) == 0
        far = distance(operator, operands, not is_so)
    except (TypeError, ValueError, RecursionError):
        return operator, None
    if operator == "bool":
        return ("not" if is_so else "bool"), far
    return (OPPOSITE.get(operator, operator) if is_so else operator), far


def _rank(tipping: tuple[str, float | None], one: Witnessed) -> tuple[bool, float, int, str]:
    """The nearest first, then what was seen most."""
    far = tipping[1]
    return far is None, far or 0.0, -one.times, one.context


def _keys(conditions: Sequence[Condition], path: Iterable[tuple[int, bool]]) -> list[ObligationKey]:
    return [conditions[i].key("true" if value else "false") for i, value in path]


def _covered(result: DecisionResult, key: ObligationKey) -> bool:
    for part in result.conditions:
        for name, found in part.outcomes.items():
            if part.condition.key(name) == key:
                return found.status is Status.COVERED
    return False


def _distance_of(values: Sequence[Witnessed], key: ObligationKey) -> float | None:
    near = near_miss(values, key)
    return None if near is None else near.distance if near.distance is not None else 1.0


def is_number(value: Value) -> bool:
    """Whether it is one of the numbers that distances are known of."""
    return value.kind in {kind.__name__ for kind in NUMBERS}


def varying(source: Source, near: NearMiss) -> int | None:
    """Which operand a test would change: the one that the source does not write as a constant.
    None where both vary, or nothing tells."""
    operands = near.operands
    if len(operands) == 1:
        return 0
    node = _expression(source, near.key)
    if not isinstance(node, ast.Compare) or len(node.ops) != 1:
        return None
    constants = [_is_constant(node.left), _is_constant(node.comparators[0])]
    return None if constants.count(False) != 1 else constants.index(False)


def _is_constant(node: ast.expr) -> bool:
    """A literal, or a NAME as constants are written."""
    if isinstance(node, ast.Name | ast.Attribute):
        name = node.id if isinstance(node, ast.Name) else node.attr
        return name.isupper()
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError):
        return False
    return True


def _expression(source: Source, key: ObligationKey) -> ast.expr | None:
    try:
        text = source.segment(key.span)
        return ast.parse(f"({text}\n)", mode="eval").body
    except (SyntaxError, ValueError, RecursionError):
        return None
