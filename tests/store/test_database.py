"""The data file: what is written can be read, and what is not ours is left alone."""

import os
import re
import sqlite3
import struct
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bytecov.model.errors import DataError
from bytecov.model.values import Observation, Value, Witnessed
from bytecov.store import database
from bytecov.store.database import read, write
from bytecov.store.packing import LARGEST, unpack_counts, unpack_edges
from bytecov.store.reading import load
from bytecov.store.records import code_name
from bytecov.store.schema import APPLICATION_ID, TABLES, VERSION
from bytecov.store.writing import Writer

from .conftest import CODE, EDGE, FALSE, LOOP, TRUE, a_run

Make = Callable[..., Path]


def refused(path: Path) -> str:
    """The sentence about a file that cannot be read; the file stays as it is."""
    before = path.read_bytes() if path.exists() else None
    with pytest.raises(DataError) as caught:
        load(str(path), with_hits=True)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert (path.read_bytes() if path.exists() else None) == before
    return str(caught.value)


def test_what_is_written_can_be_read(make: Make) -> None:
    contents = load(str(make()), with_hits=True)
    assert contents.runs == [a_run("u1")]
    [file] = contents.files.values()
    assert (file.path, file.digest, file.problem) == ("/work/m.py", "d1", "")
    [row] = contents.covered
    assert (row.context, row.outcomes, row.lines) == ("", {TRUE: 2}, [1, 2])
    [hits] = contents.hits
    assert hits.name == code_name(CODE, "3.11.7")
    assert unpack_counts(hits.offsets) == {0: 1, 4: 2}
    assert unpack_edges(hits.edges) == {EDGE: 3}
    [(_, doubt)] = contents.doubts
    assert (doubt.kind, doubt.said) == ("unexplained", "offset 8")


def test_writing_again_adds(make: Make) -> None:
    make(outcomes={TRUE: 2, LOOP: 1})
    contents = load(str(make(uuid="u2", outcomes={FALSE: 1, TRUE: 1}, lines=(2, 9))), True)
    [row] = contents.covered
    assert row.outcomes == {TRUE: 3, FALSE: 1, LOOP: 1}
    assert row.lines == [1, 2, 9]
    assert unpack_counts(contents.hits[0].offsets) == {0: 2, 4: 4}


def test_contexts_and_versions_are_kept_apart(make: Make) -> None:
    make(context="test_a")
    make(uuid="u2", context="test_b")
    contents = load(str(make(uuid="u3", digest="d2")), True)
    assert sorted(row.context for row in contents.covered) == ["", "test_a", "test_b"]
    assert sorted(file.digest for file in contents.files.values()) == ["d1", "d2"]


def test_an_exception_leaves_nothing_behind(make: Make) -> None:
    path = make()
    before = load(str(path))

    def fail() -> None:
        with write(str(path)) as connection:
            connection.execute("DELETE FROM run")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert load(str(path)) == before


def test_code_names_are_the_same_in_every_compilation() -> None:
    source = "x = 1 if a in {'b', 'c', 'd'} else (1.0, None, lambda: 2)\n"
    one, other = (compile(source, f"{n}.py", "exec") for n in "ab")
    assert code_name(one, "3") == code_name(other, "3")
    changed = compile(source.replace("2)", "3)"), "a.py", "exec")
    assert code_name(one, "3").digest != code_name(changed, "3").digest
    alike = compile(source.replace("1.0", "1"), "a.py", "exec")
    assert code_name(one, "3").digest != code_name(alike, "3").digest


