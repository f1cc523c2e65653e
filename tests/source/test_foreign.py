"""Code that is not what this Python makes of the source: nothing is claimed of it, nothing raised.

Sources change while they are measured, import hooks rewrite what they compile, and generated code
has positions of anything.
"""

import contextlib
from random import Random
from types import CodeType

import pytest

from bytecov.bytecode.nesting import walk
from bytecov.bytecode.positions import NOWHERE, decode_positions, encode_positions
from bytecov.source.link import Links, link
from bytecov.source.parse import parse

PROGRAMS = {
    "tests": """\
def f(a, b, c):
    if a and not b or c: return 1
    while 0 < a < b and c: a += 1
    x = a and b or c
    y = 1 if (a or b) and c else 2
    return x if a is None or b is not None else y
""",
    "loops": """\
def f(a, b):
    for i in a:
        if i: break
    else:
        b = [i for i in a if i and b if i < 3]
    return {i: j for i, j in b if i is None}
async def g(a):
    async for i in a:
        if i: continue
    return [i async for i in a if i]
""",
    "exceptions": """\
def f(a):
    try:
        with a, a as b:
            return 1 if b else 2
    except (KeyError, ValueError) as c:
        assert c, "no"
    except OSError:
        pass
    finally:
        if a: b = 1
def g(a):
    try: a()
    except* ValueError: pass
    except* KeyError as e: raise e
async def h(a):
    async with a: await a
""",
    "patterns": """\
def f(a, b):
    match a:
        case [1, *_, int(x)] if x and b: return 1
        case {"k": None | True} | str(): return 2
        case None: return 3
        case (y, z) if y is None: return y
        case _ if b: return 4
    return (c := a) and any(i for i in a) or all(x < 1 < y for x in b)
""",
}


def compiled(text: str) -> CodeType:
    return compile(text, "program.py", "exec", dont_inherit=True)


def sensible(links: Links) -> None:
    """Every branch has a place; what is said to be covered by an edge is an edge of that code."""
    for code, flow in links.flows.items():
        artifacts = {offset for one, offset in links.artifacts if one == code}
        unexplained = {one.offset for one in links.unexplained if one.code == code}
        spoken = {edge.source for edge in links.outcomes[code]}
        assert set(flow.branches) <= artifacts | unexplained | spoken
        assert set(links.outcomes[code]) <= flow.edges
        assert set(links.offsets[code]) <= flow.by_offset.keys()


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_source_that_has_nothing(name: str) -> None:
    """The compiler's own branches are known without a source; of the others nothing is."""
    code = compiled(PROGRAMS[name])
    links = link(parse(""), code)
    sensible(links)
    assert links.unexplained
    assert {one.reason for one in links.unexplained} == {"nothing in the source fits"}
    assert not any(links.outcomes.values())
    assert not any(links.offsets.values())


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("of", PROGRAMS)
def test_another_source(name: str, of: str) -> None:
    sensible(link(parse(PROGRAMS[of]), compiled(PROGRAMS[name])))


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("seed", range(6))
def test_code_of_a_changed_source(name: str, seed: int) -> None:
    """Statements taken out: positions are those of other nodes, and of none."""
    text = PROGRAMS[name]
    changed = some_of(text, Random(seed))
    sensible(link(parse(changed), compiled(text)))
    sensible(link(parse(text), compiled(changed)))


def some_of(text: str, random: Random) -> str:
    """Some of the lines, such that they compile."""
    while True:
        lines = text.splitlines(keepends=True)
        some = "".join(line if random.random() < 0.8 else "\n" for line in lines)
        with contextlib.suppress(SyntaxError):
            compiled(some)
            return some


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("seed", range(8))
def test_positions_that_are_wrong(name: str, seed: int) -> None:
    """Some instructions without one, or with that of another: as code that a program has
    generated or changed."""
    random = Random(seed)
    links = link(parse(PROGRAMS[name]), shuffled(compiled(PROGRAMS[name]), random, seed % 2 == 0))
    sensible(links)


def shuffled(code: CodeType, random: Random, only_none: bool) -> CodeType:
    runs = list(decode_positions(code.co_linetable, code.co_firstlineno))
    places = [position for _, position in runs]
    changed = []
    for length, position in runs:
        if random.random() < 0.3:
            position = NOWHERE if only_none else random.choice(places)
        changed.append((length, position))
    constants = tuple(
        shuffled(one, random, only_none) if isinstance(one, CodeType) else one
        for one in code.co_consts
    )
    table = encode_positions(changed, code.co_firstlineno)
    return code.replace(co_linetable=table, co_consts=constants)


def test_positions_without_columns_in_some_functions() -> None:
    """The shadow tells those of code that has none at all; other code keeps its own."""
    whole = compiled(PROGRAMS["tests"])
    [inner] = (one for one in walk(whole) if one is not whole)
    lines = [
        (length, position._replace(col=None, end_col=None))
        for length, position in decode_positions(inner.co_linetable, inner.co_firstlineno)
    ]
    bare = inner.replace(co_linetable=encode_positions(lines, inner.co_firstlineno))
    constants = tuple(bare if one is inner else one for one in whole.co_consts)
    links = link(parse(PROGRAMS["tests"]), whole.replace(co_consts=constants))
    assert {one.reason for one in links.unexplained} <= {"no columns", "nothing in the source fits"}
    sensible(links)
