"""What a file is, from its first bytes: asked before SQLite is, and without loading it."""

import os
import stat
import struct
from typing import NamedTuple

from bytecov.model.errors import DataError
from bytecov.store.schema import APPLICATION_ID, VERSION

LARGEST = 4 << 30  # bytes; a crafted file cannot ask for more


JOURNAL_MAGIC = bytes.fromhex("d9d505f920a163d7")  # https://www.sqlite.org/fileformat.html, 3


class Header(NamedTuple):
    """What the first 100 bytes of an SQLite file say."""

    application: int
    version: int
    bytes: int  # the file should have at least these


def check(path: str) -> int:
    """The schema version of the data file at `path`; DataError says what it is instead."""
    header = _header(path)
    if header.application != APPLICATION_ID:
        raise DataError(f"{path} is an SQLite file of another program, not of bytecov")
    if header.version > VERSION:
        raise DataError(
            f"{path} was written by a newer bytecov (schema {header.version}, this one reads"
            f" up to {VERSION}): upgrade bytecov to read it"
        )
    if header.version < 1:
        raise DataError(f"{path} is not a bytecov data file: it has no schema version")
    size = os.path.getsize(path)
    if size > LARGEST:
        raise DataError(f"{path} is larger than any data file may be ({LARGEST >> 30} GB)")
    if size < header.bytes:
        raise DataError(f"{path} is truncated: measure again, or restore it")
    return header.version


def check_journal(path: str) -> None:
    """DataError for a journal beside `path` that names a super-journal.

    SQLite would delete the file of that name, whatever it is, when it rolls back
    (pager_delsuper, src/pager.c).  Our transactions are of one file and have none.
    """
    try:
        with open(path + "-journal", "rb") as file:
            file.seek(-len(JOURNAL_MAGIC), os.SEEK_END)
            end = file.read()
    except OSError:  # none, or too short to name anything
        return
    if end == JOURNAL_MAGIC:
        raise DataError(f"{path}-journal is not bytecov's: remove it, or {path} with it")


def _header(path: str) -> Header:
    try:
        if stat.S_ISFIFO(os.stat(path).st_mode):  # would wait for a writer
            raise DataError(f"{path} is not a file")
        with open(path, "rb") as file:
            start = file.read(100)
    except FileNotFoundError:
        raise DataError(f"there is no data file {path}: `bytecov run` makes one") from None
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}") from None
    if not start:
        raise DataError(f"{path} is empty, not a bytecov data file")
    if len(start) < 100 or not start.startswith(b"SQLite format 3\0"):
        raise DataError(f"{path} is not a bytecov data file")
    # https://www.sqlite.org/fileformat.html: page size at 16, pages at 28, user_version at 60,
    # application_id at 68, all big-endian.
    (page_size,) = struct.unpack_from(">H", start, 16)
    (pages,) = struct.unpack_from(">I", start, 28)
    (version,) = struct.unpack_from(">i", start, 60)
    (application,) = struct.unpack_from(">I", start, 68)
    return Header(application, version, pages * (65536 if page_size == 1 else page_size))
