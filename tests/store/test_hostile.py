"""Data files made to do harm: refused in a sentence, in bounded time, with nothing touched."""

import os
import sqlite3
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from bytecov.model.errors import DataError
from bytecov.store import database
from bytecov.store.database import read, write
from bytecov.store.header import JOURNAL_MAGIC, LARGEST
from bytecov.store.reading import load

Make = Callable[..., Path]


def refused(path: Path) -> str:
    with pytest.raises(DataError) as caught:
        load(str(path), with_hits=True)
    assert str(path) in str(caught.value)
    return str(caught.value)


def pages(path: Path) -> list[bytes]:
    content = path.read_bytes()
    size = struct.unpack_from(">H", content, 16)[0]
    return [content[at : at + size] for at in range(0, len(content), size)]


def test_a_journal_cannot_have_a_file_deleted(make: Make, tmp_path: Path) -> None:
    """SQLite deletes the super-journal that a journal names once it has rolled back: SQLite 3.40
    really does, given these files."""
    path, victim = make(), tmp_path / "victim"
    victim.write_text("precious")
    page, nonce = pages(path)[0], 12345
    header = JOURNAL_MAGIC + struct.pack(">IIIII", 1, nonce, len(pages(path)), 512, len(page))
    checksum = (nonce + sum(page[at] for at in range(len(page) - 200, 0, -200))) & 0xFFFFFFFF
    record = struct.pack(">I", 1) + page + struct.pack(">I", checksum)
    name = str(victim).encode()
    end = struct.pack(">I", (1 << 30) // len(page) + 1) + name
    end += struct.pack(">II", len(name), sum(name)) + JOURNAL_MAGIC
    journal = Path(f"{path}-journal")
    journal.write_bytes(header.ljust(512, b"\0") + record + end)
    assert "-journal is not bytecov's" in refused(path)
    with pytest.raises(DataError, match="is not bytecov's"), write(str(path)):
        pass
    assert victim.read_text() == "precious"


def test_a_journal_that_says_nothing(make: Make) -> None:
    """SQLite ignores it, and so do we."""
    path = make()
    Path(f"{path}-journal").write_bytes(b"\0" * 600)
    assert len(load(str(path)).runs) == 1


def test_pages_that_lead_in_circles(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table of three pages and sixty million rows."""
    path = make()
    with sqlite3.connect(path) as connection:
        (root,) = connection.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'context'"
        ).fetchone()
    connection.close()
    found = pages(path)
    leaf = found[root - 1]
    count, size = len(found), len(leaf)
    found[root - 1] = interior(size, count + 1)
    found += [interior(size, count + 2), interior(size, count + 3), leaf]
    first = bytearray(found[0])
    struct.pack_into(">I", first, 28, len(found))
    path.write_bytes(b"".join([bytes(first), *found[1:]]))
    with read(str(path)) as connection:
        connection.set_progress_handler(None, 0)
        rows = connection.execute("SELECT id FROM context")
        assert len(rows.fetchmany(100_000)) == 100_000
    monkeypatch.setattr(database, "STEPS", 1_000_000)
    with pytest.raises(DataError, match="more in it than its size allows"), read(str(path)) as c:
        c.execute("SELECT count(*) FROM context WHERE id + 1 < 0")


def interior(size: int, child: int, cells: int = 400) -> bytes:
    """A page of a table's tree with nothing but pointers to one other page."""
    cell = struct.pack(">IB", child, 1)
    start = size - cells * len(cell)
    header = struct.pack(">BHHHBI", 5, 0, cells, start, 0, child)
    places = b"".join(struct.pack(">H", start + i * len(cell)) for i in range(cells))
    return (header + places).ljust(start, b"\0") + cell * cells


def test_nothing_is_attached_or_loaded(make: Make, tmp_path: Path) -> None:
    with read(str(make())) as connection:
        for statement in (
            f"ATTACH '{tmp_path / 'other'}' AS other",
            "SELECT load_extension('x')",
            "CREATE TABLE more (a)",
            "PRAGMA journal_mode = WAL; DELETE FROM run",
        ):
            with pytest.raises(sqlite3.Error):
                connection.execute(statement)
    assert not (tmp_path / "other").exists()


def test_a_text_longer_than_any(make: Make) -> None:
    path = make()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE run SET argv = zeroblob(17000000)")
    connection.close()
    assert "cannot be used" in refused(path) or "too big" in refused(path)


def test_a_file_larger_than_any(make: Make) -> None:
    path = make()
    os.truncate(path, LARGEST + 1)  # sparse
    assert "is larger than any data file may be (4 GB)" in refused(path)


def test_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "is not a file" in refused(tmp_path / "pipe")


def test_lists_within_lists(make: Make) -> None:
    path = make()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE run SET argv = ?", ("[" * 100_000,))
    connection.close()
    assert "is damaged" in refused(path)
