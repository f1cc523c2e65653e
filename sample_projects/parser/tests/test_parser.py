import re

import pytest

from calc.errors import ExpressionError
from calc.nodes import Binary, Call, Name, Number, Unary
from calc.parser import parse

ONE, TWO, THREE = Number(1.0), Number(2.0), Number(3.0)


def test_stronger_operators_first() -> None:
    assert parse("1 + 2 * 3") == Binary("+", ONE, Binary("*", TWO, THREE))
    assert parse("1 * 2 + 3") == Binary("+", Binary("*", ONE, TWO), THREE)


def test_brackets() -> None:
    assert parse("(1 + 2) * 3") == Binary("*", Binary("+", ONE, TWO), THREE)


def test_a_sign_binds_less_than_a_power() -> None:
    assert parse("-2 ^ 3") == Unary("-", Binary("^", TWO, THREE))
    assert parse("+2 * 3") == Binary("*", Unary("+", TWO), THREE)


def test_calls_and_names() -> None:
    assert parse("max(x, 1, 2 + 3)") == Call("max", (Name("x"), ONE, Binary("+", TWO, THREE)))
    assert parse("now()") == Call("now", ())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected a number, a name or '(' at column 1"),
        ("1 +", "expected a number, a name or '(' at column 4"),
        ("1 2", "expected an operator or the end at column 3"),
        ("(1", "expected ')' at column 3"),
        ("max(1 2)", "expected ')' at column 7"),
        ("max(1,", "expected ')' at column 7"),
    ],
)
def test_errors_say_where(text: str, message: str) -> None:
    with pytest.raises(ExpressionError, match=re.escape(message)):
        parse(text)
