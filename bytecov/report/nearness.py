"""How near the tests came, in words."""

from bytecov.diagnose.nearness import (
    NearestWay,
    NearMiss,
    is_number,
    is_plain_truth,
    literal,
    varying,
)
from bytecov.model.obligation import ObligationKey
from bytecov.model.values import REDACTED, Witnessed
from bytecov.report.sentences import shorten
from bytecov.source.parse import Source

MOST_SEEN = 3
ORDERS = {">": "short", ">=": "short", "<": "too much", "<=": "too much"}
TURNED = {"short": "too much", "too much": "short"}
EXACT = 1e-9


def near_text(source: Source, near: NearMiss | NearestWay) -> str:
    """`closest 99.5 in test_bulk (0.5 short)`, `was given 3, 'a'`; of a whole decision: ``closest
    in test_bulk: `total > 100` true from 99.5 (0.5 short), then `member` true (not evaluated)``"""
    if isinstance(near, NearestWay):
        return _way(source, near)
    if _is_unmeasured(near):
        return _given(near)
    return f"closest {_shown(source, near)}{_where(near.seen.context)} ({_amount(source, near)})"


def _way(source: Source, way: NearestWay) -> str:
    changes = [_change(source, one) for one in way.changes]
    unseen = [f"{_named(source, key)} (not evaluated)" for key in way.unseen]
    steps = " and ".join(changes) + (f", {way.distance:g} in all" if len(changes) > 1 else "")
    then = ", ".join(filter(None, [steps, *unseen])) if changes else ", ".join(unseen)
    return f"closest{_where(way.context)}: {then}"


def _change(source: Source, near: NearMiss) -> str:
    """`` `total > 100` true from 99.5 (0.5 short) ``"""
    said = _named(source, near.key)
    if is_plain_truth(near.seen.observation):
        return said
    if _is_unmeasured(near):
        return f"{said} from {_cut(_plain(near.seen))}"
    return f"{said} from {_shown(source, near)} ({_amount(source, near)})"


def _named(source: Source, key: ObligationKey) -> str:
    return f"`{shorten(source.segment(key.span))}` {key.outcome}"


def _is_unmeasured(near: NearMiss) -> bool:
    return near.distance is None or near.asked == "bool"


def _shown(source: Source, near: NearMiss) -> str:
    index = varying(source, near)
    return _cut(near.operands[index].text if index is not None else _test(near))


def _where(test: str) -> str:
    return f" in {test}" if test else ""


def _test(near: NearMiss) -> str:
    operands, operator = near.operands, near.seen.observation.operator
    if len(operands) == 2 and not operator.isidentifier():
        return f"{operands[0].text} {operator} {operands[1].text}"
    if len(operands) == 2 and operator == "in":
        return f"{operands[0].text} in {operands[1].text}"
    return ", ".join(one.text for one in operands)


def _given(near: NearMiss) -> str:
    """Only what was seen: there is no measure."""
    texts = dict.fromkeys(_plain(one) for one in (near.seen, *near.others))
    shown = [_cut(text) for text in list(texts)[:MOST_SEEN]]
    more = len(texts) - len(shown)
    return f"was given {', '.join(shown)}" + (f" and {more} more" if more else "")


def _plain(seen: Witnessed) -> str:
    value = seen.observation.operands[0]
    if value.text == REDACTED:
        return f"{value.kind} ({REDACTED})"
    return value.kind if value.text.startswith("#") else value.text


def _cut(text: str) -> str:
    return shorten(text, 60)


def _amount(source: Source, near: NearMiss) -> str:
    index = varying(source, near)
    far = near.distance or 0.0
    values = near.operands
    if near.asked in ORDERS and all(map(is_number, values)):
        said = ORDERS[near.asked]
        if index == 1:
            said = TURNED[said]
        if far < EXACT * max(1.0, abs(float(literal(values[0])))):
            return "equal: anything " + ("more" if said == "short" else "less") + " is enough"
        return f"{far:g} {said}"
    if near.asked == "not" and not is_number(values[0]):
        return _counted(far, "element", "to remove")
    if near.asked == "not":
        return f"{far:g} from zero"
    if values[0].kind in ("str", "bytes"):
        return _counted(far, "edit", "away")
    if near.asked in ("!=", "not in"):
        return "any other is enough"
    return f"{far:g} off"


def _counted(far: float, one: str, what: str) -> str:
    return f"{far:g} {one}{'' if far == 1 else 's'} {what}"
