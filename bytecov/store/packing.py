"""Sets of numbers, counted numbers and counted edges as bytes, and back.

A number is a varint: seven bits per byte, least significant first, the eighth bit says that
more follow.  Sorted numbers are stored as distances from the one before, so that a hit takes
two or three bytes.  Bytes that are no packing raise ValueError.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from bytecov.model.edge import Edge, EdgeKind

_K = TypeVar("_K")

LARGEST = (1 << 63) - 1  # counts stop here: what SQLite, too, can hold


def pack_numbers(numbers: Iterable[int]) -> bytes:
    """A set of numbers, none below 0."""
    out = bytearray()
    before = 0
    for number in sorted(set(numbers)):
        _put(out, number - before)
        before = number
    return bytes(out)


def unpack_numbers(packed: bytes) -> list[int]:
    """The numbers in ascending order."""
    found: list[int] = []
    before = 0
    for distance in _varints(packed):
        before = _checked(before + distance)
        found.append(before)
    return found


def pack_counts(counts: Mapping[int, int]) -> bytes:
    """{number: how often}, numbers and counts none below 0."""
    out = bytearray()
    before = 0
    for number, count in sorted(counts.items()):
        _put(out, number - before)
        _put(out, min(count, LARGEST))
        before = number
    return bytes(out)


def unpack_counts(packed: bytes) -> dict[int, int]:
    """{number: how often}"""
    found: dict[int, int] = {}
    before = 0
    values = _varints(packed)
    for distance in values:
        before = _checked(before + distance)
        found[before] = _next(values)
    return found


def pack_edges(edges: Mapping[Edge, int]) -> bytes:
    """{edge: how often}: distance of the source, kind, signed length of the edge, count."""
    out = bytearray()
    before = 0
    for (source, destination, kind), count in sorted(edges.items()):
        length = destination - source
        # The sign goes to the lowest bit, and the kind into the two below it.
        zigzag = (length << 1) if length >= 0 else ((-length << 1) - 1)
        _put(out, source - before)
        _put(out, zigzag << 2 | kind)
        _put(out, min(count, LARGEST))
        before = source
    return bytes(out)


def unpack_edges(packed: bytes) -> dict[Edge, int]:
    """{edge: how often}"""
    found: dict[Edge, int] = {}
    source = 0
    values = _varints(packed)
    for distance in values:
        source = _checked(source + distance)
        packed_length = _next(values)
        kind, zigzag = packed_length & 3, packed_length >> 2
        length = -((zigzag + 1) >> 1) if zigzag & 1 else zigzag >> 1
        if kind > EdgeKind.RAISE or source + length < 0:
            raise ValueError("no edge is like this")
        found[Edge(source, source + length, EdgeKind(kind))] = _next(values)
    return found


def merge_counts(one: bytes, other: bytes) -> bytes:
    """Both packed counts in one, added."""
    if one == other == b"":
        return b""
    return pack_counts(_added(unpack_counts(one), unpack_counts(other)))


def merge_edges(one: bytes, other: bytes) -> bytes:
    """Both packed edges in one, counts added."""
    if one == other == b"":
        return b""
    return pack_edges(_added(unpack_edges(one), unpack_edges(other)))


def merge_numbers(one: bytes, other: bytes) -> bytes:
    """Both packed sets in one."""
    if one == other:
        return one
    return pack_numbers([*unpack_numbers(one), *unpack_numbers(other)])


def common_numbers(one: bytes, other: bytes) -> bytes:
    """What is in both packed sets."""
    if one == other:
        return one
    return pack_numbers(set(unpack_numbers(one)) & set(unpack_numbers(other)))


def _added(one: dict[_K, int], other: dict[_K, int]) -> dict[_K, int]:
    for key, count in other.items():
        one[key] = min(one.get(key, 0) + count, LARGEST)
    return one


def _put(out: bytearray, number: int) -> None:
    if number < 0:
        raise ValueError(f"{number} cannot be packed")
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)


def _varints(packed: bytes) -> Iterator[int]:
    number = shift = 0
    for byte in packed:
        number |= (byte & 0x7F) << shift
        if byte & 0x80:
            shift += 7
            if shift > 63:
                raise ValueError("a number is too large")
        else:
            yield _checked(number)
            number = shift = 0
    if shift:
        raise ValueError("the last number is cut off")


def _checked(number: int) -> int:
    if number > LARGEST:
        raise ValueError("a number is too large")
    return number


def _next(values: Iterator[int]) -> int:
    for value in values:
        return value
    raise ValueError("the last entry is cut off")
