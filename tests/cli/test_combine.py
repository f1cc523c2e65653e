"""`bytecov combine`: what it says, and the bar while it works."""

import io
import shutil
from pathlib import Path

import pytest

from bytecov.cli import progress
from bytecov.cli.progress import Progress

from .conftest import MAIN, PRICING, Bytecov


def test_machines_with_checkouts_of_their_own(project: Path, bytecov: Bytecov) -> None:
    """Two checkouts somewhere else, one of another version, and no configuration."""
    for machine, status in (("one", "0"), ("two", "3")):
        away = project / "machines" / machine
        (away / "shop").mkdir(parents=True)
        (away / "main.py").write_text(MAIN)
        (away / "shop" / "__init__.py").touch()
        (away / "shop" / "pricing.py").write_text(PRICING + "# changed\n" * (machine == "two"))
        data = str(project / f".bytecov.{machine}")
        done = bytecov("run", "--data-file", data, "main.py", status, cwd=away)
        assert done.returncode == int(status)
    shutil.rmtree(project / "machines")
    done = bytecov("combine")
    assert done.stdout == "combined 2 files into .bytecov\n"
    assert done.stderr == (
        "bytecov: shop/pricing.py: .bytecov.two, of 2 data files with it, had another version of"
        " it; what they covered in it does not count\n"
    )
    assert sorted(one.name for one in project.glob(".bytecov*")) == [".bytecov"]
    report = bytecov("report", "--format=text").stdout
    assert "main.py" in report
    assert "shop/pricing.py" in report
    assert "machines" not in report


@pytest.mark.parametrize("relative", [False, True])
def test_a_checkout_that_is_still_there(relative: bool, project: Path, bytecov: Bytecov) -> None:
    """Two worktrees on one machine: their files are not the same, unless names are relative."""
    away = project / "worktree"
    (away / "shop").mkdir(parents=True)
    for name in ("main.py", "shop/__init__.py", "shop/pricing.py"):
        shutil.copy(project / name, away / name)
    settings = f"[tool.bytecov]\nrelative_files = {str(relative).lower()}\n"
    (project / "pyproject.toml").write_text(settings)
    shutil.copy(project / "pyproject.toml", away)
    for folder, status in ((project, "0"), (away, "3")):
        data = str(project / f".bytecov.{status}")
        done = bytecov("run", "--data-file", data, "main.py", status, cwd=folder)
        assert done.returncode == int(status)
    assert bytecov("combine").stdout == "combined 2 files into .bytecov\n"
    report = bytecov("report", "--format=text", "--no-missing").stdout
    names = [line.split()[0] for line in report.splitlines() if ".py" in line]
    here = ["main.py", "shop/__init__.py", "shop/pricing.py"]
    assert names == here + ([] if relative else [f"worktree/{name}" for name in here])


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, in its only element."""
    now = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


def test_a_bar_after_two_seconds(monkeypatch: pytest.MonkeyPatch, clock: list[float]) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    bar = Progress("files")
    for done in range(4):
        bar(done, 4)
        clock[0] += 1.0
    assert terminal.getvalue() == (
        "\r[###############...............] 2 of 4 files, 2 s left\x1b[K"
        "\r[######################........] 3 of 4 files, 1 s left\x1b[K"
    )
    bar(4, 4)
    assert terminal.getvalue().endswith("\r\x1b[K")


def test_no_bar_where_nobody_watches(monkeypatch: pytest.MonkeyPatch, clock: list[float]) -> None:
    out = io.StringIO()
    monkeypatch.setattr("sys.stderr", out)
    bar = Progress("files")
    clock[0] += 60.0
    bar(1, 4)
    bar(4, 4)
    assert out.getvalue() == ""


def test_paths_count_when_reporting(project: Path, bytecov: Bytecov) -> None:
    """What another place measured and no `combine` has seen, beside what was measured here."""
    away = project / "away"
    away.mkdir()
    for name in ("main.py", "shop"):
        (project / name).rename(away / name)
    data = str(project / ".bytecov")
    assert bytecov("run", "-p", "--data-file", data, "main.py", cwd=away).returncode == 0
    for name in ("main.py", "shop"):
        (away / name).rename(project / name)
    away.rmdir()
    (project / "pyproject.toml").write_text(
        '[tool.bytecov]\nrelative_files = true\npaths = {all = [".", "*/away"]}\n'
    )
    assert bytecov("run", "-p", "main.py", "1").returncode == 1
    done = bytecov("report", "--format=text", "--no-missing")
    assert done.stderr == ""
    names = [line.split()[0] for line in done.stdout.splitlines() if ".py" in line]
    assert names == ["main.py", "shop/__init__.py", "shop/pricing.py"]
    # Both outcomes of `len(sys.argv) > 1`: one of each run.
    assert "main.py" in done.stdout
    [line] = [line for line in done.stdout.splitlines() if line.startswith("main.py")]
    assert line.split()[1::2] == ["100%", "100%", "100%"]
