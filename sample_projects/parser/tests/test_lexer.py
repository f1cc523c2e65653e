import pytest

from calc.errors import ExpressionError
from calc.lexer import tokens


def test_tokens_of_every_kind() -> None:
    assert [(token.kind, token.text, token.column) for token in tokens("2.5 * (rate+1)")] == [
        ("number", "2.5", 0),
        ("operator", "*", 4),
        ("operator", "(", 6),
        ("name", "rate", 7),
        ("operator", "+", 11),
        ("number", "1", 12),
        ("operator", ")", 13),
        ("end", "", 14),
    ]


def test_a_foreign_character_is_named_with_its_column() -> None:
    with pytest.raises(ExpressionError, match=r"cannot read '\?' at column 3"):
        list(tokens("1 ? 2"))