class TestNotOurs:
    def test_missing(self, tmp_path: Path) -> None:
        assert "there is no data file" in refused(tmp_path / "nowhere")

    @pytest.mark.parametrize("content", [b"no database", b"SQLite format 3\0", b"\0" * 5000])
    def test_garbage(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "f"
        path.write_bytes(content)
        assert "is not a bytecov data file" in refused(path)
        with pytest.raises(DataError, match="not a bytecov data file"), write(str(path)):
            pass
        assert path.read_bytes() == content

    def test_empty(self, tmp_path: Path) -> None:
        path = tmp_path / "f"
        path.touch()
        assert "is empty" in refused(path)

    def test_a_directory(self, tmp_path: Path) -> None:
        with pytest.raises(DataError, match="cannot be read: Is a directory"):
            load(str(tmp_path))

    def test_another_program(self, tmp_path: Path) -> None:
        path = tmp_path / ".coverage"
        with sqlite3.connect(path) as connection:
            connection.execute("CREATE TABLE run (id)")
        connection.close()
        assert "of another program" in refused(path)

    def test_newer(self, make: Make) -> None:
        path = make()
        content = bytearray(path.read_bytes())
        struct.pack_into(">i", content, 60, VERSION + 1)
        path.write_bytes(content)
        assert "written by a newer bytecov" in refused(path)

    def test_truncated(self, make: Make) -> None:
        path = make()
        path.write_bytes(path.read_bytes()[:9000])
        assert "is truncated" in refused(path)

    @pytest.mark.parametrize(
        "statement",
        [
            "CREATE VIEW extra AS SELECT 1",
            "CREATE TRIGGER t AFTER INSERT ON run BEGIN DELETE FROM file; END",
            "CREATE INDEX i ON run (argv)",
            "ALTER TABLE run ADD COLUMN extra",
            "DROP TABLE doubt",
        ],
    )
    def test_other_tables(self, make: Make, statement: str) -> None:
        path = make()
        connection = sqlite3.connect(path)
        connection.execute(statement)
        connection.commit()
        connection.close()
        assert "its tables are not ours" in refused(path)

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE run SET argv = '{'",
            "UPDATE run SET argv = '{}'",
            "UPDATE run SET argv = x'00'",
            "UPDATE run SET argv = '[1]'",
            "UPDATE run SET exit_code = 'none'",
            "UPDATE run SET seconds = 'long'",
            "UPDATE run SET seconds = -1.0",
            "UPDATE run SET started = 1e300",
            "UPDATE file SET path = x'00'",
            "UPDATE obligation SET line = 'one'",
            "UPDATE obligation SET number = 77",
            "UPDATE covered SET outcomes = x'80'",
            "UPDATE covered SET lines = 'text'",
            "UPDATE hits SET edges = x'0003'",
            "UPDATE code SET first_line = 1.5",
            "UPDATE doubt SET said = 3.0e0",
        ],
    )
    def test_values_that_make_no_sense(self, make: Make, statement: str) -> None:
        path = make()
        connection = sqlite3.connect(path)
        connection.execute(statement)
        connection.commit()
        connection.close()
        if "doubt" in statement:  # a column of type TEXT makes text of it
            load(str(path))
        else:
            assert "is damaged" in refused(path)

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(st.data())
    def test_flipped_bytes(self, make: Make, tmp_path: Path, data: st.DataObject) -> None:
        original = tmp_path / "original"
        if not original.exists():
            make("original")
        content = bytearray(original.read_bytes())
        for _ in range(data.draw(st.integers(1, 5))):
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
        path = tmp_path / "flipped"
        path.write_bytes(content)
        try:
            load(str(path), with_hits=True)
        except DataError as error:
            assert str(path) in str(error)  # noqa: PT017


@pytest.mark.parametrize(("version", "said"), [(0, "no schema version"), (-1, "no schema version")])
def test_no_version(make: Make, version: int, said: str) -> None:
    path = make()
    content = bytearray(path.read_bytes())
    struct.pack_into(">i", content, 60, version)
    path.write_bytes(content)
    assert said in refused(path)


def test_the_largest_pages(make: Make) -> None:
    """64 KB, which the header calls 1; the file is as long as it says."""
    path = make()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA page_size = 65536")
        connection.execute("VACUUM")
    assert struct.unpack_from(">H", path.read_bytes(), 16) == (1,)
    assert load(str(path)).runs == [a_run("u1")]
    path.write_bytes(path.read_bytes()[:-1])
    assert "is truncated" in refused(path)


