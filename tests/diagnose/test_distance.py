"""Branch distances against brute force: the least change that makes a comparison come out."""

import itertools
import math
import operator
import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bytecov.diagnose.distance import (
    OPPOSITE,
    distance,
    edit_distance,
    equality_distance,
    truth_distance,
)

OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
}
SMALL = range(-4, 5)


@pytest.mark.parametrize("name", OPERATORS)
@pytest.mark.parametrize("wanted", [True, False])
def test_integers(name: str, wanted: bool) -> None:
    """By trying every change of the left operand."""
    holds = OPERATORS[name]
    for left, right in itertools.product(SMALL, SMALL):
        changes = (abs(d) for d in range(-10, 11) if holds(left + d, right) is wanted)
        assert distance(name, (left, right), wanted) == min(changes)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(OPERATORS)), st.booleans(), *[st.floats(-1e6, 1e6)] * 2)
def test_floats(name: str, wanted: bool, left: float, right: float) -> None:
    """The change is enough, and the float before it is not."""
    holds = OPERATORS[name]
    found = distance(name, (left, right), wanted)
    assert found is not None
    if holds(left, right) is wanted:
        assert found == 0
        return
    goals = [right, math.nextafter(right, math.inf), math.nextafter(right, -math.inf)]
    reached = [goal for goal in goals if holds(goal, right) is wanted]
    assert found == pytest.approx(min(abs(goal - left) for goal in reached), abs=1e-9)
    assert found > 0


def all_texts(longest: int, letters: str = "ab") -> list[str]:
    return [
        "".join(found)
        for length in range(longest + 1)
        for found in itertools.product(letters, repeat=length)
    ]


def one_edit(text: str) -> set[str]:
    places = range(len(text) + 1)
    inserted = {text[:i] + c + text[i:] for i in places for c in "ab"}
    deleted = {text[:i] + text[i + 1 :] for i in places}
    replaced = {text[:i] + c + text[i + 1 :] for i in places[:-1] for c in "ab"}
    return {text} | inserted | deleted | replaced


def edits_until(text: str, holds: Callable[[str], bool]) -> int:
    """By trying every text that is one edit away, then two, …"""
    reached, count = {text}, 0
    while not any(map(holds, reached)):
        reached = set().union(*map(one_edit, reached))
        count += 1
    return count


TEXTS = all_texts(3)


@pytest.mark.parametrize("right", ["", "a", "ab", "bba"])
def test_texts(right: str) -> None:
    for left in TEXTS:
        assert edit_distance(left, right) == edits_until(left, lambda t: t == right)
        assert distance("==", (left, right), True) == edit_distance(left, right)
        assert distance("!=", (left, right), True) == (left == right)
        assert distance("in", (left, right), True) == edits_until(left, lambda t: t in right)
        assert distance("not in", (left, right), True) == (left in right)
        for name in ("startswith", "endswith"):
            found = edits_until(left, lambda t, name=name: getattr(t, name)(right))
            assert distance(name, (left, right), True) == found


@pytest.mark.parametrize("name", ["<", "<=", ">", ">="])
def test_order_of_texts(name: str) -> None:
    """0 where it holds and only there; and less, the nearer the letter that decides is."""
    holds = OPERATORS[name]
    for left, right in itertools.product(all_texts(2, "abc"), repeat=2):
        for wanted in (True, False):
            found = distance(name, (left, right), wanted)
            assert found is not None
            assert (found == 0) is (holds(left, right) is wanted)
    falling = [distance("<", (left, "c"), True) for left in "zyxedcb"]
    assert falling == sorted(falling, reverse=True)
    assert falling[-1] == 0


def test_membership() -> None:
    for value, size in itertools.product(SMALL, range(4)):
        for container in itertools.combinations((-3, 0, 2, 9), size):
            changes = [abs(d) for d in range(-15, 16) if value + d in container]
            for kind in (list, tuple, set, frozenset, dict.fromkeys):
                asked = (value, kind(container))
                assert distance("in", asked, True) == min(changes, default=None)
                assert distance("in", asked, False) == (value in container)


def test_truth() -> None:
    for value, from_true, from_false in (
        *((5, 5, 0), (-2.5, 2.5, 0), (0, 0, 1), ("", 0, 1), ("abc", 3, 0), ([1, 2], 2, 0)),
        *(({}, 0, 1), (None, 0, 1), (True, 1, 0), (range(4), 4, 0)),
    ):
        assert truth_distance(value, False) == from_true
        assert truth_distance(value, True) == from_false
        assert distance("bool", (value,), True) == from_false


def test_identity_and_unknown() -> None:
    assert distance("is", (None, None), True) == 0
    assert distance("is", (3, None), True) == 1
    assert distance("is not", (None, None), True) == 1
    assert distance("<", (1, "a"), True) is None
    assert distance("<", (math.nan, 1.0), True) is None
    assert distance("==", (math.inf, 1.0), True) is None
    assert distance("<", (10**400, 1), True) is None
    assert distance("isupper", ("a",), True) is None
    assert equality_distance({1, 2}, {2, 3}) == 2
    assert equality_distance(None, 3) is None
    assert all(OPPOSITE[OPPOSITE[name]] == name for name in OPPOSITE)


class Formula:
    """A random expression over variables of its own, each in one comparison."""

    def __init__(self, rng: random.Random, deep: int = 2) -> None:
        self.rng = rng
        self.values: list[int] = []
        self.text = self.part(deep)
        self.code = compile(self.text, "formula", "eval")

    def part(self, depth: int) -> str:
        if depth == 0 or (len(self.values) and self.rng.random() < 0.2):
            self.values.append(self.rng.randrange(-3, 4))
            compared = self.rng.choice(sorted(OPERATORS))
            return f"v{len(self.values) - 1} {compared} {self.rng.randrange(-2, 3)}"
        if self.rng.random() < 0.25:
            return f"not ({self.part(depth - 1)})"
        word = self.rng.choice(["and", "or"])
        return f"({self.part(depth - 1)} {word} {self.part(depth - 1)})"

    def evaluated(self, values: Sequence[int]) -> tuple[bool, set[str]]:
        """Its truth with these values, and the variables that it asked for."""
        asked = Asked({f"v{i}": value for i, value in enumerate(values)})
        return eval(self.code, {}, asked), asked.names

    def least_change(self, wanted: bool, known: set[str] | None = None) -> int | None:
        """The least sum of changes of variables that gives the wanted truth, by trying all;
        without asking for others than the known.  None if so there is none."""
        sums = []
        for values in itertools.product(range(-3, 4), repeat=len(self.values)):
            truth, asked = self.evaluated(values)
            if truth is wanted and (known is None or asked <= known):
                pairs = zip(values, self.values, strict=True)
                sums.append(sum(abs(value - before) for value, before in pairs))
        return min(sums, default=None)


class Asked(dict[str, int]):
    """Variables, and which of them were asked for."""

    def __init__(self, values: dict[str, int]) -> None:
        super().__init__(values)
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> int:
        self.names.add(name)
        return super().__getitem__(name)
