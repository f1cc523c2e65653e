"""`bytecov diagnose` as users run it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bytecov.diagnose.coverage_py import worked_out
from bytecov.model.errors import UsageError
from tests.cli.conftest import Bytecov, bytecov, project

__all__ = ["bytecov", "project"]  # fixtures


def coverage(*words: str) -> None:
    subprocess.run([sys.executable, "-m", "coverage", *words], check=True, capture_output=True)


def diagnose(bytecov: Bytecov, *words: str) -> str:
    """What the command prints."""
    found = bytecov("diagnose", *words)
    assert (found.returncode, found.stderr) == (0, "")
    return found.stdout


def test_beside_a_run(project: Path, bytecov: Bytecov) -> None:
    """First without data of coverage.py, then with it."""
    assert bytecov("run", "main.py").returncode == 0
    found = diagnose(bytecov)
    assert "asked about the lines of this run: 3 of 4 branches" in found
    assert "hidden: `total > 100` was never false  [operand inside a line]" in found
    assert "discount, offset" in found
    assert "discount, offset" not in diagnose(bytecov, "--no-evidence")
    coverage("run", "--branch", "main.py")
    assert "from .coverage: 3 of 4 branches" in diagnose(bytecov)
    marked = diagnose(bytecov, "--against", ".coverage", "--format", "markdown")
    assert marked.startswith("**coverage.py ")
    assert "hidden: `total > 100` was never false (operand inside a line)" in marked
    (project / "main.py").write_text("from shop.pricing import unused\nunused(0)\n")
    (project / "other.py").write_text("import main\n")
    assert bytecov("run", "other.py").returncode == 0
    found = diagnose(bytecov)
    assert "left out: 1 file that coverage.py does not know" in found
    assert "in 2 files the two do not agree which lines ran" in found


def test_rewritten_tests_are_left_out(project: Path, bytecov: Bytecov) -> None:
    """pytest compiles them otherwise, so which steps they took is not known: no false alarms."""
    text = "from shop.pricing import discount\ndef test_it(): assert discount(200, True) == 10\n"
    (project / "test_it.py").write_text(text)
    ran = bytecov("run", "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_it.py")
    assert ran.returncode == 0, ran.stdout
    found = diagnose(bytecov)
    assert "left out: 1 file whose steps from line to line are not known" in found
    assert "false alarm" not in found
    assert "total > 100" in found


def test_both_at_once(project: Path, bytecov: Bytecov) -> None:
    found = bytecov("diagnose", "--format=json", "--", "main.py")
    assert found.returncode == 0, found.stderr
    document = json.loads(found.stdout)
    assert (document["origin"], document["notes"]) == ("in a run of its own", [])
    files = document["files"]
    assert document["totals"]["hidden"] == sum(map(len, files.values())) > 0
    [one] = [each for each in files["shop/pricing.py"] if each["text"] == "total > 100"]
    assert (one["verdict"], one["outcome"]) == ("false negative", "false")
    assert None in [way["ran"] for way in one["evidence"]["branches"][0]["ways"]]
    assert "under coverage.py" in found.stderr


def test_mistakes(project: Path, bytecov: Bytecov) -> None:
    coverage("run", "--data-file=lines", "main.py")
    assert "`bytecov run` makes one" in bytecov("diagnose").stderr
    assert bytecov("run", "main.py").returncode == 0
    for words, said in (
        (["--against", "nothing"], "there is no file"),
        (["--"], "there is no program behind `--`"),
        (["--against", "main.py"], "coverage.py cannot read"),
        (["--against", "lines"], "holds lines only"),
    ):
        found = bytecov("diagnose", *words)
        assert (found.returncode, found.stdout) == (1, "")
        assert said in found.stderr


def test_coverage_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "coverage", None)
    with pytest.raises(UsageError, match="`pip install coverage`"):
        worked_out({}, None, "")
