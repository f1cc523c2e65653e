"""Pictures of flows, compared with snapshots; `pytest --update` rewrites them."""

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from bytecov.bytecode import version
from bytecov.bytecode.nesting import walk
from bytecov.flow.blocks import Flow, flow
from bytecov.flow.render import render_dot, render_text
from bytecov.model.edge import EdgeKind
from bytecov.model.hits import Hits

SNAPSHOTS = Path(__file__).parent / "snapshots" / version.NAME

SOURCES = {
    "if_else": "def f(a, b):\n    return a if a or b else b",
    "while": "def f(a):\n    while a:\n        a -= 1",
    "for": "def f(a):\n    for b in a:\n        if b: break\n    else:\n        g('\"quoted\\n\"')",
    "try_except": """
        def f(a):
            try:
                a.b
            except (KeyError, ValueError) as error:
                return error
            finally:
                a.c()
        """,
    "with": "def f(a):\n    with a as b:\n        b()",
    "comprehension": "def f(a):\n    return [b for b in a if b]",
    "async_for": "async def f(a):\n    async for b in a:\n        await b",
    "match": """
        def f(a):
            match a:
                case [1, *b] if b: return 1
                case {"k": None}: return 2
        """,
}


def flow_of(source: str) -> Flow:
    module = compile(textwrap.dedent(source), "<test>", "exec")
    return flow(next(code for code in walk(module) if code.co_name == "f"))


@pytest.mark.parametrize("name", SOURCES)
def test_text(name: str, golden: Callable[[Path, str], None]) -> None:
    golden(SNAPSHOTS / f"{name}.txt", render_text(flow_of(SOURCES[name])))


def test_dot(golden: Callable[[Path, str], None]) -> None:
    golden(SNAPSHOTS / "for.dot", render_dot(flow_of(SOURCES["for"])))


def half_hit(found: Flow) -> Hits:
    """The loop was entered twice, the rest is not known to have run."""
    (loop,) = (one.offset for one in found.instructions if one.name == "FOR_ITER")
    entered, exhausted = found.branches[loop]
    return Hits({0: 1, loop: 0}, {entered: 2, exhausted: 0})


def test_counts_stand_beside_the_text() -> None:
    found = flow_of(SOURCES["for"])
    hits = half_hit(found)
    entered, exhausted = found.branches[max(hits.offsets)]
    first, *lines = render_text(found, hits).splitlines()
    assert first == "f (<test>:1)"
    counts = {line[9:].strip(): line[:9].strip() for line in lines if not line.startswith("block")}
    assert [count for text, count in counts.items() if "RESUME" in text] == ["1"]
    assert [count for text, count in counts.items() if "FOR_ITER" in text] == ["+"]
    assert {count for text, count in counts.items() if "RETURN" in text} == {"-"}
    assert counts[f"next -> {entered.destination}"] == "2"
    assert counts[f"jump -> {exhausted.destination}"] == "+"


def test_missed_is_red_in_the_drawing() -> None:
    found = flow_of(SOURCES["for"])
    hits = half_hit(found)
    drawing = render_dot(found, hits).splitlines()
    arrows = [line for line in drawing if "->" in line]
    red = [line for line in arrows if "#b3261e" in line]
    taken = [line for line in arrows if "#b3261e" not in line]
    assert len(taken) == len(hits.edges)
    assert len(red) == len(arrows) - len(taken) > 0
    assert any('label="next 2"' in line for line in taken)
    assert any('label="jump +"' in line for line in taken)


def test_raise_edges_are_told_once_for_each_handler() -> None:
    found = flow_of(SOURCES["try_except"])
    several = [edge for edge in found.edges if edge.kind is EdgeKind.RAISE]
    told = [line for line in render_text(found).splitlines() if "raise ->" in line]
    assert 0 < len(told) < len(several)


def test_a_part_with_meanings() -> None:
    code = next(part for part in walk(compile("def f(a): return 1 if a else 2", "", "exec"))
                if part.co_name == "f")  # fmt: skip
    graph = flow(code)
    shown = render_text(graph, only={0}, means=lambda edge: f"to {edge.kind.name}")
    assert shown.count("\nblock ") == 1
    assert "to JUMP\n" in shown
    assert "to NEXT\n" in shown
    assert render_text(graph, only=()).count("\n") == 1
