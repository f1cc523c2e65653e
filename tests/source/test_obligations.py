"""What is owed, and where it lies; the same on every version."""

import os
import textwrap
from pathlib import Path

import pytest

from bytecov.model.decision import Decision, DecisionKind
from bytecov.model.errors import DataError
from bytecov.model.span import Span
from bytecov.source.file import LARGEST, read_bytes
from bytecov.source.obligations import obligations, survey
from bytecov.source.parse import parse, read_source


def owed(text: str) -> list[str]:
    return [f"{d.kind.value}: {d.text}" for d in find(text)]


def find(text: str) -> tuple[Decision, ...]:
    return obligations(parse(textwrap.dedent(text)))


def test_every_kind() -> None:
    assert owed(
        """
        async def f(a, b, xs):
            if a: pass
            elif not b: pass
            while a < b: pass
            for x in xs: pass
            async for y in xs: pass
            c = a if b else 1
            d = a and not b
            e = a < b < c
            g = [x for x in xs if x if not x]
            match a:
                case [1, *_] | {"k": None} if b: pass
                case _: pass
            try: pass
            except (KeyError, a) as h: pass
            except: pass
            assert a
            with a as b, c: pass
        """
    ) == [
        "if: a",
        "if: not b",
        "while: a < b",
        "for: for x in xs",
        "for: async for y in xs",
        "ternary: b",
        "boolop: a and not b",
        "compare-chain: a < b < c",
        "comprehension-for: x in xs",
        "comprehension-if: x",
        "comprehension-if: not x",
        "match-case: [1, *_]",
        'match-case: [1, *_] | {"k": None}',
        "sub-pattern: 1",
        'match-case: {"k": None}',
        "sub-pattern: None",
        "guard: b",
        "except: except (KeyError, a)",
        "except: except",
        "assert: a",
        "with: a as b",
        "with: c",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "x = not a",
        "x = a < b",
        "x = a + b",
        "while True: pass",
        "if __debug__: pass",
        "if TYPE_CHECKING: pass",
        "if 0 and a: pass",
        "if not 1: pass",
        "if ~0: pass",
        "if -1: pass",
        "if (1, 2): pass",
        "x = 1 and a",
        "x: a or b = 1",
        "def f(x: a or b) -> a or b: pass",
        "def f():\n  return 1\n  if a: pass",
        "match a:\n  case x: pass",
        "match a:\n  case _: pass",
    ],
)
def test_nothing_owed(text: str) -> None:
    assert owed(text) == []


@pytest.mark.parametrize(
    ("value", "conditions"),
    [
        ("a or []", "a"),
        ("a or {}", "a"),
        ("a or [b]", "a"),
        ("a or (b, c)", "a"),
        ("a or {1: b}", "a"),
        ("a or {b}", "a"),
        ("a or f'b{c}'", "a"),
        ("a or (lambda: b)", "a"),
        ("a or (b for b in c)", "a"),
        ("a or (b and [])", "a b"),
        ("not (a or [])", "a"),
        ("a or [*b]", "a [*b]"),
        ("a or {**b}", "a {**b}"),
        ("a or f'{b}'", "a f'{b}'"),
        ("a or list()", "a list()"),
        ("(a or []) and b", "a [] b"),
        ("[] or a", "[] a"),
    ],
)
def test_last_operands_that_are_known_by_how_they_are_made(value: str, conditions: str) -> None:
    """Only where nothing tests them."""
    decision = next(one for one in find(f"x = {value}") if one.kind is DecisionKind.BOOLOP)
    assert " ".join(condition.text for condition in decision.conditions) == conditions


def test_conditions_of_a_chain_have_their_own_spans() -> None:
    (decision,) = find("if (a) < b <= f(c): pass")
    assert [condition.text for condition in decision.conditions] == ["(a) < b", "b <= f(c)"]


def test_parentheses_at_the_end_of_a_chain_belong_to_its_last_condition() -> None:
    (decision,) = find("if a < b < (c): pass")
    assert [condition.text for condition in decision.conditions] == ["a < b", "b < (c)"]


def test_ternary_inside_a_test_is_a_decision_too() -> None:
    outer, ternary = find("if (a if b else c) and d: pass")
    assert [condition.text for condition in outer.conditions] == ["b", "a", "c", "d"]
    assert [(c.if_true, c.if_false) for c in outer.conditions] == [
        (1, 2),
        (3, False),
        (3, False),
        (True, False),
    ]
    assert [condition.text for condition in ternary.conditions] == ["b"]


def test_columns_count_characters() -> None:
    (decision,) = find("ü = 'ä' + (é or ö)")
    assert decision.text == "é or ö"
    assert decision.span[:2] == (1, 11)


def test_function_names_are_dotted() -> None:
    names = [d.function for d in find("class A:\n def f(s):\n  def g(): return lambda: a or b")]
    assert names == ["A.f.g.<lambda>"]


def test_destinations() -> None:
    source = parse("if a:\n  b\nc\nfor x in y:\n  if d:\n    e\n")
    found = survey(source)
    first, loop, inner = found.decisions
    assert found.destinations[first.key("true")] == 2
    assert found.destinations[first.key("false")] == 3
    assert found.destinations[loop.key("entered")] == 5
    assert inner.key("false") not in found.destinations  # back to the loop


def test_long_chains_do_not_exhaust_the_stack() -> None:
    chain = "if a0: pass\n" + "".join(f"elif a{i}: pass\n" for i in range(1, 2000))
    total = "x = " + " + ".join(["'a'"] * 1500)
    assert len(find(chain)) == 2000
    assert find(total) == ()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"x = (", "syntax error in line 1"),
        (b"x = 1\0", "null byte"),
        (b"# coding: nonsense\n", "cannot be decoded"),
        (b"x = '\xff'", "cannot be decoded"),
    ],
)
def test_bad_source_gets_one_sentence(content: bytes, words: str) -> None:
    with pytest.raises(DataError, match=words) as caught:
        parse(content, "bad.py")
    assert str(caught.value).startswith("bad.py")
    assert "\n" not in str(caught.value)


def test_missing_file_is_named() -> None:
    with pytest.raises(DataError, match=r"cannot read /nowhere\.py"):
        read_source("/nowhere.py")


def test_line_ends_marks_and_form_feeds() -> None:
    source = parse(b"\xef\xbb\xbfa = b or c\r\n\x0cd = e or f\r")
    assert [d.span.line for d in obligations(source)] == [1, 2]
    assert [d.text for d in obligations(source)] == ["b or c", "e or f"]


def test_what_lies_outside_the_text() -> None:
    source = parse("ä = 1\n")
    assert source.segment(Span(5, 0, 6, 1)) == ""
    assert source.in_characters(Span(9, 0, 9, 0)) == Span(9, 0, 9, 0)
    assert source.in_bytes(Span(1, 1, 9, 0)) == Span(1, 2, 9, 0)


def test_a_file_that_is_no_source_by_its_size(tmp_path: Path) -> None:
    path = tmp_path / "large.py"
    path.touch()
    os.truncate(path, LARGEST)  # sparse
    assert len(read_bytes(path)) == LARGEST
    os.truncate(path, LARGEST + 1)
    with pytest.raises(DataError, match="larger than any source"):
        read_source(path)


def test_a_folder_is_no_source(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=str(tmp_path)):
        read_source(tmp_path)
