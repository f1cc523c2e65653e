"""What reaches a terminal."""

from pathlib import Path

import pytest

from bytecov.cli.printing import put
from bytecov.model.printable import printable
from bytecov.model.result import FileResult, LinesResult, Results
from bytecov.report.layout import Look
from bytecov.report.terminal import print_terminal

from .conftest import Bytecov


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


def test_no_command_lets_one_through(project: Path, bytecov: Bytecov) -> None:
    """Of a source whose name and text command a terminal."""
    name = "\x1b]0;title\x07.py"
    (project / name).write_text("a = '\x1b[2J' or '\x1b[3J'\nif a == '\x1b[4J': pass\n")
    assert bytecov("run", "--source=.", f"./{name}").returncode == 0
    for command in (
        ("report",),
        ("dis", name),
        ("cfg", name),
        ("explain", f"{name}:2"),
        ("explain", "--stages", f"{name}:2"),
        ("suggest",),
        ("diagnose",),
        ("debug", "data"),
        ("debug", "unexplained", name),
    ):
        done = bytecov(*command)
        assert "\\x1b" in done.stdout or command[0] in ("debug",), (command, done.stderr)
        assert "\x1b" not in done.stdout + done.stderr
