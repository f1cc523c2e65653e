"""What reaches a terminal."""

import pytest

from bytecov.cli.printing import printable, put


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain\tas\nit is", "plain\tas\nit is"),
        ("größer → ok", "größer → ok"),
        ("a\x1b[31mred", "a\\x1b[31mred"),
        ("over\rwritten\x07", "over\\rwritten\\x07"),
        ("\u202egnirts\x9b2J", "\\u202egnirts\\x9b2J"),
        ("\udcff", "\\udcff"),
    ],
)
def test_nothing_commands_the_terminal(text: str, expected: str) -> None:
    assert printable(text) == expected


def test_put(capsys: pytest.CaptureFixture[str]) -> None:
    put("a\x1b\udcff", end="\n")
    assert capsys.readouterr().out == "a\\x1b\\udcff\n"
