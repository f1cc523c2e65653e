"""Sets of numbers, counted numbers and counted edges as bytes, and back.

A number is a varint: seven bits per byte, least significant first, the eighth bit says that
more follow.  Sorted numbers are stored as distances from the one before, so that a hit takes
two or three bytes.  Bytes that are no packing raise ValueError.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate
from operator import sub
from typing import TypeVar

from bytecov.model.edge import Edge, EdgeKind

_K = TypeVar("_K")

LARGEST = (1 << 63) - 1  # counts stop here: what SQLite, too, can hold

_KINDS = tuple(EdgeKind)


def pack_numbers(numbers: Iterable[int]) -> bytes:
    """A set of numbers, none below 0."""
    return _pack(list(_distances(sorted(set(numbers)))))


def unpack_numbers(packed: bytes) -> list[int]:
    """The numbers in ascending order."""
    return _summed(_unpack(packed))


def pack_counts(counts: Mapping[int, int]) -> bytes:
    """{number: how often}, numbers and counts none below 0."""
    listed = sorted(counts)
    values = [0] * (2 * len(listed))
    values[::2] = _distances(listed)
    values[1::2] = _bounded(map(counts.__getitem__, listed))
    return _pack(values)


def unpack_counts(packed: bytes) -> dict[int, int]:
    """{number: how often}"""
    values = _unpack(packed, 2)
    return dict(zip(_summed(values[::2]), values[1::2], strict=True))


def pack_edges(edges: Mapping[Edge, int]) -> bytes:
    """{edge: how often}: distance of the source, kind, signed length of the edge, count."""
    return _pack_shapes({_shape(edge): count for edge, count in edges.items()})


def unpack_edges(packed: bytes) -> dict[Edge, int]:
    """{edge: how often}"""
    return {_edge(*shape): count for shape, count in _unpack_shapes(packed).items()}


def merge_counts(one: bytes, other: bytes) -> bytes:
    """Both packed counts in one, added."""
    return pack_counts(_added(unpack_counts(one), unpack_counts(other)))


def merge_edges(one: bytes, other: bytes) -> bytes:
    """Both packed edges in one, counts added."""
    return _pack_shapes(_added(_unpack_shapes(one), _unpack_shapes(other)))


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


def check_counts(packed: bytes) -> None:
    """ValueError unless these are packed counts."""
    _summed(_unpack(packed, 2)[::2])


def check_edges(packed: bytes) -> None:
    """ValueError unless these are packed edges."""
    values = _unpack(packed, 3)
    for source, shape in zip(_summed(values[::3]), values[1::3], strict=True):
        if shape & 3 > 2 or (shape & 4 and source < (shape >> 3) + 1):
            raise ValueError("no edge is like this")


# An edge as two numbers, its source and its shape: the kind in the two lowest bits, the sign of
# its length in the next, the length above.  Merging needs no more of it.
_Shape = tuple[int, int]


def _shape(edge: Edge) -> _Shape:
    source, destination, kind = edge
    length = destination - source
    zigzag = (length << 1) if length >= 0 else ((-length << 1) - 1)
    return source, zigzag << 2 | kind


def _edge(source: int, shape: int) -> Edge:
    kind, zigzag = shape & 3, shape >> 2
    destination = source + (-((zigzag + 1) >> 1) if zigzag & 1 else zigzag >> 1)
    if kind >= len(_KINDS) or destination < 0:
        raise ValueError("no edge is like this")
    return Edge(source, destination, _KINDS[kind])


def _pack_shapes(shapes: Mapping[_Shape, int]) -> bytes:
    listed = sorted(shapes)
    values = [0] * (3 * len(listed))
    values[::3] = _distances([source for source, _ in listed])
    values[1::3] = [shape for _, shape in listed]
    values[2::3] = _bounded(map(shapes.__getitem__, listed))
    return _pack(values)


def _unpack_shapes(packed: bytes) -> dict[_Shape, int]:
    values = _unpack(packed, 3)
    keys = zip(_summed(values[::3]), values[1::3], strict=True)
    return dict(zip(keys, values[2::3], strict=True))


def _added(one: dict[_K, int], other: dict[_K, int]) -> dict[_K, int]:
    if not any(one.values()) and not any(other.values()):
        return one | other  # nobody counted
    for key, count in other.items():
        one[key] = min(one.get(key, 0) + count, LARGEST)
    return one


def _distances(ascending: list[int]) -> Iterator[int]:
    """Each number less the one before."""
    return map(sub, ascending, [0, *ascending])


def _bounded(counts: Iterable[int]) -> list[int]:
    listed = list(counts)
    return listed if max(listed, default=0) <= LARGEST else [min(one, LARGEST) for one in listed]


def _summed(distances: list[int]) -> list[int]:
    """The numbers that are these distances apart."""
    numbers = list(accumulate(distances))
    if numbers and numbers[-1] > LARGEST:
        raise ValueError("a number is too large")
    return numbers


def _pack(values: list[int]) -> bytes:
    """Varints one after the other."""
    if values and min(values) < 0:
        raise ValueError(f"{min(values)} cannot be packed")
    if not values or max(values) < 0x80:
        return bytes(values)  # as almost always: each number is its own byte
    out = bytearray()
    for number in values:
        while number > 0x7F:
            out.append(number & 0x7F | 0x80)
            number >>= 7
        out.append(number)
    return bytes(out)


def _unpack(packed: bytes, each: int = 1) -> list[int]:
    """The numbers of a row of varints, in entries of `each`."""
    found = list(packed) if packed.isascii() else _long(packed)
    if len(found) % each:
        raise ValueError("the last entry is cut off")
    return found


def _long(packed: bytes) -> list[int]:
    """The same where some numbers take more than one byte."""
    if packed[-1] > 0x7F:
        raise ValueError("the last number is cut off")
    found = [one[0] if len(one) == 1 else _number(one) for one in _VARINT.findall(packed)]
    if max(found) > LARGEST:
        raise ValueError("a number is too large")
    return found


_VARINT = re.compile(rb"[\x80-\xff]*[\x00-\x7f]")


def _number(varint: bytes) -> int:
    if len(varint) > 10:
        raise ValueError("a number is too large")
    number = 0
    for byte in reversed(varint):
        number = number << 7 | (byte & 0x7F)
    return number
