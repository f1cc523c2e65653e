"""Splitting lines into atomic pieces."""

from hypothesis import given
from hypothesis import strategies as st

from bytecov.model.span import Span
from bytecov.report.html.ranges import Piece, Range, cut, on_lines, stack

columns = st.integers(-3, 45)
some_ranges = st.lists(st.builds(Range, columns, columns, st.integers(0, 5)), max_size=12)


def test_overlapping_ranges_are_cut_at_every_end() -> None:
    chain = [Range(0, 5, "a < b"), Range(4, 9, "b < c")]
    assert cut(10, chain) == [
        Piece(0, 4, ("a < b",)),
        Piece(4, 5, ("a < b", "b < c")),
        Piece(5, 9, ("b < c",)),
        Piece(9, 10, ()),
    ]


def test_an_empty_line_has_no_pieces() -> None:
    assert cut(0, [Range(0, 3, "x")]) == []


@given(st.integers(0, 40), some_ranges)
def test_pieces_touch_and_cover_the_line_once(length: int, ranges: list[Range[int]]) -> None:
    pieces = cut(length, ranges)
    assert [column for piece in pieces for column in range(piece.start, piece.end)] == list(
        range(length)
    )
    assert all(piece.start < piece.end for piece in pieces)


@given(st.integers(0, 40), some_ranges)
def test_each_column_knows_the_ranges_over_it(length: int, ranges: list[Range[int]]) -> None:
    for piece in cut(length, ranges):
        for column in range(piece.start, piece.end):
            over = tuple(each.value for each in ranges if each.start <= column < each.end)
            assert piece.values == over


@given(some_ranges)
def test_no_two_ranges_of_a_lane_touch(ranges: list[Range[int]]) -> None:
    numbered = [Range(r.start, r.end, i) for i, r in enumerate(ranges) if r.start < r.end]
    room = {each.value: 3 for each in numbered}
    lanes = stack(numbered, room)
    assert lanes.keys() == room.keys()
    for one in numbered:
        for other in numbered:
            if one.value < other.value and lanes[one.value] == lanes[other.value]:
                one_end, other_end = max(one.end, one.start + 3), max(other.end, other.start + 3)
                assert one_end <= other.start or other_end <= one.start


def test_the_inner_range_is_nearest_to_the_text() -> None:
    assert stack([Range(0, 30, "outer"), Range(10, 12, "inner")], {}) == {"inner": 0, "outer": 1}


def test_a_span_over_lines_leaves_indentation_and_blank_lines_out() -> None:
    lines = ["if (a", "", "    or b  ", "    or c):"]
    assert list(on_lines(Span(1, 4, 4, 8), lines)) == [
        (1, Range(4, 5, None)),
        (3, Range(4, 8, None)),
        (4, Range(4, 8, None)),
    ]


@given(st.builds(Span, columns, columns, columns, columns))
def test_a_span_outside_the_source_marks_nothing_outside_it(span: Span) -> None:
    lines = ["ab c", "", "  def"]
    for number, place in on_lines(span, lines):
        assert 1 <= number <= 3
        assert 0 <= place.start < place.end <= len(lines[number - 1])
