"""`bytecov html` as users run it: several processes, and only what changed."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = 10  # more than one process renders alone
BODY = "def f{n}(a):\n    if a and {n}:\n        return 1\n    return 2\n\n\nf{n}(1)\n"


def run(project: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "bytecov", *arguments],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("project")
    for n in range(MODULES):
        (place / f"m{n}.py").write_text(BODY.format(n=n))
    (place / "main.py").write_text("".join(f"import m{n}\n" for n in range(MODULES)))
    run(place, "run", "main.py")
    return place


def times(report: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in report.rglob("*") if path.is_file()}


def test_only_what_changed_is_rewritten(project: Path) -> None:
    assert run(project, "html", "-j", "2") == "wrote htmlbytecov/index.html\n"
    report = project / "htmlbytecov"
    before = times(report)
    assert sum(name.endswith(".code.js") for name in before) == MODULES + 1
    assert run(project, "html", "-q", "-j", "2") == ""
    assert times(report) == before
    (project / "m3.py").write_text(BODY.format(n=3) + "# changed\n")
    run(project, "html", "-q")
    after = times(report)
    touched = {name for name in after if before.get(name) != after[name]}
    own = {name for name in touched if name.startswith("m3-py-")}
    shared = {"front.js", "functions.js", "worklist.js", "index.html", "bytecov-html.cache"}
    assert len(own) == 1
    assert touched - own <= shared
    assert not list(report.glob("data/m3-py-*.code.js"))  # what was measured is another file


def test_one_process_writes_what_several_write(project: Path) -> None:
    run(project, "html", "-q", "-j", "1", "-d", "one")
    run(project, "html", "-q", "-j", "3", "-d", "three")
    one, three = project / "one", project / "three"
    names = {path.relative_to(one) for path in one.rglob("*") if path.is_file()}
    assert names == {path.relative_to(three) for path in three.rglob("*") if path.is_file()}
    for name in names - {Path("bytecov-html.cache")}:
        assert (one / name).read_bytes() == (three / name).read_bytes(), name


def test_a_bar_shows_how_far_it_is(project: Path) -> None:
    """Where somebody watches; elsewhere nothing."""
    watched, end = pty.openpty()
    subprocess.run(
        [sys.executable, "-m", "bytecov", "html", "-d", "watched"],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        stdout=subprocess.DEVNULL,
        stderr=end,
        check=True,
        timeout=120,
    )
    os.close(end)
    drawn = os.read(watched, 1 << 16).decode().split("\r")
    os.close(watched)
    bars = [one for one in drawn if " files" in one]
    assert len(bars) == MODULES + 1
    assert bars[0] == f"━━{' ' * 28} 1 of {MODULES + 1} files"
    assert bars[-1].startswith(f"{'━' * 30} {MODULES + 1} of {MODULES + 1} files")


def test_fail_under_and_what_cannot_be(project: Path) -> None:
    for arguments, status, said in (
        (["--fail-under", "99"], 2, "under the 99 % asked for"),
        (["nothing.py"], 1, "there is nothing to report"),
        (["-j", "0"], 1, "a number of processes is 1 or more"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "bytecov", "html", "-q", *arguments],
            cwd=project,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == status, done.stderr
        assert said in done.stderr
        assert "Traceback" not in done.stderr
