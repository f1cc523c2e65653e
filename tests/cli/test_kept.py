"""What one run has worked out, the next only writes down: the data is the same either way."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from bytecov.model.hits import Hits, Told

from .conftest import ROOT, Bytecov

TABLES = {
    "obligation": "kind, line, col, end_line, end_col, outcome, number",
    "code": "qualname, first_line, digest, python, flags",
    "hits": "code_id, offsets, edges",
    "context": "name",
    "covered": "file_id, context_id, outcomes, lines",
    "knowledge": "file_id, undetermined, absent",
    "doubt": "kind, said",
}


def rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """What a data file says of the program, whoever wrote it."""
    connection = sqlite3.connect(path)
    found = {
        name: sorted(connection.execute(f"SELECT {columns} FROM {name}"))
        for name, columns in TABLES.items()
    }
    connection.close()
    return found


@pytest.mark.parametrize("engine", ["native", "vm"])
def test_the_same_with_a_cache_as_without(bytecov: Bytecov, project: Path, engine: str) -> None:
    data = project / ".bytecov"
    run = ("run", "--engine", engine, "--source=.", "main.py")
    bytecov(*run, BYTECOV_CACHE="")
    expected = rows(data)
    assert expected["hits"]
    assert expected["covered"]
    for _ in range(2):
        bytecov(*run, BYTECOV_CACHE=str(project / "kept"))
        assert rows(data) == expected


WATCHED = """\
import atexit, runpy, sys
# What is registered first is called last.
atexit.register(lambda: print("bytecov.results.laying" in sys.modules))
runpy.run_module("bytecov", run_name="__main__")
"""


def test_what_is_known_is_not_analysed_again(project: Path) -> None:
    """Nothing that analyses is imported the second time."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "BYTECOV_CACHE": str(project / "kept"),
    }
    command = [sys.executable, "-c", WATCHED, "run", "main.py"]
    said = []
    for _ in range(2):
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
        said.append(done.stdout.splitlines()[-1])
    assert said == ["True", "False"]


def test_another_way_is_another_entry(bytecov: Bytecov, project: Path) -> None:
    kept = str(project / "kept")
    (project / "way.py").write_text("import sys\nif len(sys.argv) > 1:\n    print(1)\n")
    found = []
    for arguments in (["way.py"], ["way.py", "x"], ["way.py"]):
        bytecov("run", *arguments, BYTECOV_CACHE=kept)
        found.append(rows(project / ".bytecov")["covered"])
    assert found[0] == found[2] != found[1]


def test_contexts_have_entries_of_their_own(bytecov: Bytecov, project: Path) -> None:
    kept = str(project / "kept")
    for context in ("one", "two", "one"):
        bytecov("run", "--context", context, "main.py", BYTECOV_CACHE=kept)
        names = [name for (name,) in rows(project / ".bytecov")["context"]]
        assert names == [context]


def test_told_is_worked_out_once() -> None:
    asked = []

    def derive() -> Hits:
        asked.append(1)
        return Hits({0: 0})

    told = Told(b"", derive)
    assert not asked
    assert (told.offsets, told.edges) == ({0: 0}, {})
    assert told == Hits({0: 0})
    assert asked == [1]
