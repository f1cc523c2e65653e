"""When the host runs a program by itself, and what is counted then.  What is counted in every kind
of program `tests/record/test_equal.py` knows."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

from bytecov.model.edge import EdgeKind
from bytecov.record.book import Library
from bytecov.record.vm import VMRecorder
from bytecov.vm.program import Program
from bytecov.vm.ticks import new_ticks, steps

SOURCE = """
def pay(amounts, limit):
    total = 0
    for each in amounts:
        if each > limit:
            raise ValueError(each)
        total += each
    return total

def depth():
    import sys
    return sys.getrecursionlimit()
"""


def defined(recorder: VMRecorder, code: CodeType) -> tuple[dict[str, Any], dict[str, Program]]:
    """The names of a module, and its programs by name."""
    names: dict[str, Any] = {"__name__": "shop"}
    exec(recorder.prepare(code), names)
    return names, {each.code.co_name: each for each in recorder._programs}


@pytest.fixture
def code() -> CodeType:
    return compile(SOURCE, "shop.py", "exec")


def often(call: Callable[[], object]) -> None:
    for _ in range(200):
        call()


def test_a_program_that_is_called_often_is_hot(code: CodeType) -> None:
    names, programs = defined(VMRecorder(), code)
    names["pay"]([1], 2)
    assert not programs["pay"].hot
    often(lambda: names["pay"]([1], 2))
    assert programs["pay"].hot


def test_hot_or_not_the_counts_are_the_same(code: CodeType) -> None:
    recorder = VMRecorder()
    names, programs = defined(recorder, code)

    def recorded() -> tuple[dict[int, int], dict[str, int]]:
        recorder.take("")
        assert names["pay"]([1, 2, 3], 3) == 6
        with pytest.raises(ValueError, match="7"):
            names["pay"]([1, 7], 3)
        [found] = [each.hits for each in recorder.take("") if each.code.co_name == "pay"]
        return dict(found.offsets), {str(edge): count for edge, count in found.edges.items()}

    cold = recorded()
    often(lambda: names["pay"]([1], 2))
    assert programs["pay"].hot
    assert recorded() == cold
    assert recorder.take("") == []


def test_exceptions_that_leave_are_counted_where_they_were_raised(code: CodeType) -> None:
    recorder = VMRecorder()
    names, programs = defined(recorder, code)
    programs["pay"].weave()
    recorder.take("")
    for amounts in ([9], [1, 9], None, [None]):
        with pytest.raises((ValueError, TypeError)):
            names["pay"](amounts, 5)
    program = programs["pay"]
    told, raised = program.take()
    assert told[0] == 4
    at = [program.layout.instructions[index].name for index, _ in raised]
    assert sorted(at) == ["COMPARE_OP", "GET_ITER", "RAISE_VARARGS"]
    assert sum(raised.values()) == 4


def test_what_asks_for_the_recursion_limit_is_never_woven(code: CodeType) -> None:
    names, programs = defined(VMRecorder(), code)
    before = sys.getrecursionlimit()
    often(lambda: names["depth"]())
    assert names["depth"]() == before
    assert programs["depth"].ways is None
    assert not programs["depth"].hot


def test_what_is_watched_is_never_woven(code: CodeType) -> None:
    names, programs = defined(VMRecorder(values=True), code)
    often(lambda: names["pay"]([1], 2))
    assert programs["pay"].ways is None


def test_hot_in_one_run_is_hot_at_the_first_call_of_the_next(
    code: CodeType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BYTECOV_CACHE", str(tmp_path))

    def run() -> Iterator[bool]:
        library = Library()
        recorder = VMRecorder(library=library)
        names, programs = defined(recorder, code)
        yield bool(programs["pay"].hot)
        often(lambda: names["pay"]([1], 2))
        [found] = [each.hits for each in recorder.take("") if each.code.co_name == "pay"]
        assert sum(edge.kind is EdgeKind.JUMP for edge in found.edges) >= 2
        assert max(found.offsets.values()) == 400
        library.close()

    assert [*run(), *run()] == [False, True]


def test_ticks_count_their_steps() -> None:
    first, second = new_ticks(2)
    for _ in range(3):
        next(first)
    assert (steps(first), steps(second)) == (3, 0)
