"""What took time to work out, kept on disk for the next run.

Entries are found by a key that covers everything they were made from: who asks gives the part
that is the program's, `environment` adds this Python and these sources of ours.  So nothing is
ever out of date; it is only not found.

What lies here is executed, so it has to be our own: a folder that belongs to this user and that
nobody else can write to, files that belong to this user, and a checksum over each.  Anything else
is as if it were not there, and errors are nobody's.  `BYTECOV_CACHE` names another folder, or
none if it is empty.
"""

import hashlib
import os
import stat
import sys
import time
from _io import FileIO  # a program may replace what `io` and `builtins` offer
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from importlib.util import MAGIC_NUMBER
from os import O_CREAT, O_EXCL, O_RDONLY, O_WRONLY
from typing import NamedTuple

from bytecov.bytecode.version import TEXT

PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
UNUSED = 30 * 24 * 3600  # seconds after which what was made by other versions is removed
MOST = 4096  # entries
LINKS = ("links", ("bytecode", "flow", "model", "source"))
"""What `source/cache.py` wants kept: a kind and its parts."""
SHEETS = (
    "sheets",
    ("api", "bytecode", "flow", "model", "record", "results", "source", "store"),
)
"""What `api/saving.py` wants kept."""
O_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)
DIGEST = hashlib.sha256().digest_size


class Cache:
    """The entries of one kind.  `parts` are the folders of bytecov whose sources make them."""

    def __init__(self, kind: str, parts: Iterable[str]) -> None:
        self._folder: str | None = None
        if place := cache_folder():
            self._folder = os.path.join(place, f"{kind}-{environment(tuple(parts))}")

    def get(self, key: str) -> bytes | None:
        """The entry of a key; None if there is none that can be trusted."""
        if self._folder is None or not _is_ours(self._folder):
            return None
        try:
            with FileIO(os.open(self._path(key), O_RDONLY | O_NOFOLLOW)) as file:
                found = os.fstat(file.fileno())
                if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid():
                    return None
                content = file.readall()
        except OSError:
            return None
        digest, entry = content[:DIGEST], content[DIGEST:]
        return entry if digest == _digest(key, entry) else None

    def put(self, key: str, entry: bytes) -> None:
        """Keep an entry, in the place of an older one."""
        if self._folder is None:
            return
        path = self._path(key)
        new = f"{path}.{os.getpid()}.{os.urandom(4).hex()}"
        with suppress(OSError):
            if not os.path.isdir(self._folder):
                os.makedirs(self._folder, 0o700)
                self._tidy()
            if not _is_ours(self._folder):
                return
            try:
                with FileIO(os.open(new, O_WRONLY | O_CREAT | O_EXCL, 0o600), "w") as file:
                    file.write(_digest(key, entry) + entry)
                os.replace(new, path)
                if path.endswith("00"):  # one in 256
                    self._tidy()
            except OSError:
                os.unlink(new)

    def _path(self, key: str) -> str:
        assert self._folder is not None
        return os.path.join(self._folder, hashlib.sha256(key.encode()).hexdigest())

    def _tidy(self) -> None:
        """Remove what other versions have left and nobody used, and what is too much."""
        assert self._folder is not None
        place = os.path.dirname(self._folder)
        now = time.time()
        for folder in os.scandir(place):
            if folder.is_dir(follow_symlinks=False):
                entries = sorted(os.scandir(folder), key=lambda each: each.stat().st_mtime)
                unused = now - folder.stat().st_mtime > UNUSED
                for entry in entries if unused else entries[:-MOST]:
                    os.unlink(entry)
                if unused:
                    os.rmdir(folder)


class Kept(NamedTuple):
    """What saving keeps for the next run; None where nothing is kept."""

    links: "Cache | None" = None
    sheets: "Cache | None" = None


NOTHING = Kept()


def results_kept() -> Kept:
    """The caches of saving.  Made before the program runs: it may change where they lie."""
    return Kept(Cache(*LINKS), Cache(*SHEETS))


def cache_folder() -> str | None:
    """Where entries are kept: `bytecov` in the user's folder for caches; None for nowhere, as on
    systems that do not say whose a file is."""
    if not hasattr(os, "geteuid"):
        return None
    if (chosen := os.environ.get("BYTECOV_CACHE")) is not None:
        return os.path.abspath(chosen) if chosen else None
    base = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):
        base = os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(base, "bytecov") if os.path.isabs(base) else None


def environment(parts: tuple[str, ...]) -> str:
    """A name for this Python and for our sources as they are."""
    facts: list[object] = [TEXT, MAGIC_NUMBER, sys.implementation.cache_tag, sys.flags.optimize]
    facts += [_sources(os.path.join(PACKAGE, part)) for part in parts]
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]


@cache
def _sources(folder: str) -> list[object]:
    """Names, sizes and times of the Python files in a folder and below."""
    found: list[object] = []
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda each: each.name):
            if entry.name.endswith(".py"):
                facts = entry.stat()
                found += [entry.name, facts.st_size, facts.st_mtime_ns]
            elif entry.is_dir() and entry.name != "__pycache__":
                found += [entry.name, _sources(entry.path)]
    return found


def _digest(key: str, entry: bytes) -> bytes:
    return hashlib.sha256(key.encode() + b"\0" + entry).digest()


def _is_ours(folder: str) -> bool:
    """Whether it is a folder of this user that nobody else can write to."""
    try:
        found = os.lstat(folder)
    except OSError:
        return False
    writable = found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not writable
