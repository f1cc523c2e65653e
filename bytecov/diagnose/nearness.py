"""How near the tests came to an outcome that never happened, from the operands that were kept.

An operand pair was seen with the opposite outcome, so what is asked is how far it is from tipping
over.  Whether the compiler has turned the test around makes no difference to that.
"""

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bytecov.diagnose.distance import NUMBERS, OPPOSITE, distance
from bytecov.model.decision import DecisionKind
from bytecov.model.diagram import successor
from bytecov.model.obligation import ObligationKey
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


@dataclass(frozen=True, slots=True)
class NearestWay:
    """What a whole decision lacks of an outcome, in the test that came nearest to it.

    `distance` is the sum of what the conditions on the way lack: `and` adds, `or` takes the least;
    1 for a condition without a measure.  `changes` are those conditions; `unseen` are outcomes on
    the way of conditions that the test never evaluated, so what they lack is not known.
    """

    key: ObligationKey
    context: str
    distance: float
    changes: tuple[NearMiss, ...]
    unseen: tuple[ObligationKey, ...]


def near_miss(values: Iterable[Witnessed], key: ObligationKey) -> NearMiss | None:
    """The nearest of what was seen of the same test with its other outcome; None if nothing was,
    or nothing but True and False themselves, of which there is no nearer and farther.

    `key` never happened: what was seen of it all the same was tested again (`Links.retests`).
    """
    return _nearest((one for one in values if not is_plain_truth(one.observation)), key)


def _nearest(values: Iterable[Witnessed], key: ObligationKey) -> NearMiss | None:
    values = [one for one in values if one.key.kind == key.kind]
    same = [one for one in values if one.key.span == key.span] + _failed_inside(values, key)
    measured = [(_tipping(one.observation), one) for one in same if one.key != key]
    if not measured:
        return None
    measured.sort(key=lambda pair: _rank(*pair))
    (asked, far), nearest = measured[0]
    return NearMiss(key, asked, far, nearest, tuple(one for _, one in measured[1:]))


def _failed_inside(values: Sequence[Witnessed], key: ObligationKey) -> list[Witnessed]:
    """What the alternatives of a pattern were compared with, where the last that failed is noted
    as the failure of the whole; nothing if one of them matched, as it does in a part."""
    if key.kind != DecisionKind.MATCH_CASE.value or key.outcome != "matched":
        return []
    inside = [one for one in values if one.key.span != key.span and key.span.contains(one.key.span)]
    return [] if any(one.key.outcome == "matched" for one in inside) else inside


def nearest_way(
    values: Iterable[Witnessed], result: DecisionResult, outcome: str
) -> NearestWay | None:
    """The way through a decision to an outcome that never happened which lacks the least in any
    test: the fewest conditions that were not evaluated, then the least distance.  None of a
    decision with one condition or none, and where no values were kept.

    What was seen of one test is taken together, though it may be of several evaluations.
    """
    spans = {part.condition.span for part in result.conditions}
    if len(spans) < 2 or outcome not in ("true", "false"):
        return None
    by_test: dict[str, list[Witnessed]] = {}
    for one in values:
        if one.key.kind == "condition" and one.key.span in spans:
            by_test.setdefault(one.context, []).append(one)
    ways = [_least_way(test, seen, result, outcome) for test, seen in by_test.items()]
    return min(filter(None, ways), key=_cost, default=None)


def _least_way(
    test: str, seen: Sequence[Witnessed], result: DecisionResult, outcome: str
) -> NearestWay | None:
    """From the last condition to the first: a condition leads to later ones or to an outcome."""
    conditions, goal = [part.condition for part in result.conditions], outcome == "true"
    arrived = NearestWay(result.decision.key(outcome), test, 0.0, (), ())
    best: dict[int, NearestWay | None] = {}
    for i in reversed(range(len(conditions))):
        ways = []
        for value, name in ((True, "true"), (False, "false")):
            after = successor(conditions, (i, value))
            if after is goal:
                rest: NearestWay | None = arrived
            else:
                rest = None if isinstance(after, bool) else best[after]
            if rest is not None:
                status = result.conditions[i].outcomes[name].status
                ways.append(_with_step(rest, conditions[i].key(name), status, seen))
        best[i] = min(filter(None, ways), key=_cost, default=None)
    return best[0]


def _with_step(
    rest: NearestWay, key: ObligationKey, status: Status, seen: Sequence[Witnessed]
) -> NearestWay | None:
    """A way with a condition before it that comes out as `key` says; None if it cannot."""
    if status is Status.EXCLUDED:
        return None
    if status is not Status.MISSED and any(one.key == key for one in seen):
        return rest
    if (near := _nearest(seen, key)) is None:
        return replace(rest, unseen=(key, *rest.unseen))
    far = 1.0 if near.distance is None else near.distance
    return replace(rest, distance=far + rest.distance, changes=(near, *rest.changes))


def _cost(way: NearestWay) -> tuple[int, float, int, str]:
    return len(way.unseen), way.distance, len(way.changes), way.context


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


def is_plain_truth(observation: Observation) -> bool:
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
    if near.key.kind == DecisionKind.MATCH_CASE.value and isinstance(node, ast.Constant):
        return 0  # the subject
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
