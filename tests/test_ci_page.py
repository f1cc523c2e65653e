"""docs/ci.md: its example runs, its commands exist, its configuration is valid."""

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from bytecov.cli.completion import described
from bytecov.config.load import load


def blocks(root: Path, language: str) -> list[str]:
    """The contents of the code blocks of the page in one language."""
    page = (root / "docs" / "ci.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)


@pytest.mark.skipif(sys.version_info[:2] != (3, 13), reason="the same on all Pythons: 3.13 runs it")
def test_three_machines(root: Path, tmp_path: Path) -> None:
    """What three machines measured is what one would have."""
    done = subprocess.run(
        [root / "tools" / "three_machines", tmp_path / "last"],
        env={**os.environ, "PYTHONS": sys.executable},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert "the last machine: 3 data files\ncombined 3 files into .bytecov\n" in done.stdout
    assert "lines 100 %, branches 100 %, conditions 90 %: 5 outcomes never happened" in done.stdout
    assert [one.name for one in (tmp_path / "last").glob(".bytecov*")] == [".bytecov"]


def test_commands(root: Path) -> None:
    options = {
        one.name: {name for option in one.options for name in option.names} | {"-m"}
        for one in described()
    }
    text = "\n".join(blocks(root, "yaml") + blocks(root, "sh"))
    found = re.findall(r"\bbytecov ((?:run|report|xml|combine)\b[^\n|&']*)", text)
    assert len(found) > 8
    for line in found:
        command, *words = shlex.split(line.split(" $(")[0])
        used = {word.partition("=")[0] for word in words if word.startswith("-")}
        assert used - {"-q"} <= options[command], line


def test_configuration(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for block in blocks(root, "toml"):
        tomllib.loads(block)
        (tmp_path / "pyproject.toml").write_text(block)
        assert load().settings.paths
