"""`co_linetable`: the source position of every instruction.

Format: Objects/locations.md.  An entry covers 1 to 8 code units.  Its first byte is
`0x80 | form << 3 | units - 1`; what follows depends on the form.  Lines are written as the
difference to the entry before.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

# Forms; below SHORT_END the form is the column's upper bits (Include/internal/pycore_code.h).
SHORT_END = 10
ONE_LINE = 10  # to 12: one form for each line difference 0, 1, 2
LONG, NO_COLUMNS, NONE = 14, 13, 15
LARGEST = 8  # code units of one entry


class Position(NamedTuple):
    """Lines are 1-based, columns 0-based UTF-8 bytes, the end is exclusive; as `co_positions`.

    Without a line there is nothing, without a column there is no end column either.
    """

    line: int | None = None
    end_line: int | None = None
    col: int | None = None
    end_col: int | None = None


NOWHERE = Position()
"""What the compiler made up: no line event, no traceback line."""


def decode_positions(table: bytes, first_line: int) -> Iterator[tuple[int, Position]]:
    """(code units, their position) for each entry of a `co_linetable`."""
    line, stream = first_line, iter(table)
    for byte in stream:
        units, form = (byte & 7) + 1, byte >> 3 & 15
        if form == NONE:
            yield units, NOWHERE
            continue
        if form < SHORT_END:
            second = next(stream)
            col = form << 3 | second >> 4
            yield units, Position(line, line, col, col + (second & 15))
        elif form < NO_COLUMNS:
            line += form - ONE_LINE
            yield units, Position(line, line, next(stream), next(stream))
        elif form == NO_COLUMNS:
            line += _read_signed(stream)
            yield units, Position(line, line)
        else:
            line += _read_signed(stream)
            end_line = line + _read(stream)
            col, end_col = _read(stream) - 1, _read(stream) - 1
            yield (
                units,
                Position(
                    line, end_line, col if col >= 0 else None, end_col if end_col >= 0 else None
                ),
            )


def encode_positions(runs: Iterable[tuple[int, Position]], first_line: int) -> bytes:
    """The `co_linetable` of runs of (code units, their position), as the compiler writes it.

    Each run gets entries of its own; join neighbours at one position where the compiler does.
    """
    table, line = bytearray(), first_line
    for units, position in runs:
        while units > LARGEST:
            line = _entry(table, LARGEST, position, line)
            units -= LARGEST
        if units:
            line = _entry(table, units, position, line)
    return bytes(table)


def _entry(table: bytearray, units: int, position: Position, before: int) -> int:
    """Append one entry; returns the line that the next one counts from.

    Takes the smallest form (Python/assemble.c, write_location_info_entry).
    """
    line, end_line, col, end_col = position
    if line is None:
        table.append(_head(NONE, units))
        return before
    delta = line - before
    if end_line is None:
        end_line = line
    if col is None or end_col is None:
        if end_line == line:
            table.append(_head(NO_COLUMNS, units))
            table += _signed(delta)
            return line
    elif end_line == line:
        if delta == 0 and col < 80 and 0 <= end_col - col < 16:
            table += bytes((_head(col >> 3, units), (col & 7) << 4 | end_col - col))
            return line
        if 0 <= delta < 3 and col < 128 and end_col < 128:
            table += bytes((_head(ONE_LINE + delta, units), col, end_col))
            return line
    table.append(_head(LONG, units))
    table += _signed(delta)
    for number in (end_line - line, _one_more(col), _one_more(end_col)):
        table += _varint(number)
    return line


def _head(form: int, units: int) -> int:
    """The first byte of an entry."""
    return 0x80 | form << 3 | units - 1


def _one_more(column: int | None) -> int:
    """Columns are written plus one, 0 for none."""
    return 0 if column is None else column + 1


@lru_cache(1024)
def _varint(number: int) -> bytes:
    """A number in 6-bit groups, lowest first; 0x40 says that another follows."""
    groups = bytearray()
    while number > 0x3F:
        groups.append(0x40 | number & 0x3F)
        number >>= 6
    groups.append(number)
    return bytes(groups)


def _signed(number: int) -> bytes:
    """A number with its sign in the lowest bit."""
    return _varint(-number << 1 | 1 if number < 0 else number << 1)


def _read(stream: Iterator[int]) -> int:
    """The number that `_varint` wrote."""
    number, shift = 0, 0
    for byte in stream:
        number |= (byte & 0x3F) << shift
        shift += 6
        if not byte & 0x40:
            break
    return number


def _read_signed(stream: Iterator[int]) -> int:
    """The number that `_signed` wrote."""
    number = _read(stream)
    return -(number >> 1) if number & 1 else number >> 1
