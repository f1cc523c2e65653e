"""One data file: opened with distrust, written in single transactions.

`write` and `read` are the only doors.  A file that is not ours (empty, truncated, of another
program, of a newer bytecov, damaged) raises DataError with its name and is left as it is.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from bytecov.model.errors import DataError
from bytecov.store.header import check, check_journal
from bytecov.store.schema import APPLICATION_ID, TABLES, UPGRADES, VERSION

PATIENCE = 60.0  # seconds to wait for other processes that write the same file

# What a crafted file cannot go beyond (https://www.sqlite.org/security.html).
LONGEST = 16 << 20  # bytes of one text or blob
LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: LONGEST,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 20_000,
    sqlite3.SQLITE_LIMIT_COLUMN: 50,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 20,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 3,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 1,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}
CONFIGURED = {
    "DEFENSIVE": True,
    "ENABLE_LOAD_EXTENSION": False,
    "ENABLE_TRIGGER": False,
    "ENABLE_VIEW": False,
    "ENABLE_FTS3_TOKENIZER": False,
}
STEPS = 10_000_000  # of SQLite's machine, to read a small file; more by its size
STEPS_PER_BYTE = 20  # a row takes 8 bytes at least and, sorted and joined, some 40 steps
PERIOD = 100_000  # steps between two looks


@contextmanager
def read(path: str) -> Iterator[sqlite3.Connection]:
    """A connection that can only read, inside one transaction."""
    check(path)
    try:
        if os.path.exists(path + "-journal"):
            check_journal(path)
            _recover(path)
        with closing(_connect(path, "ro")) as connection:
            _limit_steps(path, connection)
            _check_schema(path, connection)
            connection.execute("BEGIN")
            yield connection
    except (sqlite3.Error, ValueError, OverflowError) as error:
        raise _damaged(path, error) from error


def _recover(path: str) -> None:
    """Roll back what a killed writer left half done; only a connection that can write may."""
    with closing(_connect(path, "rw")) as connection:
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()


@contextmanager
def write(path: str, patience: float | None = None) -> Iterator[sqlite3.Connection]:
    """A connection inside one transaction that no other process writes beside.

    Makes the file where there is none.  All is written at the end or, after an exception,
    nothing is.  DataError when others hold the file longer than `patience` seconds (PATIENCE).
    """
    new = not os.path.exists(path) or os.path.getsize(path) == 0
    check_journal(path)
    if not new:
        check(path)
    try:
        while True:
            with closing(_connect(path, "rwc", patience)) as connection:
                connection.execute("BEGIN IMMEDIATE")
                if not _is_at(path, connection):
                    continue  # `erase` removed the file between opening and locking it
                _prepare(path, connection)
                yield connection
                connection.execute("COMMIT")
                return
    except (sqlite3.Error, ValueError, OverflowError) as error:
        raise _damaged(path, error) from error


def _is_at(path: str, connection: sqlite3.Connection) -> bool:
    """Whether the locked file still has its name; an unlinked one takes our data with it."""
    # SQLite offers no way to its descriptor.  The lock keeps `erase` out from here on, so a
    # second connection sees the same file exactly if it cannot take the lock.
    try:
        with closing(_connect(path, "rw", 0)) as other:
            other.execute("BEGIN IMMEDIATE")
            other.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        return "locked" in str(error)
    return False


def _connect(path: str, mode: str, patience: float | None = None) -> sqlite3.Connection:
    # Threads of the measured program may end it from anywhere: one connection, used in turn.
    connection = sqlite3.connect(
        f"file:{_quoted(os.path.abspath(path))}?mode={mode}",
        uri=True,
        timeout=PATIENCE if patience is None else patience,
        isolation_level=None,
        check_same_thread=False,
    )
    for limit, value in LIMITS.items():
        connection.setlimit(limit, value)
    if hasattr(connection, "setconfig"):  # 3.12; before, the check of the schema has to do
        for name, value in CONFIGURED.items():
            connection.setconfig(getattr(sqlite3, f"SQLITE_DBCONFIG_{name}"), value)
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.execute("PRAGMA mmap_size = 0")
    return connection


def _limit_steps(path: str, connection: sqlite3.Connection) -> None:
    """Stop reading a file whose pages lead in circles, so that it has rows without end."""
    left = (STEPS + STEPS_PER_BYTE * os.path.getsize(path)) // PERIOD

    def look() -> bool:
        nonlocal left
        left -= 1
        return left < 0

    connection.set_progress_handler(look, PERIOD)


def _prepare(path: str, connection: sqlite3.Connection) -> None:
    """Make the tables of an empty file; bring those of an older schema up to date."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version == 0:
        statements = [*TABLES.values(), f"PRAGMA application_id = {APPLICATION_ID}"]
    else:
        statements = [one for step in range(version, VERSION) for one in UPGRADES[step]]
    for statement in statements:
        connection.execute(statement)
    if version < VERSION:
        connection.execute(f"PRAGMA user_version = {VERSION}")
    _check_schema(path, connection)


def _check_schema(path: str, connection: sqlite3.Connection) -> None:
    """DataError unless the file holds our tables, word for word, and nothing besides."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version < VERSION:
        return  # older: written to before it is trusted
    rows = connection.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
    if dict(rows) != {name: statement.strip() for name, statement in TABLES.items()}:
        raise DataError(f"{path} is not a bytecov data file: its tables are not ours")


def _damaged(path: str, error: Exception) -> DataError:
    said = str(error)
    if "interrupted" in said:
        said = "there is more in it than its size allows"
        return DataError(f"{path} is damaged ({said}): remove it and measure again")
    if "locked" in said:
        return DataError(f"{path} is in use by another process: try again when it has ended")
    if isinstance(error, sqlite3.OperationalError):
        return DataError(f"{path} cannot be used: {said}")
    return DataError(f"{path} is damaged ({said}): remove it and measure again")


def _quoted(path: str) -> str:
    """A path in SQLite's URIs (https://sqlite.org/uri.html); `urllib` takes long to import."""
    for one in "%?#":
        path = path.replace(one, f"%{ord(one):02X}")
    return path
