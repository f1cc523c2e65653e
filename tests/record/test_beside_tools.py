"""The native recorders beside a profiler, a debugger and coverage.py's own sysmon core."""

import sqlite3
import sys
from pathlib import Path

import pytest

from bytecov.bytecode.version import VERSION
from bytecov.store.packing import unpack_counts
from tests.cli.conftest import run_bytecov

WORK = """\
def work(n):
    total = 0
    for i in range(n):
        if i % 2:
            total += i
        else:
            total -= 1
    return total if total > 10 else None

def never(a):
    return 1 if a else 2
"""
PROFILE = """
import cProfile, pstats, sys
profile = cProfile.Profile()
profile.runcall(work, 9)
[calls] = [row[0] for key, row in pstats.Stats(profile).stats.items() if key[2] == "work"]
print(calls, work(3))
"""
DEBUG = """
import io, pdb, sys
print(work(9), work(3))
pdb.Pdb(stdin=io.StringIO("n\\nc\\n"), stdout=io.StringIO(), readrc=False).set_trace()
print("after")
"""
COVERAGE = """
import coverage
chosen = {"data_file": None, "config_file": False, "include": ["*work.py"], "branch": BRANCH}
measuring = coverage.Coverage(**chosen)
measuring.start()
import work
print(work.work(9), work.work(3))
measuring.stop()
name, lines, _, missing, _ = measuring.analysis2("work.py")
print(missing)
"""


def program(folder: Path, text: str) -> Path:
    path = folder / "program.py"
    path.write_text(text)
    return path


def covered(folder: Path) -> set[tuple[str, int, str]]:
    """Kind, line and outcome of all that was covered in WORK."""
    connection = sqlite3.connect(folder / ".bytecov")
    names = {
        (file, number): (kind, line, outcome)
        for file, number, kind, line, outcome in connection.execute(
            "SELECT file_id, number, kind, line, outcome FROM obligation"
        )
    }
    rows = connection.execute("SELECT file_id, outcomes FROM covered").fetchall()
    connection.close()
    found = {names[file, number] for file, packed in rows for number in unpack_counts(packed)}
    return {each for each in found if each[1] < WORK.count("\n")}


EXPECTED = {
    ("for", 3, "entered"),
    ("for", 3, "exhausted"),
    ("if", 4, "true"),
    ("if", 4, "false"),
    ("condition", 4, "true"),
    ("condition", 4, "false"),
    ("ternary", 8, "true"),
    ("ternary", 8, "false"),
    ("condition", 8, "true"),
    ("condition", 8, "false"),
}


@pytest.mark.parametrize(
    ("text", "said"), [(PROFILE, "1 None\n"), (DEBUG, "11 None\nafter\n")], ids=["cProfile", "pdb"]
)
def test_beside_a_profiler_and_a_debugger(tmp_path: Path, text: str, said: str) -> None:
    program(tmp_path, WORK + text)
    done = run_bytecov(tmp_path, "run", "--engine=native", "program.py")
    assert (done.stdout, done.stderr, done.returncode) == (said, "", 0)
    assert covered(tmp_path) == EXPECTED


@pytest.mark.skipif(VERSION < (3, 12), reason="3.11 has no sys.monitoring, which the core needs")
def test_beside_the_sysmon_core(tmp_path: Path) -> None:
    (tmp_path / "work.py").write_text(WORK)
    branch = str(hasattr(sys.monitoring.events, "BRANCH_LEFT"))  # type: ignore[attr-defined]
    program(tmp_path, COVERAGE.replace("BRANCH", branch))
    options = ("--engine=native", "--include=work.py")
    done = run_bytecov(tmp_path, "run", *options, "program.py", COVERAGE_CORE="sysmon")
    assert (done.stdout, done.stderr, done.returncode) == ("11 None\n[11]\n", "", 0)
    assert covered(tmp_path) == EXPECTED
