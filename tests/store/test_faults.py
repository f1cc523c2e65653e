"""What goes wrong around a data file: the program does not notice, one sentence says what was not
saved, what was saved stays good."""

import os
import resource
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from bytecov.api import Session
from bytecov.config.settings import Settings
from bytecov.store.merge import combine
from bytecov.store.reading import load
from bytecov.store.shards import shards

from .conftest import TRUE

Make = Callable[..., Path]
ROOT = Path(__file__).parents[2]
PROGRAM = "import sys\nprint('out', len(sys.argv) or 1)\nsys.exit(3)\n"


def start(folder: Path, *arguments: str, **options: object) -> subprocess.Popen[str]:
    return subprocess.Popen(  # type: ignore[call-overload,no-any-return]
        [sys.executable, "-m", "bytecov", "run", *arguments],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options,
    )  # fmt: skip


def run(folder: Path, *arguments: str, **options: object) -> str:
    """What bytecov said; the program's output and status are its own."""
    process = start(folder, *arguments, **options)
    out, said = process.communicate(timeout=60)
    assert (out, process.returncode) == ("out 1\n", 3), said
    return said


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "p.py").write_text(PROGRAM)
    return tmp_path


def one_sentence(said: str) -> str:
    lines = said.splitlines()
    assert len(lines) == 1, said
    assert lines[0].startswith("bytecov: ")
    return lines[0]


def test_a_directory_that_takes_no_files(folder: Path) -> None:
    # Not even root can make files there.
    said = one_sentence(run(folder, "--data-file", "/proc/1/bytecov", "p.py"))
    assert "could not be saved" in said
    assert "/proc/1/bytecov" in said


def test_a_directory_that_is_not_there(folder: Path) -> None:
    said = one_sentence(run(folder, "--data-file", "no/such/.bytecov", "p.py"))
    assert "could not be saved" in said
    assert not (folder / "no").exists()


@pytest.mark.parametrize("size", [0, 20_000])
def test_a_full_disk(folder: Path, size: int) -> None:
    """Files cannot grow beyond `size`: writing fails in the middle."""
    earlier = "p.py"
    assert run(folder, earlier) == ""
    before = (folder / ".bytecov").read_bytes()
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))  # noqa: E731
    said = one_sentence(run(folder, "-a", "p.py", preexec_fn=limit))
    assert "could not be saved" in said or "is kept in" in said
    assert (folder / ".bytecov").read_bytes() == before
    assert len(load(str(folder / ".bytecov")).runs) == 1


def test_the_program_removes_its_directory(folder: Path) -> None:
    (folder / "p.py").write_text("import shutil, os\nshutil.rmtree(os.getcwd())\n" + PROGRAM)
    said = one_sentence(run(folder, "p.py"))
    assert "could not be saved" in said


