"""Steps from line to line, as a tracer of lines notes them."""

import sys
import textwrap
from types import FrameType
from typing import Any

import pytest

from bytecov.model.edge import Edge, EdgeKind
from bytecov.model.hits import Hits, Recorded
from bytecov.results.lines_walked import lines_walked
from bytecov.source.link import link
from bytecov.source.parse import parse
from tests.source.oracle import observe


def walked(text: str) -> set[tuple[int, int]]:
    code = compile(text, "program.py", "exec", dont_inherit=True)
    return set(map(tuple, lines_walked(link(parse(text), code), observe(code))))


def traced(text: str) -> set[tuple[int, int]]:
    """By `sys.settrace`; arcs inside a line are none."""
    arcs: set[tuple[int, int]] = set()

    def trace(frame: FrameType, event: str, argument: object) -> Any:
        if frame.f_code.co_filename != "program.py":
            return None
        outside = -frame.f_code.co_firstlineno
        last = outside

        def local(frame: FrameType, event: str, argument: object) -> Any:
            nonlocal last
            now = outside if event == "return" else frame.f_lineno
            if event in ("line", "return") and now != last:
                arcs.add((last, now))
                last = now
            return local

        return local

    code = compile(text, "program.py", "exec", dont_inherit=True)
    before = sys.gettrace()
    sys.settrace(trace)
    try:
        exec(code, {"__name__": "program"})
    finally:
        sys.settrace(before)
    return arcs


@pytest.mark.parametrize(
    "program",
    [
        """\
        def f(a):
            if a:
                return 1
            b = 2
        f(0)
        f(1)
        """,
        """\
        def outer(a):
            b = a
            def inner():
                return b
            for i in (1, 2):
                a = inner()
        outer(1)
        """,
        """\
        while True:
            a = 1
            break
        b = [1,
             2]
        """,
    ],
    ids=["returns", "closure", "loop"],
)
def test_as_a_tracer_notes_them(program: str) -> None:
    text = textwrap.dedent(program)
    assert walked(text) == traced(text)


def test_a_generator_begins_behind_what_makes_it() -> None:
    """The line of `def` is no step: the instructions before RESUME belong to the call."""
    text = "def f(a):\n    def g():\n        yield a\n    yield from g()\nlist(f(1))\n"
    arcs = walked(text)
    assert {(-1, 2), (2, 4), (4, -1), (-2, 3), (3, -2)} <= arcs
    assert {(one, other) for one, other in arcs if 1 in (one, other)} == {(-1, 1), (1, 5)}


def test_hits_of_others() -> None:
    """Code of another file, offsets and edges that are none: nothing is made of them."""
    text = "a = 1\nb = 2\n"
    code = compile(text, "program.py", "exec", dont_inherit=True)
    other = compile("x = 1\ny = 2\nz = 3\n", "other.py", "exec", dont_inherit=True)
    links = link(parse(text), code)
    [good] = observe(code)
    assert set(lines_walked(links, [Recorded(other, "", good.hits)])) == set()
    nowhere = Edge(10_001, 10_003, EdgeKind.JUMP)
    more = Hits(good.hits.offsets | {10_001: 1}, {**good.hits.edges, nowhere: 1})
    assert lines_walked(links, [Recorded(code, "", more)]) == lines_walked(links, [good])
