"""Folding files into one: nothing is lost, nothing is counted twice, nothing foreign touched."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bytecov.model.errors import DataError
from bytecov.model.values import Observation, Value, Witnessed
from bytecov.record.scope import glob_regex
from bytecov.store.aliases import Aliases
from bytecov.store.database import write
from bytecov.store.folding import fold, start_anew
from bytecov.store.merge import Differing, combine, erase, merge
from bytecov.store.reading import load
from bytecov.store.records import Knowledge
from bytecov.store.shards import shard_path, shards
from bytecov.store.writing import Writer

from .conftest import FALSE, LOOP, TRUE

Make = Callable[..., Path]


def test_merge_adds_everything(make: Make) -> None:
    target = str(make(outcomes={TRUE: 1}))
    other = str(make("other", uuid="u2", outcomes={FALSE: 4}, python="3.13.0", lines=(5,)))
    assert merge(target, other)
    contents = load(target, with_hits=True)
    assert [run.python for run in contents.runs] == ["3.11.7", "3.13.0"]
    assert len(contents.files) == 1
    assert contents.covered[0].outcomes == {TRUE: 1, FALSE: 4}
    assert contents.covered[0].lines == [1, 2, 5]
    assert len(contents.hits) == 2  # a code object of each Python
    assert len(contents.doubts) == 2


def test_obligations_are_numbered_anew(make: Make) -> None:
    target = str(make(outcomes={TRUE: 1, FALSE: 2}))
    merge(target, str(make("other", uuid="u2", outcomes={FALSE: 10, TRUE: 20})))
    assert load(target).covered[0].outcomes == {TRUE: 21, FALSE: 12}


def test_the_same_run_counts_once(make: Make) -> None:
    target, other = str(make()), str(make("other", uuid="u2"))
    assert merge(target, other)
    before = load(target, with_hits=True)
    assert not merge(target, other)
    assert load(target, with_hits=True) == before


def test_combining_the_same_twice(make: Make, tmp_path: Path) -> None:
    """Into an empty file that is there; a file without runs is added each time."""
    target = tmp_path / "data"
    target.touch()
    other, none = str(make("other")), tmp_path / "none"
    with write(str(none)) as connection:
        Writer(connection).file("/work/gone.py", "", "there is none")
    first = combine(str(target), [other, str(none)], keep=True)
    again = combine(str(target), [other, str(none)], keep=True)
    assert (first.merged, first.duplicates) == ((other, str(none)), ())
    assert (again.merged, again.duplicates) == ((str(none),), (other,))
    assert not again.differing  # there is but one version that anybody has read
    problems = sorted(file.problem for file in load(str(target)).files.values())
    assert problems == ["", "there is none"]


def test_what_several_pythons_know(make: Make) -> None:
    target, other = make(), make("other", uuid="u2")
    for path, missing in ((target, {TRUE, FALSE}), (other, {FALSE})):
        with write(str(path)) as connection:
            writer = Writer(connection)
            known = Knowledge("3.13.0", frozenset({LOOP}), frozenset(missing))
            writer.add_knowledge(writer.file("/work/m.py", "d1"), known)
    write_values(target)
    write_values(other)
    merge(str(target), str(other))
    contents = load(str(target), with_values=True)
    [(_, knowledge)] = contents.knowledge
    assert (knowledge.undetermined, knowledge.absent) == ({LOOP}, {FALSE})
    [(_, seen)] = contents.values
    assert seen.times == 2


def write_values(path: Path) -> None:
    with write(str(path)) as connection:
        writer = Writer(connection)
        seen = Witnessed(TRUE, "", Observation("", (Value("int", "3", True),)), 1)
        writer.add_values(writer.file("/work/m.py", "d1"), [seen])


def test_fold_of_the_first(make: Make, tmp_path: Path) -> None:
    shard = make("shard")
    fold(str(tmp_path / "data"), str(shard))
    assert not shard.exists()
    assert len(load(str(tmp_path / "data")).runs) == 1
    fold(str(tmp_path / "data"), str(make("shard2", uuid="u2")))
    assert len(load(str(tmp_path / "data")).runs) == 2
    assert os.listdir(tmp_path) == ["data"]


def test_combine_skips_what_is_damaged(make: Make, tmp_path: Path) -> None:
    bad = tmp_path / ".bytecov.bad"
    bad.write_bytes(b"nothing")
    good = make(".bytecov.good")
    result = combine(str(tmp_path / ".bytecov"), [str(bad), str(good)])
    assert result.merged == (str(good),)
    assert "is not a bytecov data file" in result.skipped[0]
    assert bad.read_bytes() == b"nothing"
    assert not good.exists()


def test_a_damaged_target_stops_everything(make: Make, tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_bytes(b"x" * 200)
    good = make("good")
    with pytest.raises(DataError, match="target is not a bytecov"):
        combine(str(target), [str(good)])
    assert good.exists()


def test_keep(make: Make, tmp_path: Path) -> None:
    good = make(".bytecov.good")
    combine(str(tmp_path / ".bytecov"), [str(good)], keep=True)
    assert good.exists()


def test_erase(make: Make, tmp_path: Path) -> None:
    path = make()
    assert erase(str(path))
    assert not erase(str(path))
    assert os.listdir(tmp_path) == []
    path.touch()
    assert erase(str(path))
    path.write_bytes(b"not ours" * 100)
    with pytest.raises(DataError, match="not a bytecov"):
        erase(str(path))
    assert path.exists()


def test_start_anew(make: Make) -> None:
    path = make()
    start_anew(str(path))
    assert not path.exists()


def test_start_anew_where_nothing_is(tmp_path: Path) -> None:
    path = tmp_path / "data"
    start_anew(str(path))
    assert not path.exists()
    path.touch()
    start_anew(str(path))
    assert path.read_bytes() == b""


def test_start_anew_behind_a_link(make: Make, tmp_path: Path) -> None:
    path, link = make(), tmp_path / "link"
    link.symlink_to(path)
    start_anew(str(link))
    contents = load(str(path), with_hits=True)
    assert not any(contents)
    assert link.is_symlink()


def test_a_writer_whose_file_is_erased_makes_a_new_one(make: Make) -> None:
    path = str(make())
    with write(path) as connection:
        connection.execute("SELECT 1")
        os.unlink(path)
    # What was written went with the erased file; the next writer starts a new one.
    make(uuid="u2")
    assert [run.uuid for run in load(path).runs] == ["u2"]


def test_shard_names(tmp_path: Path, make: Make) -> None:
    data_file = str(tmp_path / ".bytecov")
    one, other = shard_path(data_file), shard_path(data_file)
    assert one != other
    assert str(os.getpid()) in one
    for name in (one, other, data_file, data_file + ".x-journal", str(tmp_path / ".bytecov2")):
        Path(name).touch()
    assert set(shards(data_file)) == {one, other}
    assert shards(str(tmp_path / "gone" / "x")) == []


def test_many_processes_at_once(tmp_path: Path, root: Path) -> None:
    """Each folds its own file into one; all arrive."""
    program = """