def test_the_program_goes_elsewhere(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    away = tmp_path_factory.mktemp("away")
    (folder / "p.py").write_text(f"import os\nos.chdir({str(away)!r})\nos.umask(0o777)\n" + PROGRAM)
    assert run(folder, "p.py") == ""
    assert os.listdir(away) == []
    [file] = load(str(folder / ".bytecov")).files.values()
    assert file.path == str(folder / "p.py")


IMPATIENT = """
import sys
from bytecov.cli import main
import bytecov.api.session, bytecov.store.database
bytecov.api.session.PATIENCE = bytecov.store.database.PATIENCE = 0.05
sys.argv[0] = "bytecov"
sys.exit(main(sys.argv[1:]))
"""


def test_a_file_that_is_locked(folder: Path) -> None:
    """Somebody holds the data file all the time: what was measured is kept beside it."""
    assert run(folder, "p.py") == ""
    holder = sqlite3.connect(folder / ".bytecov", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        done = subprocess.run(
            [sys.executable, "-c", IMPATIENT, "run", "p.py"], cwd=folder, text=True, timeout=60,
            env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, check=False,
        )  # fmt: skip
    finally:
        holder.close()
    assert (done.returncode, done.stdout) == (3, "out 1\n")
    stays, kept = done.stderr.splitlines()
    assert "is in use by another process" in stays
    assert stays.endswith("what it holds stays, and this run adds to it")
    assert kept.endswith("`bytecov combine` adds it")
    Session(Settings(data_file=str(folder / ".bytecov"))).combine()
    assert len(load(str(folder / ".bytecov")).runs) == 2


def test_two_runs_at_once(folder: Path) -> None:
    processes = [start(folder, "-a", "p.py") for _ in range(4)]
    assert [process.wait(60) for process in processes] == [3] * 4
    assert [process.communicate()[1] for process in processes] == [""] * 4
    assert len(load(str(folder / ".bytecov")).runs) == 4
    assert sorted(os.listdir(folder)) == [".bytecov", "p.py"]


WRITER = """
import sys
sys.path.insert(0, sys.argv[1])
from tests.store.conftest import TRUE, a_run
from bytecov.store.folding import fold
from bytecov.store.database import write
from bytecov.store.shards import shard_path
from bytecov.store.writing import Writer
for number in range(100_000):
    print("at it", flush=True)
    shard = shard_path(sys.argv[2])
    with write(shard) as connection:
        writer = Writer(connection)
        writer.add_run(a_run(f"{sys.argv[3]}.{number}"))
        for file in range(20):
            writer.add_covered(writer.file(f"m{file}.py", "d"), writer.context(""), {TRUE: 1}, {1})
    fold(sys.argv[2], shard)
"""


def killed_at_random(folder: Path, times: int, seed: int) -> int:
    """Kill writers at random moments, and combine what they leave; returns the runs found."""
    random, data_file = Random(seed), folder / ".bytecov"
    for number in range(times):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, ROOT, data_file, str(number)], stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        for _ in range(random.randint(2, 5)):
            assert process.stdout.readline() == b"at it\n"
        for _ in range(random.randrange(100_000)):
            pass  # a moment of this machine's own
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        all_or_nothing(data_file)
    left = combine(str(data_file), shards(str(data_file))).skipped
    assert all("is empty" in one or "is not a bytecov data file" in one for one in left), left
    return all_or_nothing(data_file)


def all_or_nothing(data_file: Path) -> int:
    """How many runs the file holds; each of them is in completely."""
    contents = load(str(data_file))
    assert len(contents.covered) == 20
    assert {row.outcomes[TRUE] for row in contents.covered} == {len(contents.runs)}
    return len(contents.runs)


def test_killed_in_the_middle_of_writing(tmp_path: Path) -> None:
    assert killed_at_random(tmp_path, 3, seed=1) >= 3


CROWD = """
import os, sys
sys.path.insert(0, sys.argv[1])
from tests.store.conftest import TRUE, a_run
from bytecov.store.folding import fold
from bytecov.store.database import write
from bytecov.store.shards import shard_path
from bytecov.store.writing import Writer
ready, go = os.pipe()
children = []
for number in range(int(sys.argv[3])):
    child = os.fork()
    if child == 0:
        os.close(go)
        os.read(ready, 1)  # all begin when the parent closes its end
        shard = shard_path(sys.argv[2])
        with write(shard) as connection:
            writer = Writer(connection)
            writer.add_run(a_run(str(number)))
            file = writer.file("m0.py", "d")
            writer.add_covered(file, writer.context(""), {TRUE: 1}, {1})
        try:
            fold(sys.argv[2], shard)
        except Exception as error:
            print(error, flush=True)
        os._exit(0)
    children.append(child)
os.close(go)
for child in children:
    os.waitpid(child, 0)
"""


@pytest.mark.parametrize("count", [30, pytest.param(1000, marks=pytest.mark.corpus)])
def test_a_crowd(tmp_path: Path, count: int) -> None:
    """So many processes end at the same moment: all is in the file, or in files beside it."""
    data_file = tmp_path / ".bytecov"
    done = subprocess.run(
        [sys.executable, "-c", CROWD, ROOT, data_file, str(count)],
        capture_output=True, text=True, timeout=900, check=True,
    )  # fmt: skip
    assert done.stderr == ""
    late = done.stdout.splitlines()
    assert all("is in use by another process" in one for one in late), late
    assert len(load(str(data_file)).runs) + len(shards(str(data_file))) == count
    combine(str(data_file), shards(str(data_file)))
    contents = load(str(data_file))
    assert len(contents.runs) == contents.covered[0].outcomes[TRUE] == count


@pytest.mark.corpus
def test_killed_a_thousand_times(tmp_path: Path) -> None:
    assert killed_at_random(tmp_path, 1000, seed=2) >= 1000
