"""Exception tables: bytes to entries and back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bytecov.bytecode.exception_table import (
    ExceptionEntry,
    decode_exception_table,
    encode_exception_table,
)
from bytecov.model.errors import DataError

units = st.integers(0, 1 << 20).map(lambda unit: 2 * unit)
entries = st.builds(
    lambda start, length, target, depth, lasti: ExceptionEntry(
        start, start + length, target, depth, lasti
    ),
    units,
    units,
    units,
    st.integers(0, 500),
    st.booleans(),
)


def test_one_entry() -> None:
    # Objects/exception_handling_notes.txt: start 20, end 28, target 100, depth 3, no lasti
    table = bytes([0x80 | 20, 8, 0x40 | 1, 36, 6])
    assert decode_exception_table(table) == (ExceptionEntry(40, 56, 200, 3, False),)
    assert encode_exception_table(decode_exception_table(table)) == table


def test_nothing_protected() -> None:
    assert decode_exception_table(b"") == ()
    assert encode_exception_table(()) == b""


@settings(deadline=None)
@given(st.lists(entries))
def test_round_trip(found: list[ExceptionEntry]) -> None:
    assert decode_exception_table(encode_exception_table(found)) == tuple(found)


@pytest.mark.parametrize("table", [b"\x80", b"\x80\x01\x02", b"\x80\x01\x02\x40"])
def test_cut_short(table: bytes) -> None:
    with pytest.raises(DataError, match="exception table ends in the middle"):
        decode_exception_table(table)
