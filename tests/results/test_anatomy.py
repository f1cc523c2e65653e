"""Code laid open: what ran, where edges lead, and the rule behind every branch."""

from typing import Any

import pytest

from bytecov.bytecode.nesting import walk
from bytecov.model.anatomy import CodeAnatomy, Origin, Way
from bytecov.model.errors import DataError
from bytecov.results import anatomy as module
from bytecov.results.anatomy import LONGEST, anatomy
from bytecov.source.link import Links, Unexplained, link
from bytecov.source.parse import parse
from tests.source.oracle import observe

TEXT = f"""\
import contextlib
def f(a, é, c):
    x = "{"long" * 40}"
    with contextlib.suppress(ValueError):
        if é and not a: raise ValueError
    return (a and é) or (lambda: c)
for i in (0, 1):
    f(i, 1, 2)
def never(): return 1 if f else 2
def through(): yield from "ab"
list(through())
"""


def ways_of(code: CodeAnatomy) -> list[Way]:
    return [way for piece in code.pieces for way in piece.ways]


def test_everything_is_explained() -> None:
    code = compile(TEXT, "program.py", "exec", dont_inherit=True)
    by_name = {one.co_qualname: one for one in walk(code)}
    hits = {one.code: one.hits for one in observe(code)}
    found = anatomy(parse(TEXT, "program.py"), hits.get)
    opened = {one.qualname: one for one in found.codes}
    never = opened["never"]
    assert not never.measured
    assert set(never.steps.ran) == {None}
    assert {way.taken for way in ways_of(never)} == {None}
    assert [piece.origin for piece in never.pieces if piece.origin] == [Origin.AUTHOR]
    pieces = [piece for one in found.codes for piece in one.pieces]
    for one in found.codes:
        assert sum(piece.length for piece in one.pieces) == len(one.steps.names)
        assert sum(one.steps.sizes) == len(by_name[one.qualname].co_code)
    operands = [operand for one in found.codes for operand in one.steps.operands]
    ways = [way for piece in pieces for way in piece.ways]
    assert {piece.origin for piece in pieces} == {None, Origin.AUTHOR, Origin.IDIOM}
    rules = {piece.rule for piece in pieces}
    assert "it has the position of the condition in the source" in rules
    assert "it has the position of the for in the source" in rules
    assert any(rule.startswith("awaiting: ") for rule in rules)
    assert {"for", "condition"} <= {key.kind for way in ways for key in way.means}
    assert {way.taken for way in ways} >= {1, 2, None}
    assert "<code f.<locals>.<lambda>>" in operands
    assert any(operand.startswith("to ") for operand in operands)
    assert max(map(len, operands)) == LONGEST
    assert any(None in one.steps.ran for one in found.codes if one.measured)


def test_a_branch_that_nothing_explains(monkeypatch: pytest.MonkeyPatch) -> None:
    """None is, anywhere; if one were, it would say so, and not that of another function."""
    text = "def f(a):\n  if a: return 1\ndef g(a):\n  if a: return 1\nf(1)\ng(1)\n"
    code = compile(text, "program.py", "exec", dont_inherit=True)
    hits = {one.code: one.hits for one in observe(code)}

    def doubtful(*arguments: Any) -> Links:
        links = link(*arguments)
        f, g = (each for each in links.flows if each.co_name in "fg")
        [offset] = links.flows[f].branches
        links.unexplained.append(Unexplained(f, offset, "no position"))
        links.outcomes[g].clear()  # as where a test stands for several obligations
        return links

    monkeypatch.setattr(module, "link", doubtful)
    found = {one.qualname: one for one in anatomy(parse(text, "program.py"), hits.get).codes}
    rules = {
        name: [(each.origin, each.rule) for each in found[name].pieces if each.origin]
        for name in "fg"
    }
    assert rules["f"] == [(Origin.UNEXPLAINED, "no position")]
    assert rules["g"] == [(Origin.AUTHOR, "it has the position of the test in the source")]


def test_what_cannot_be_compiled() -> None:
    with pytest.raises(DataError, match="cannot be compiled"):
        anatomy(parse("return 1"), lambda code: None)
