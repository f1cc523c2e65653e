import pytest

from calc.errors import EvaluationError
from calc.evaluate import Evaluator
from calc.parser import parse


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", 7),
        ("7 - 4", 3),
        ("7 / 2", 3.5),
        ("7 % 4", 3),
        ("2 ^ 10", 1024),
        ("-2 ^ 2", -4),
        ("+5", 5),
        ("max(1, 3, 2)", 3),
        ("min(4, 2)", 2),
        ("sqrt(16)", 4),
        ("round(2.5)", 3),
        ("abs(0 - 3)", 3),
        ("round(pi)", 3),
    ],
)
def test_value(text: str, value: float) -> None:
    assert Evaluator().value(parse(text)) == value


def test_names() -> None:
    evaluator = Evaluator({"rate": 0.19})
    assert evaluator.value(parse("100 * (1 + rate)")) == 119
    assert evaluator.finished == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1 / 0", "undefined or too large"),
        ("2 * sqrt(0 - 1)", "undefined or too large"),
        ("unknown", "cannot compute Name"),
        ("unknown(1)", "cannot compute Call"),
        ("max(1)", "cannot compute Call"),
    ],
)
def test_expressions_without_a_value(text: str, message: str) -> None:
    with pytest.raises(EvaluationError, match=message):
        Evaluator().value(parse(text))


def test_the_depth_is_limited() -> None:
    evaluator = Evaluator(limit=3)
    with pytest.raises(EvaluationError, match="nested too deeply"):
        evaluator.value(parse("1 + (2 + (3 + 4))"))
    assert evaluator.deepest == 4
