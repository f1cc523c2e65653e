"""Results to render, laid by the real parts on sources written here."""

from collections.abc import Callable

import pytest

from bytecov.model.obligation import ObligationKey
from bytecov.model.result import FileResult, LinesResult, Results
from bytecov.results.laying import Covered
from bytecov.results.tally import file_result
from bytecov.source.exclusion import exclusions
from bytecov.source.obligations import obligations
from bytecov.source.parse import parse
from bytecov.source.statements import Statements

PRICING = """\
def discount(total, is_member, coupon=None):
    if is_member and total > 100 or coupon:
        return 10
    for item in coupon or ():
        print(item)
    rate = 5 if total > 10 else 0
    try:
        int(total)
    except (ValueError, TypeError):
        return 1
    return rate


def unused(a, b):
    if a and b:
        return 1
    while a < b:
        a += 1
"""

HAPPENED = {
    "is_member and total > 100 or coupon": {"true": 14, "false": 2},
    "is_member": {"true": 14, "false": 2},
    "total > 100": {"true": 14},
    "coupon": {"false": 2},
    "for item in coupon or ()": {"exhausted": 2},
    "total > 10": {"true": 1, "false": 1},
}


def happened(text: str, wanted: dict[str, dict[str, int]]) -> dict[ObligationKey, int]:
    """{obligation: count} for parts of the source named by their text."""
    found: dict[ObligationKey, int] = {}
    for decision in obligations(parse(text)):
        for part in (decision, *decision.conditions):
            for outcome, count in wanted.get(part.text, {}).items():
                found[part.key(outcome)] = count
    return found


def a_file(
    path: str, text: str, wanted: dict[str, dict[str, int]], lines: tuple[int, ...]
) -> FileResult:
    source = parse(text)
    covered = Covered(outcomes=happened(text, wanted), lines=frozenset(lines))
    return file_result(source, path, covered, exclusions(Statements(source)))


@pytest.fixture
def pricing() -> FileResult:
    """A file in which most kinds of things never happened."""
    return a_file("shop/pricing.py", PRICING, HAPPENED, (1, 2, 3, 4, 6, 7, 8, 11, 14))


@pytest.fixture
def perfect() -> FileResult:
    """A file without a miss."""
    text = "def f(a):\n    return 1 if a else 2\n"
    return a_file("shop/perfect.py", text, {"a": {"true": 1, "false": 1}}, (1, 2))


@pytest.fixture
def results(pricing: FileResult, perfect: FileResult) -> Results:
    return Results((perfect, pricing), ("vm",), ("3.11.7", "3.13.0"))


@pytest.fixture
def broken() -> Callable[[str], FileResult]:
    """A file that could not be reported."""
    return lambda said: FileResult("shop/broken.py", "", LinesResult(), (), problem=said)
