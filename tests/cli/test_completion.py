"""`bytecov completion`: the scripts, asked by the shells they are for."""

import shutil
import subprocess
from pathlib import Path

import pytest

from bytecov.cli import COMMANDS
from bytecov.cli.completion import SHELLS, described


def script(shell: str) -> str:
    return "\n".join(SHELLS[shell](list(described())))


def ask(shell: str, program: str) -> list[str]:
    """What a program in a shell prints, by word; the test is skipped without the shell."""
    path = shutil.which(shell) or pytest.skip(f"there is no {shell} here")
    done = subprocess.run(
        [path, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stderr == ""
    assert done.returncode == 0
    return done.stdout.split()


def test_every_command_is_described() -> None:
    commands = {one.name: one for one in described()}
    assert commands.keys() == COMMANDS.keys()
    for one in commands.values():
        names = [name for option in one.options for name in option.names]
        assert "--help" in names
        assert all(option.help for option in one.options), one.name
    level = next(one for one in commands["report"].options if "--level" in one.names)
    assert level.choices == ("line", "branch", "condition", "mcdc")
    assert "config" in commands["debug"].choices


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("rep", ["report"]),
        ("report --fai", ["--fail-under"]),
        ("report --level b", ["branch"]),
        ("report src", []),
        ("debug con", ["config", "contradictions"]),
        ("completion f", ["fish"]),
    ],
)
def test_bash(words: str, expected: list[str]) -> None:
    at = len(words.split())
    asked = f"COMP_WORDS=(bytecov {words}); COMP_CWORD={at}; _bytecov; echo ${{COMPREPLY[@]}}"
    assert ask("bash", f"{script('bash')}\n{asked}") == expected


def test_fish(tmp_path: Path) -> None:
    (tmp_path / "bytecov.fish").write_text(script("fish"))
    for words, expected in (
        ("rep", "report"),
        ("report --fai", "--fail-under"),
        ("report --level br", "branch"),
        ("debug conf", "config"),
    ):
        asked = f"source {tmp_path}/bytecov.fish; complete -C 'bytecov {words}'"
        assert ask("fish", asked)[0] == expected


def test_zsh() -> None:
    """The script hands zsh's own functions what they need; playing a terminal takes seconds."""
    stubs = "compdef() { }; _describe() { print -l $commands }; _arguments() { print -l -- $@ }\n"
    start = f"{stubs}{script('zsh')}\n"
    commands = ask("zsh", f"{start}words=(bytecov r); CURRENT=2; _bytecov")
    assert {"run:run", "report:say"} <= set(commands)
    given = ask("zsh", f"{start}words=(bytecov report --lev); CURRENT=3; _bytecov")
    assert "--level=[the" in given
    assert "counts]:LEVEL:(line" in given
    assert "1:argument:(sys" in ask("zsh", f"{start}words=(bytecov debug c); CURRENT=3; _bytecov")
