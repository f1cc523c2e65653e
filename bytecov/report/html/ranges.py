"""Lines of text cut into atomic pieces: the finest split at every range's ends.

Syntax tokens and conditions overlap in every way (a condition may start inside a token,
hold another decision, share an operand with its neighbour in a chain, or span lines), so no
nesting of elements can show them.  Pieces can: each knows all ranges that lie over it.
"""

from bisect import bisect_left, insort
from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Generic, NamedTuple, TypeVar

from bytecov.model.span import Span

T = TypeVar("T")
H = TypeVar("H", bound=Hashable)


class Range(NamedTuple, Generic[T]):
    """Columns `start` to `end` (exclusive) of one line, and what lies there."""

    start: int
    end: int
    value: T


class Piece(NamedTuple, Generic[T]):
    """Columns that no range divides, and the values of the ranges over them, in given order."""

    start: int
    end: int
    values: tuple[T, ...]


def cut(length: int, ranges: Iterable[Range[T]]) -> list[Piece[T]]:
    """Split columns 0 to `length` at every range's ends.

    The pieces touch, cover the line once, and are never empty.  What sticks out of the line
    is cut off; ranges left empty are dropped.
    """
    clipped = [Range(max(r.start, 0), min(r.end, length), r.value) for r in ranges]
    kept = [r for r in clipped if r.start < r.end]
    starts: dict[int, list[int]] = {}
    ends: dict[int, list[int]] = {}
    for index, each in enumerate(kept):
        starts.setdefault(each.start, []).append(index)
        ends.setdefault(each.end, []).append(index)
    bounds = sorted({0, length, *starts, *ends})
    active: dict[int, T] = {}
    pieces = []
    for start, end in pairwise(bounds):
        for index in ends.get(start, ()):
            del active[index]
        for index in starts.get(start, ()):
            active[index] = kept[index].value
        pieces.append(Piece(start, end, tuple(active[index] for index in sorted(active))))
    return pieces


def on_lines(span: Span, lines: Sequence[str]) -> Iterator[tuple[int, Range[None]]]:
    """(line number, columns) of each piece of a span, indentation and blank lines left out."""
    first, last = max(span.line, 1), min(span.end_line, len(lines))
    for number in range(first, last + 1):
        text = lines[number - 1]
        start = max(span.col, 0) if number == span.line else 0
        end = max(span.end_col, 0) if number == span.end_line else len(text)
        shown = text[start:end]
        start += len(shown) - len(shown.lstrip())
        end = start + len(shown.strip())
        if start < end:
            yield number, Range(start, end, None)


def stack(ranges: Sequence[Range[H]], room: dict[H, int]) -> dict[H, int]:
    """A lane for each range of one line, so that no two in one lane touch each other.

    Short ranges come first and so nearest to the text.  `room` is the number of columns that a
    value needs from its start, however short its range is.
    """
    taken: list[list[tuple[int, int]]] = []  # per lane, disjoint and in order
    lanes: dict[H, int] = {}
    for each in sorted(ranges, key=lambda r: (r.end - r.start, r.start)):
        wanted = each.start, max(each.end, each.start + room.get(each.value, 0))
        lane = next((lane for lane, there in enumerate(taken) if _is_free(there, wanted)), None)
        if lane is None:
            lane = len(taken)
            taken.append([])
        insort(taken[lane], wanted)
        lanes[each.value] = lane
    return lanes


def _is_free(taken: list[tuple[int, int]], wanted: tuple[int, int]) -> bool:
    start, end = wanted
    after = bisect_left(taken, wanted)
    return (after == 0 or taken[after - 1][1] <= start) and (
        after == len(taken) or end <= taken[after][0]
    )