import sys
sys.path.insert(0, sys.argv[1])
from tests.store.conftest import TRUE, a_run
from bytecov.store.database import write
from bytecov.store.folding import fold
from bytecov.store.shards import shard_path
from bytecov.store.writing import Writer
for i in range(5):
    shard = shard_path(sys.argv[2])
    with write(shard) as connection:
        writer = Writer(connection)
        writer.add_run(a_run(f"{sys.argv[3]}.{i}"))
        writer.add_covered(writer.file("m.py", "d"), writer.context(""), {TRUE: 1}, {1})
    fold(sys.argv[2], shard)
"""
    data_file = tmp_path / ".bytecov"
    processes = [
        subprocess.Popen([sys.executable, "-c", program, root, data_file, str(n)]) for n in range(6)
    ]
    assert [process.wait(120) for process in processes] == [0] * 6
    contents = load(str(data_file))
    assert len(contents.runs) == 30
    assert contents.covered[0].outcomes == {TRUE: 30}
    assert os.listdir(tmp_path) == [".bytecov"]


def test_paths_of_other_machines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "m.py").touch()
    paths = [("source", ("src", "/ci/*/src", "C:\\build\\src", "*/any", "old"))]
    locate = Aliases(paths, glob_regex, str(tmp_path)).locate
    here = str(tmp_path / "src" / "m.py")
    assert locate("/ci/job1/src/m.py") == here
    assert locate("C:\\build\\src\\m.py") == here
    assert locate("/ci/job1/src/gone.py") == "/ci/job1/src/gone.py"
    assert locate("/elsewhere/src/m.py") == "/elsewhere/src/m.py"
    assert locate("/wher/ever/any/m.py") == here
    assert locate(f"{tmp_path}/old/m.py") == here  # a pattern without a root begins here
    assert locate("src/m.py") == "src/m.py"
    assert locate("/elsewhere/\0.py", ["/elsewhere"]) == "/elsewhere/\0.py"


def test_another_checkout_needs_no_patterns(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    here = tmp_path / "src" / "m.py"
    here.touch()
    locate = Aliases([], glob_regex, str(tmp_path)).locate
    assert locate("/ci/job1/src/m.py", ["/other", "/ci/job1"]) == str(here)
    assert locate("D:\\a\\src\\m.py", ["D:\\a"]) == str(here)
    assert locate("/ci/job1/src/gone.py", ["/ci/job1"]) == "/ci/job1/src/gone.py"
    assert locate("/ci/job12/src/m.py", ["/ci/job1"]) == "/ci/job12/src/m.py"
    assert locate(str(here), ["/"]) == str(here)


def test_machines_with_checkouts_of_their_own_add_up(make: Make, tmp_path: Path) -> None:
    (tmp_path / "m.py").touch()
    shards = [
        make(f"s{i}", f"u{i}", {key: 1}, path=f"/home/{i}/m.py", python=python)
        for i, (key, python) in enumerate([(TRUE, "3.11.7"), (FALSE, "3.13.0")])
    ]
    aliases = Aliases([("all", (str(tmp_path), "/home/*"))], glob_regex, str(tmp_path))
    combine(str(tmp_path / "all"), map(str, shards), locate=aliases.locate)
    [file] = load(str(tmp_path / "all")).files.values()
    assert file.path == str(tmp_path / "m.py")
    assert load(str(tmp_path / "all")).covered[0].outcomes == {TRUE: 1, FALSE: 1}


def test_another_version_of_a_source_file_is_named(make: Make, tmp_path: Path) -> None:
    digests = ["d1", "d2", "d1"]
    shards = [str(make(f"s{i}", f"u{i}", digest=digest)) for i, digest in enumerate(digests)]
    heard: list[tuple[int, int]] = []
    result = combine(
        str(tmp_path / "all"), shards, progress=lambda done, total: heard.append((done, total))
    )
    assert result.differing == (Differing("/work/m.py", (shards[1],), 3),)
    assert heard == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_the_version_that_is_here_is_the_right_one(make: Make, tmp_path: Path) -> None:
    source = tmp_path / "m.py"
    source.write_bytes(b"x = 1\n")
    digest = hashlib.sha256(b"x = 1\n").hexdigest()
    first = make("all", "u0", path=str(source), digest="old")
    shards = [str(make("s1", "u1", path=str(source), digest=digest))]
    result = combine(str(first), shards)
    assert result.differing == (Differing(str(source), (str(first),), 2),)
