"""Fails on purpose: it chains operators of equal strength, so `power == floor` is true."""

import pytest

from calc.evaluate import Evaluator
from calc.parser import parse


@pytest.mark.parametrize(("text", "value"), [("8 - 4 - 2", 2), ("2 ^ 3 ^ 2", 512)])
def test_equal_operators_group_the_right_way(text: str, value: float) -> None:
    assert Evaluator().value(parse(text)) == value
