"""Line tables: bytes to positions and back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bytecov.bytecode.nesting import walk
from bytecov.bytecode.positions import NOWHERE, Position, decode_positions, encode_positions

FORMS = [
    ("short", Position(1, 1, 4, 12), 2),
    ("short, last column", Position(1, 1, 79, 79), 2),
    ("one line", Position(2, 2, 100, 127), 3),
    ("no columns", Position(9, 9), 2),
    ("long, several lines", Position(3, 7, 0, 200), 5 + 1),
    ("long, backwards", Position(-3, -3, 1, 2), 5),
    ("long, lines but no columns", Position(3, 5), 5),
    ("nowhere", NOWHERE, 1),
]

lines = st.integers(1, 100_000)
columns = st.integers(0, 5_000)
positions = st.one_of(
    st.just(NOWHERE),
    st.builds(lambda line, more: Position(line, line + more), lines, st.integers(0, 3)),
    st.builds(
        lambda line, more, *ends: Position(line, line + more, *ends),
        lines,
        st.integers(0, 300),
        columns,
        columns,
    ),
)


@pytest.mark.parametrize(
    ("position", "size"), [form[1:] for form in FORMS], ids=[f[0] for f in FORMS]
)
def test_forms(position: Position, size: int) -> None:
    table = encode_positions([(1, position)], first_line=1)
    assert len(table) == size
    assert list(decode_positions(table, 1)) == [(1, position)]


def test_entries_cover_eight_units_at_most() -> None:
    table = encode_positions([(19, Position(1, 1, 0, 1))], first_line=1)
    assert [units for units, _ in decode_positions(table, 1)] == [8, 8, 3]


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 8), positions)), lines)
def test_round_trip(runs: list[tuple[int, Position]], first_line: int) -> None:
    assert list(decode_positions(encode_positions(runs, first_line), first_line)) == runs


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 8), positions)), lines)
def test_the_host_reads_what_we_write(runs: list[tuple[int, Position]], first_line: int) -> None:
    units = sum(length for length, _ in runs)
    code = compile("", "<test>", "exec").replace(
        co_code=bytes(2 * units) or b"\x00\x00",
        co_linetable=encode_positions(runs, first_line) or b"\xf8",
        co_firstlineno=first_line,
    )
    expected = [tuple(position) for length, position in runs for _ in range(length)]
    assert list(code.co_positions())[:units] == expected


def test_reads_what_the_host_wrote() -> None:
    with open(__file__, "rb") as file:
        for code in walk(compile(file.read(), __file__, "exec")):
            decoded = [
                tuple(position)
                for units, position in decode_positions(code.co_linetable, code.co_firstlineno)
                for _ in range(units)
            ]
            assert decoded == list(code.co_positions())
