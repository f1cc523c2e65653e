"""How far a test is from coming out the other way: branch distance.

The definitions are those of search-based testing (Korel 1990; Tracey, Clark, Mander, McDermid
1998), made exact where they can be:

- numbers: the least change of the left operand that gives the wanted truth; whole steps for
  integers, the next float for floats;
- texts: `==` by edit distance (Levenshtein), `in` and `startswith` by the edits that make a part
  or a beginning fit, order by how far apart the code points are where the texts first differ;
- containers: membership by the nearest element, truth by the number of elements;
- identity, classes and everything unordered: 1 for "not so".

0 means that it holds, None that no distance is known.  What `and`, `or` and `not` make of them is
left to `nearness.nearest_way`.  Nothing here runs code of the guest: operands are values of exact
builtin types.
"""

import math
import operator as operators
from collections.abc import Iterable, Sequence
from typing import Any

NUMBERS = (bool, int, float)
SIZED = (str, bytes, list, tuple, dict, set, frozenset, range)
ORDERS = {"<": operators.lt, "<=": operators.le, ">": operators.gt, ">=": operators.ge}
OPPOSITE = {
    "<": ">=",
    "<=": ">",
    ">": "<=",
    ">=": "<",
    "==": "!=",
    "!=": "==",
    "in": "not in",
    "not in": "in",
    "is": "is not",
    "is not": "is",
}


def distance(operator: str, operands: Sequence[Any], wanted: bool) -> float | None:
    """How far `operands` are from `operator` being `wanted`.

    `operator` is one of a comparison, `bool` for the truth of one operand, or the name of a builtin
    that says yes or no (`startswith`).
    """
    match operator, len(operands):
        case "bool", 1:
            return truth_distance(operands[0], wanted)
        case ("startswith" | "endswith"), 2:
            return _affix_distance(operator, operands[0], operands[1], wanted)
        case _, 2 if operator in OPPOSITE:
            asked = operator if wanted else OPPOSITE[operator]
            return _comparison_distance(asked, operands[0], operands[1])
    return None


def least(parts: Iterable[float | None]) -> float | None:
    """The least that is known."""
    return min((part for part in parts if part is not None), default=None)


def truth_distance(value: Any, wanted: bool) -> float | None:
    """Of `if value`."""
    if bool(value) is wanted:
        return 0.0
    if wanted:
        return 1.0
    if type(value) in NUMBERS:
        return _finite(abs(value))
    return float(len(value)) if type(value) in SIZED else None


def edit_distance(one: Sequence[Any], other: Sequence[Any]) -> int:
    """The least number of insertions, deletions and replacements that make `one` the other."""
    return _edits(one, other, free=False)


def _comparison_distance(operator: str, left: Any, right: Any) -> float | None:
    match operator:
        case "is":
            return float(left is not right)
        case "is not":
            return float(left is right)
        case "in":
            return _membership(left, right)
        case "not in":
            return _absence(left, right)
        case "==":
            return equality_distance(left, right)
        case "!=":
            return float(left == right) if not _are_floats(left, right) else _apart(left, right)
    if _are(NUMBERS, left, right):
        return _order_of_numbers(operator, left, right)
    if type(left) is type(right) is str:
        return _order_of_texts(operator, left, right)
    return None


def equality_distance(left: Any, right: Any) -> float | None:
    """How far two values are from being equal."""
    if left == right:
        return 0.0
    if _are(NUMBERS, left, right):
        return _finite(abs(left - right))
    if type(left) is type(right) and type(left) in (str, bytes, list, tuple):
        return float(edit_distance(left, right))
    if type(left) is type(right) and type(left) in (set, frozenset):
        return float(len(left ^ right))
    return None


def _apart(left: float, right: float) -> float:
    return math.ulp(left) if left == right else 0.0


def _order_of_numbers(operator: str, left: Any, right: Any) -> float | None:
    """The least change of `left`; for integers a whole number."""
    if left != left or right != right:
        return None  # a number that is none is in no order
    if ORDERS[operator](left, right):
        return 0.0
    goal, up = right, operator in (">", ">=")
    if operator in ("<", ">"):
        if _are_floats(left, right):
            goal = math.nextafter(right, math.inf if up else -math.inf)
        else:
            goal = right + (1 if up else -1)
    return _finite(abs(goal - left))


def _order_of_texts(operator: str, left: str, right: str) -> float:
    """How far apart the first code points are that differ, or by how much one is longer."""
    if operator in (">", ">="):
        left, right = right, left
    strict = operator in ("<", ">")
    if left < right or (left == right and not strict):
        return 0.0
    for one, other in zip(left, right, strict=False):
        if one != other:
            return float(ord(one) - ord(other) + (len(left) > len(right) and strict))
    return float(len(left) - len(right) + strict)


def _membership(value: Any, container: Any) -> float | None:
    if type(value) is type(container) is str:
        return float(_edits(value, container, free=True))
    if type(container) not in SIZED or type(container) in (str, bytes):
        return None
    if value in container:
        return 0.0
    return least(equality_distance(value, each) for each in container)


def _absence(value: Any, container: Any) -> float | None:
    if type(container) not in SIZED:
        return None
    return float(value in container)


def _affix_distance(operator: str, text: Any, affix: Any, wanted: bool) -> float | None:
    if not type(text) is type(affix) is str:
        return None
    if not wanted:
        return float(getattr(text, operator)(affix))
    if operator == "endswith":
        text, affix = text[::-1], affix[::-1]
    return float(min(_rows(affix, text, free=False)))


def _edits(one: Sequence[Any], other: Sequence[Any], free: bool) -> int:
    """`free`: only a part of the other has to be met (Sellers 1980)."""
    last = _rows(one, other, free)
    return min(last) if free else last[-1]


def _rows(one: Sequence[Any], other: Sequence[Any], free: bool) -> list[int]:
    """The last row of the table: edits from `one` to each beginning of the other."""
    row = [0] * (len(other) + 1) if free else list(range(len(other) + 1))
    for i, mine in enumerate(one, 1):
        before, row = row, [i]
        for j, its in enumerate(other, 1):
            row.append(min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (mine != its)))
    return row


def _are(kinds: tuple[type, ...], *values: Any) -> bool:
    return all(type(value) in kinds for value in values)


def _are_floats(left: Any, right: Any) -> bool:
    return _are(NUMBERS, left, right) and float in (type(left), type(right))


def _finite(value: float) -> float | None:
    """A distance as a float; None for infinities and what no float can hold."""
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None
