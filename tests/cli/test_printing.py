"""What reaches a terminal."""

import pytest

from bytecov.cli.printing import put
from bytecov.model.printable import printable
from bytecov.model.result import FileResult, LinesResult, Results
from bytecov.report.layout import Look
from bytecov.report.terminal import print_terminal


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


def test_a_report_commands_no_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    evil = "\x1b]0;title\x07.py"
    file = FileResult(evil, "", LinesResult((), (1,)), (), warnings=(f"look at {evil}",))
    assert print_terminal(Results((file,)), Look())
    shown = capsys.readouterr().out
    assert "\\x1b]0;title\\x07.py" in shown
    assert "\x1b]" not in shown
