"""Concrete values for a parametrised test, from how far its operands were from the wanted outcome.

How a parameter becomes an operand is not known, so the ways that are common are proposed: it is the
operand; it is added to something; it is multiplied.  Trying tells.
"""

import ast
import math
from collections.abc import Iterator
from typing import Any, NamedTuple

from bytecov.diagnose.distance import NUMBERS, least
from bytecov.diagnose.nearness import NearMiss, literals

MOST = 6
Function = ast.FunctionDef | ast.AsyncFunctionDef


class Proposal(NamedTuple):
    """Run the test with this parameter changed."""

    parameter: str
    value: Any


def proposals(near: NearMiss, function: Function, row: str = "") -> list[Proposal]:
    """What to try, the likeliest first; empty where nothing is known or nothing fits.  `row` names
    that of `parametrize` (`500-295`)."""
    operands = literals(near.seen.observation)
    if operands is None or near.distance is None:
        return []
    found: dict[tuple[str, str], tuple[int, Proposal]] = {}
    for index, seen in enumerate(operands):
        for wanted in _goals(near, operands, index):
            for name, value in parameters(function, row):
                for rank, proposed in _ways(value, seen, wanted):
                    if type(proposed) is type(value) and proposed == value:
                        continue
                    key = (name, repr(proposed))
                    if key not in found or found[key][0] > rank:
                        found[key] = rank, Proposal(name, proposed)
    ordered = sorted(found.values(), key=lambda pair: pair[0])
    return [proposal for _, proposal in ordered[:MOST]]


def parameters(function: Function, row: str = "") -> Iterator[tuple[str, Any]]:
    """Each parameter with each plain value that `pytest.mark.parametrize` gives it; of `row`, as
    the brackets of a test's id name it, where it can be told which that is."""
    for decorator in function.decorator_list:
        match decorator:
            case ast.Call(func=ast.Attribute(attr="parametrize"), args=[names, rows, *_]):
                if isinstance(rows, ast.List | ast.Tuple):
                    every = [(one, list(_plain(_names(names), one))) for one in rows.elts]
                    for _, values in [one for one in every if _is_named(*one, row)] or every:
                        yield from values


def _is_named(row: ast.expr, values: list[tuple[str, Any]], name: str) -> bool:
    """Whether an id speaks of a row: its own `id`, else all its plain values stand there.  pytest
    makes ids of the values' `str`, escaped, and numbers others (`500-295`, `True-delays1`)."""
    parts = [str(value).encode("unicode_escape").decode("ascii") for _, value in values]
    for keyword in row.keywords if isinstance(row, ast.Call) else ():
        if keyword.arg == "id" and isinstance(keyword.value, ast.Constant):
            parts = [str(keyword.value.value)]
    return bool(parts) and all(f"-{part}-" in f"-{name}-" for part in parts)


def _names(node: ast.expr) -> list[str]:
    try:
        value = ast.literal_eval(node)
    except ValueError:
        return []
    if isinstance(value, str):
        return [name.strip() for name in value.split(",") if name.strip()]
    return [name for name in value if isinstance(name, str)]


def _plain(names: list[str], row: ast.expr) -> Iterator[tuple[str, Any]]:
    """The parameters of a row that are numbers or texts."""
    parts = [row]
    if isinstance(row, ast.Call):  # pytest.param(…)
        parts = row.args
    elif len(names) > 1 and isinstance(row, ast.Tuple | ast.List):
        parts = row.elts
    for name, part in zip(names, parts, strict=False):
        try:
            value = ast.literal_eval(part)
        except ValueError:
            continue
        if type(value) in (int, float, str):
            yield name, value


def _goals(near: NearMiss, operands: list[Any], index: int) -> Iterator[Any]:
    """Values of one operand that give the wanted outcome."""
    seen, far = operands[index], near.distance or 0.0
    asked = near.asked
    if len(operands) == 1:
        if type(seen) in (int, float):
            yield 0 if asked == "not" else 1
        elif type(seen) is str:
            yield "" if asked == "not" else "x"
        return
    other = operands[1 - index]
    if asked in ("<", "<=", ">", ">=") and type(seen) in NUMBERS:
        up = (asked in (">", ">=")) is (index == 0)
        step = far if type(seen) is float or far != int(far) else int(far)
        yield seen + step if up else seen - step
    elif asked == "==":
        yield other
    elif asked == "!=":
        yield seen + 1 if type(seen) in (int, float) else f"{seen}x"
    elif asked == "in" and index == 0:
        yield from _members(seen, other)
    elif asked == "startswith" and index == 0:
        yield f"{other}{seen}"
    elif asked == "endswith" and index == 0:
        yield f"{seen}{other}"


def _members(seen: Any, container: Any) -> Iterator[Any]:
    if type(container) is str:
        yield container
        return
    alike = [each for each in container if type(each) is type(seen)]
    if type(seen) in (int, float) and alike:
        nearest = least(abs(each - seen) for each in alike)
        yield from (each for each in alike if abs(each - seen) == nearest)
    else:
        yield from alike[:2]


def _ways(value: Any, seen: Any, wanted: Any) -> Iterator[tuple[int, Any]]:
    """A parameter's new value, if its old one is the operand, a part of a sum, or a factor."""
    if type(value) is str and type(wanted) is str:
        yield (0 if value == seen else 3), wanted
        return
    if not all(type(one) in (int, float) for one in (value, seen, wanted)):
        return
    if value == seen:
        yield 0, wanted
        return
    yield 1, value + (wanted - seen)
    if seen and value:
        scaled = value * wanted / seen
        if not math.isfinite(scaled):
            return
        whole = type(value) is int
        yield 2, (math.ceil(scaled) if wanted > seen else math.floor(scaled)) if whole else scaled
