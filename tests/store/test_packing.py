"""Packing: what goes in comes out, and bytes that are no packing are refused."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bytecov.model.edge import Edge, EdgeKind
from bytecov.store.packing import (
    LARGEST,
    check_counts,
    check_edges,
    common_numbers,
    merge_counts,
    merge_edges,
    merge_numbers,
    pack_counts,
    pack_edges,
    pack_numbers,
    unpack_counts,
    unpack_edges,
    unpack_numbers,
)

numbers = st.integers(0, 1 << 40)
counts = st.dictionaries(numbers, st.integers(0, LARGEST))
edges = st.dictionaries(
    st.builds(Edge, st.integers(0, 1 << 20), st.integers(0, 1 << 20), st.sampled_from(EdgeKind)),
    st.integers(0, LARGEST),
)


@given(st.sets(numbers))
def test_numbers(given: set[int]) -> None:
    assert unpack_numbers(pack_numbers(given)) == sorted(given)


@given(counts)
def test_counts(given: dict[int, int]) -> None:
    assert unpack_counts(pack_counts(given)) == given


@given(edges)
def test_edges(given: dict[Edge, int]) -> None:
    assert unpack_edges(pack_edges(given)) == given


@given(counts, counts)
def test_merged_counts_are_added(one: dict[int, int], other: dict[int, int]) -> None:
    both = unpack_counts(merge_counts(pack_counts(one), pack_counts(other)))
    assert both == {
        key: min(one.get(key, 0) + other.get(key, 0), LARGEST) for key in one.keys() | other.keys()
    }


@given(edges, edges)
def test_merged_edges_are_those_of_both(one: dict[Edge, int], other: dict[Edge, int]) -> None:
    both = unpack_edges(merge_edges(pack_edges(one), pack_edges(other)))
    assert both.keys() == one.keys() | other.keys()


@given(st.sets(numbers), st.sets(numbers))
def test_merged_numbers(one: set[int], other: set[int]) -> None:
    both = merge_numbers(pack_numbers(one), pack_numbers(other))
    assert unpack_numbers(both) == sorted(one | other)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(given: bytes) -> None:
    for unpack in (unpack_numbers, unpack_counts, unpack_edges):
        try:
            unpack(given)
        except ValueError as error:
            assert str(error)  # noqa: PT017


@given(st.binary(max_size=200) | st.binary(max_size=60).map(lambda one: bytes(b & 31 for b in one)))
def test_checking_is_reading(given: bytes) -> None:
    for check, unpack in ((check_counts, unpack_counts), (check_edges, unpack_edges)):
        assert said(check, given) == said(unpack, given)


def said(read: Callable[[bytes], object], given: bytes) -> str:
    try:
        read(given)
    except ValueError as error:
        return str(error)
    return ""


def test_small_numbers_take_one_byte_each() -> None:
    assert pack_numbers({3, 5, 100}) == bytes([3, 2, 95])
    assert pack_counts({2: 1, 4: 7}) == bytes([2, 1, 2, 7])
    assert len(pack_edges({Edge(2, 8, EdgeKind.JUMP): 1})) == 3


@pytest.mark.parametrize("packed", [b"\x80", b"\xff" * 12, b"\x80" * 9 + b"\x7f"])
def test_numbers_that_are_cut_off_or_too_large(packed: bytes) -> None:
    with pytest.raises(ValueError, match=r"cut off|too large"):
        unpack_numbers(packed)


def test_an_edge_with_an_unknown_kind() -> None:
    with pytest.raises(ValueError, match="no edge"):
        unpack_edges(bytes([0, 3, 1]))


def test_nothing_below_zero() -> None:
    with pytest.raises(ValueError, match="cannot be packed"):
        pack_numbers({-1})


def test_what_both_sets_have() -> None:
    one, other = pack_numbers({1, 5, 900}), pack_numbers({5, 7, 900})
    assert unpack_numbers(common_numbers(one, other)) == [5, 900]
    assert common_numbers(one, one) == one


def test_counts_stop_where_sqlite_stops() -> None:
    assert unpack_counts(pack_counts({1: LARGEST + 5, 2: 3})) == {1: LARGEST, 2: 3}


@pytest.mark.parametrize(
    "packed",
    [
        b"\x80" * 10 + b"\x01",  # eleven bytes
        b"\xff" * 9 + b"\x7f",  # 70 bits
        b"\xff" * 8 + b"\x7f\x01",  # the first is the largest there is, the second one more
    ],
)
def test_numbers_that_are_too_large(packed: bytes) -> None:
    with pytest.raises(ValueError, match="a number is too large"):
        unpack_numbers(packed)


def test_an_edge_to_before_the_beginning() -> None:
    packed = bytearray(pack_edges({Edge(4, 0, EdgeKind.JUMP): 1}))
    packed[0] = 2  # the source; the edge is four long
    for read in (unpack_edges, check_edges):
        with pytest.raises(ValueError, match="no edge is like this"):
            read(bytes(packed))