def test_a_file_of_the_first_schema(make: Make) -> None:
    """Read as it is; brought up to date when something is written to it."""
    path = make()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE value")
        connection.execute("PRAGMA user_version = 1")
    contents = load(str(path), with_values=True)
    assert (contents.runs, contents.values) == ([a_run("u1")], [])
    make(uuid="u2")
    assert len(load(str(path), with_values=True).runs) == 2
    assert struct.unpack_from(">i", path.read_bytes(), 60) == (VERSION,)


SEEN = Witnessed(TRUE, "t", Observation("<", (Value("int", "3", True), Value("str", "'a'"))), 2)


def write_values(path: Path, *seen: Witnessed) -> None:
    with write(str(path)) as connection:
        writer = Writer(connection)
        writer.add_values(writer.file("/work/m.py", "d1"), seen)


def test_values(make: Make) -> None:
    path = make()
    write_values(path, SEEN, SEEN)
    write_values(path)
    write_values(path, SEEN._replace(key=FALSE, times=LARGEST))
    [(_, one), (_, other)] = load(str(path), with_values=True).values
    assert one == SEEN._replace(times=4)
    assert other.key == FALSE
    assert load(str(path)).values == []


@pytest.mark.parametrize(
    "operands",
    ["", "{}", "1", "[1]", "[[]]", '["abc"]', "[[1, 2, 3]]", '[["int", 2, true]]',
     '[["int", "2", 1]]', '[["int", "2", true, 4]]', "[" * 100_000],
)  # fmt: skip
def test_operands_that_are_none(make: Make, operands: str) -> None:
    path = make()
    write_values(path, SEEN)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE value SET operands = ?", (operands,))
    load(str(path))
    with pytest.raises(DataError, match="is damaged"):
        load(str(path), with_values=True)


def test_erased_between_opening_and_locking(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waited for the lock has that of a file without a name, and begins anew."""
    path, opened = make(), Event()
    connect = database._connect

    def reporting(*arguments: Any) -> sqlite3.Connection:
        connection = connect(*arguments)
        opened.set()
        return connection

    with ThreadPoolExecutor(1) as pool:
        with write(str(path)):
            monkeypatch.setattr(database, "_connect", reporting)
            late = pool.submit(make, uuid="late")
            assert opened.wait(60)
            path.unlink()
        late.result(60)
    assert [run.uuid for run in load(str(path)).runs] == ["late"]


def test_locked_by_another(make: Make) -> None:
    path = make()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DataError, match="in use by another process"), write(str(path), 0.1):
        pass
    other.close()
    load(str(path))


def test_a_directory_that_does_not_exist(tmp_path: Path) -> None:
    path = tmp_path / "no" / "where"
    with pytest.raises(DataError, match=re.escape(f"{path} cannot be used")), write(str(path)):
        pass


def test_a_name_with_odd_characters(tmp_path: Path) -> None:
    path = tmp_path / "a?b#c%41 d'é"
    with write(str(path)):
        pass
    assert os.listdir(tmp_path) == [path.name]
    with read(str(path)) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)


def test_a_reader_cannot_write(make: Make) -> None:
    with (
        pytest.raises(DataError, match="readonly"),
        read(str(make())) as connection,
    ):
        connection.execute("DELETE FROM run")


def test_nothing_can_be_attached(make: Make) -> None:
    with pytest.raises(DataError, match="too many attached"), read(str(make())) as connection:
        connection.execute("ATTACH ':memory:' AS other")


def test_every_table_is_documented() -> None:
    source = Path(__file__).parents[2].joinpath("bytecov/store/schema.py").read_text()
    for table in TABLES:
        assert re.search(rf'    # [^\n]+\n    "{table}": """', source), table
