"""Compiler habits, each with a near miss that it must leave alone."""

import ast
import textwrap

import pytest
from _pytest.assertion.rewrite import rewrite_asserts

from bytecov.bytecode.version import VERSION
from bytecov.model.decision import DecisionKind
from bytecov.results.laying import lay
from bytecov.source.idioms import LEFTOVERS, MACHINERY
from bytecov.source.link import Links, link
from bytecov.source.obligations import obligations
from bytecov.source.parse import parse
from tests.source.oracle import observe


def links_of(text: str) -> Links:
    source = parse(textwrap.dedent(text), "program.py")
    links = link(source, compile(source.text, "program.py", "exec", dont_inherit=True))
    assert links.unexplained == []
    assert [case for case in links.unfound if case.reason is None] == []
    assert links.mismatches == []
    return links


def artifacts(text: str) -> set[str]:
    return set(links_of(text).artifacts.values())


HABITS = {
    "awaiting": {
        "async def f(a):\n  return await a": (3, 11),
        "def f(a):\n  yield from a": (3, 11),
        "async def f(a):\n  async with a: pass": (3, 11),
    },
    "unhandled_rest": {"try: a\nexcept* b: pass": (3, 11)},
    "format_guard": {"type X = a or b": (3, 14), "def f[T: a or b](): pass": (3, 14)},
    "conditional_annotation": {
        # Elsewhere all of `__annotate__` is `annotation`.
        "def __annotate__(format): pass\nif a:\n  x: int": (3, 14),
    },
    "annotation": {
        "def f(x: (int if a else str)): pass": (3, 11),
        "class C:\n  x: (a or b)": (3, 11),
        "type X = a or b": (3, 12),
    },
    "inlined_genexp": {
        "def f(a): return any(x for x in a)": (3, 14),
        "def f(a): return list(x for x in a)": (3, 15),
    },
    "static_test": {"if a and TYPE_CHECKING: pass": (3, 11), "if ():\n  pass": (3, 14)},
    "unreachable_test": {
        "if TYPE_CHECKING and x is None and y: pass": (3, 11),
        "if TYPE_CHECKING and x is None: pass": (3, 11),
    },
}
"""{idiom: {source: the first Python that compiles such a branch for it}}"""
NEAR_MISSES = {
    "awaiting": ["async def f(a):\n  async for b in a: pass"],  # SEND, and the author's
    "exit_suppression": [
        "if a.__exit__(None, None, None): pass",
        "try: a\nexcept BaseException as e:\n  if not b(*e): raise",
    ],
    "unhandled_rest": [
        "try: a\nexcept b: pass",
        "try: a\nexcept* b as c:\n  if c is not None: raise",
    ],
    "format_guard": [
        "def f(format, /):\n  if format > 2: raise NotImplementedError",
        "def f(format, /, x=3):\n  if format == x: return 1",
    ],
    "conditional_annotation": [
        "__conditional_annotations__ = {1}\nif 1 in __conditional_annotations__: pass",
        "def __annotate__(a, __conditional_annotations__):\n"
        "  if 1 in __conditional_annotations__: return 1",
    ],
    "annotation": [
        "def __annotate__(format, /):\n  if format == 1: return {}",
        "class C:\n  def __annotate__(self, format, /):\n    return format or 2",
        "def f(x=(int if a else str)): pass",
    ],
    "inlined_genexp": [
        "def f(a): return any([x for x in a if x])",
        "def f(a, any): return any(a) and any(a, (x for x in a))",
    ],
    "static_test": ["if a is TYPE_CHECKED: pass", "if [a]:\n  pass\nif f():\n  pass"],
    "unreachable_test": ["if a and x is None: pass", "if TYPE_CHECKED and x is None: pass"],
    "rewritten_assert": ["assert a and b", "if not (a == b): raise AssertionError(a)"],
}
"""{idiom: sources that look alike}"""
ELSEWHERE = {"exit_suppression", "rewritten_assert"}
"""Tested below: one gives its branch to the author, one needs pytest."""


