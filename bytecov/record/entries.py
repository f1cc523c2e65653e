"""What a native recorder works out about each code object, from the cache where it is known.

Entries are tuples of numbers and bytes in the order of the code objects, outer before inner; the
key is the bytecode of a whole module (docs/decisions/0006-cache.md).
"""

import marshal
import zlib
from collections.abc import Callable, Iterator
from hashlib import sha256
from types import CodeType
from typing import Any

from bytecov.bytecode.nesting import walk
from bytecov.record.cache import Cache

PARTS = ("bytecode", "flow", "model", "record")
"""The folders of bytecov that decide what an entry says."""


class Entries:
    """Those of one kind; `make` makes one."""

    def __init__(
        self, kind: str, make: Callable[[CodeType], Any], cache: Cache | None = None
    ) -> None:
        self._make = make
        self._cache = cache or Cache(kind, PARTS)
        self._new: list[tuple[str, list[Any]]] = []

    def of(self, code: CodeType) -> Iterator[Any]:
        """The entries of a module's code object and of all in it."""
        key = key_of(code)
        kept = self._cache.get(key)
        if kept is not None:
            return iter(marshal.loads(kept))
        made = [self._make(each) for each in walk(code)]
        self._new.append((key, made))
        return iter(made)

    def write(self) -> None:
        """Keep what is new.  A program under way is not disturbed with files."""
        new, self._new = self._new, []
        for key, made in new:
            self._cache.put(key, marshal.dumps(made))


def pack(facts: Any) -> bytes:
    """Facts of one code object, small enough to be kept for every measured one."""
    return zlib.compress(marshal.dumps(facts), 1)


def unpack(packed: bytes) -> Any:
    """What `pack` was given."""
    return marshal.loads(zlib.decompress(packed))


def key_of(code: CodeType) -> str:
    """All of a module's bytecode, as a key."""
    digest = sha256()
    for each in walk(code):
        parts = each.co_code, each.co_exceptiontable, each.co_linetable
        inside = sum(isinstance(one, CodeType) for one in each.co_consts)
        digest.update(b"%d %d %d %d %d " % (*map(len, parts), each.co_stacksize, inside))
        digest.update(b"".join(parts))
    return digest.hexdigest()
