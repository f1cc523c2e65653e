"""`co_exceptiontable`: which instructions are protected, and by which handler.

Format: Objects/exception_handling_notes.txt.  Four numbers an entry, in code units: start,
length, target, `depth << 1 | lasti`.  A number is written in 6-bit groups, highest first; 0x40 says
that another follows, 0x80 marks the first byte of an entry.  The compiler has flattened nested
ranges, so entries do not overlap and are sorted: the one that holds an offset is the innermost.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from bytecov.model.errors import DataError


class ExceptionEntry(NamedTuple):
    """Offsets in bytes; `end` is exclusive.

    The handler at `target` starts with `depth` values on the stack, then the offset of the raising
    instruction where `lasti` says so, then the exception.
    """

    start: int
    end: int
    target: int
    depth: int
    lasti: bool


def decode_exception_table(table: bytes) -> tuple[ExceptionEntry, ...]:
    """The entries of a `co_exceptiontable`; DataError where it is cut short."""
    numbers = list(_numbers(table))
    if len(numbers) % 4:
        raise DataError("the exception table ends in the middle of an entry")
    rows = zip(*[iter(numbers)] * 4, strict=True)
    return tuple(
        ExceptionEntry(2 * start, 2 * (start + length), 2 * target, how >> 1, bool(how & 1))
        for start, length, target, how in rows
    )


def encode_exception_table(entries: Iterable[ExceptionEntry]) -> bytes:
    """The `co_exceptiontable` of `entries`, which are sorted and do not overlap."""
    table = bytearray()
    for start, end, target, depth, lasti in entries:
        first = len(table)
        for number in (start >> 1, (end - start) >> 1, target >> 1, depth << 1 | lasti):
            table += _groups(number)
        table[first] |= 0x80
    return bytes(table)


def _numbers(table: bytes) -> Iterator[int]:
    """The numbers of a table; entry marks are not looked at."""
    number, more = 0, 0
    for byte in table:
        number = number << 6 | byte & 0x3F
        more = byte & 0x40
        if not more:
            yield number
            number = 0
    if more:
        raise DataError("the exception table ends in the middle of a number")


@lru_cache(4096)
def _groups(number: int) -> bytes:
    """A number in 6-bit groups."""
    groups = [number & 0x3F]
    while number := number >> 6:
        groups.append(0x40 | number & 0x3F)
    return bytes(reversed(groups))