def test_every_idiom_has_a_test_and_a_near_miss() -> None:
    names = {idiom.__name__ for idiom in (*MACHINERY, *LEFTOVERS)}
    assert names == NEAR_MISSES.keys() == HABITS.keys() | ELSEWHERE


@pytest.mark.parametrize(
    ("name", "text", "since"),
    [(name, text, since) for name, by in HABITS.items() for text, since in by.items()],
)
def test_habit(name: str, text: str, since: tuple[int, int]) -> None:
    if since <= VERSION:
        assert name in artifacts(text)
    elif not text.startswith(("type ", "def f[")):  # a syntax of 3.12
        assert name not in artifacts(text)


@pytest.mark.parametrize("text", [text for each in NEAR_MISSES.values() for text in each])
def test_near_miss(text: str) -> None:
    """Whatever is tested in it is the author's, but for what `except*` asks itself."""
    assert artifacts(text) <= ({"unhandled_rest"} if "except*" in text else set())
    owed = obligations(links_of(text).source)
    assert owed or "try" in text


def test_annotations_are_not_counted() -> None:
    text = "x: (int if a else str) = 1\nif x:\n  y: int\ndef f(a: (b or c)) -> (b and c): pass"
    assert artifacts(text) <= {"annotation", "format_guard", "conditional_annotation"}
    assert [d.text for d in obligations(links_of(text).source)] == ["x"]


def test_suppression_is_known_per_item() -> None:
    text = textwrap.dedent(
        """
        from contextlib import suppress
        def f(e):
            with suppress(KeyError), suppress(ValueError):
                raise e
        f(KeyError())
        """
    )
    source = parse(text)
    code = compile(text, "program.py", "exec")
    covered = lay(source, link(source, code), observe(code))
    found = {
        (source.segment(key.span), key.outcome)
        for key in covered.outcomes
        if key.kind == DecisionKind.WITH.value
    }
    assert found == {("suppress(KeyError)", "suppressed"), ("suppress(ValueError)", "propagated")}


REWRITTEN = """
def t(a, b, f, xs):
    assert a and b, "msg"
    assert not a or f(a and b) and [x for x in xs if x and a]
    assert a < b < 3
    assert all(x for x in xs if x is not None)
    assert f(a if b else a) == (a or b)
    assert (lambda: a and b)()
    if a and b: pass
"""


def test_asserts_rewritten_by_pytest() -> None:
    source = parse(REWRITTEN, "t.py")
    tree = ast.parse(REWRITTEN)
    rewrite_asserts(tree, REWRITTEN.encode(), "t.py", None)
    links = link(source, compile(tree, "t.py", "exec", dont_inherit=True))
    assert links.unexplained == []
    assert {case.reason for case in links.unfound} == {"assert rewritten by pytest"}
    missing = {source.segment(case.key.span) for case in links.unfound}
    assert "x is not None" not in missing
    found = {
        source.segment(key.span)
        for by in links.outcomes.values()
        for keys in by.values()
        for key in keys
    }
    assert {"x is not None", "x", "a", "b"} <= found


@pytest.mark.parametrize("text", ["a", "not a", "not not a", "not a == 1", "not a in [1]"])
@pytest.mark.parametrize("a", [0, 1])
def test_truth_of_rewritten_asserts(text: str, a: int) -> None:
    """It is that of the same assert as the author wrote it."""
    lines = f"def f(a):\n    assert {text}\ntry:\n    f({a})\nexcept AssertionError:\n    pass\n"
    source = parse(lines, "t.py")
    plain = compile(lines, "t.py", "exec", dont_inherit=True)
    tree = ast.parse(lines)
    rewrite_asserts(tree, lines.encode(), "t.py", None)
    rewritten = compile(tree, "t.py", "exec", dont_inherit=True)
    by_author, by_pytest = (
        {
            key
            for key in lay(source, link(source, code), observe(code)).outcomes
            if key.span.line == 2
        }
        for code in (plain, rewritten)
    )
    assert by_author == by_pytest != set()
