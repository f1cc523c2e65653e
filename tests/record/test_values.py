"""Operands at branches: which are kept, how they are told, and that nothing foreign runs."""

import ast
from collections import Counter
from collections.abc import Iterator
from types import CodeType
from typing import Any

import pytest

from bytecov.model.edge import Edge
from bytecov.model.values import Observation, Value
from bytecov.record import values
from bytecov.record.describe import BITS, LONGEST, describe
from bytecov.record.vm import VMRecorder


class Hostile:
    """Fails whatever it is asked."""

    def refuse(self, *ignored: object) -> Any:
        raise AssertionError("guest code was called")

    __repr__ = __str__ = __hash__ = __eq__ = __lt__ = __format__ = refuse  # type: ignore[assignment]
    __getattribute__ = __bool__ = __len__ = __iter__ = __index__ = refuse  # type: ignore[assignment]


class HostileMeta(type):
    def __getattribute__(cls, name: str) -> Any:
        raise AssertionError("guest code was called")

    __repr__ = __instancecheck__ = __eq__ = __hash__ = __getattribute__  # type: ignore[assignment]


class Made(metaclass=HostileMeta):
    pass


@pytest.mark.parametrize(
    "value",
    [0, -7, True, None, 1.5, 2j, "a'b\n", b"\0", "\udc80", [], (), {}, (1,), [1, "x", (None, 2.5)],
     {"a": [1], 2: {3: 4}}, {1, 2}, ..., 1 << (BITS - 1)],
)  # fmt: skip
def test_literals(value: object) -> None:
    [told] = describe([value])
    assert told.kind == type(value).__name__
    assert told.whole
    assert eval(told.text, {}) == value
    told.text.encode()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("x" * (LONGEST + 1), f"'{'x' * LONGEST}'… (81 long)"),
        (range(3), "range(0, 3)"),
        (1 << 5000, "2**5000…"),
        (-(1 << 5000), "-2**5000…"),
        (list(range(100)), "[0, 1, 2, 3, 4, 5, 6, 7, …] (100 long)"),
        ([[[[1]]]], "[[[…] (1 long)]]"),
        (frozenset({1}), "frozenset({1})"),
        (float("nan"), "nan"),
    ],
)
def test_bounded(value: object, text: str) -> None:
    assert describe([value])[0].text == text


def test_nothing_foreign_is_asked() -> None:
    one, other = Hostile(), Hostile()
    name = f"{__name__}.Hostile"
    assert describe((one, other, one)) == (
        Value(name, "#1"), Value(name, "#2"), Value(name, "#1")
    )  # fmt: skip
    assert describe(([one], {"k": one})) == (
        Value("list", f"[<{name} #1>]"), Value("dict", f"{{'k': <{name} #1>}}")
    )  # fmt: skip
    assert describe((Made, Made())) == (
        Value("type", f"{__name__}.Made"), Value(f"{__name__}.Made", "#1")
    )  # fmt: skip

    class Text(str):
        __slots__ = ()

        def __repr__(self) -> str:
            raise AssertionError

    assert describe([Text("x")])[0].text == "#1"


GUEST = """
class Odd:
    def __init__(self, truth): self.truth = truth
    def __bool__(self): return self.truth
    def __eq__(self, other): return self.truth
    def __contains__(self, item): return self.truth

def guest(x, y):
    if x > 10: pass
    if x == y: pass
    if x in (1, 2): pass
    if y not in {3: 4}: pass
    if x is y: pass
    if y is None: pass
    if not x or y: pass
    if isinstance(x, int) and "abc".startswith("ab"): pass
    z = x or y
    if 0 <= x < 5: pass
    while x < 3: x += 1
    try:
        [][x]
    except KeyError: pass
    except (IndexError, TypeError): pass
    return [i for i in (1, 2) if i > 1]

def foreign(x):
    if x == 1: pass
    if x: pass
    if 1 in x: pass
    if not x: pass
    return x and 1
"""


def seen(code: CodeType, calls: list[tuple[str, tuple[Any, ...]]]) -> Counter[Any]:
    """{(function, edge, operator, operands): count}"""
    recorder = VMRecorder(values=True)
    names: dict[str, Any] = {"__name__": "guest"}
    exec(recorder.prepare(code), names)
    for name, arguments in calls:
        names[name](*(names["Odd"](each) if name == "foreign" else each for each in arguments))
    found: Counter[Any] = Counter()
    for each in recorder.take(""):
        for (edge, (operator, operands)), count in each.hits.values.items():
            assert edge in each.hits.edges
            told = tuple(one.text for one in operands)
            found[each.code.co_qualname, edge, operator, told] += count
    return found


def without_edges(found: Counter[Any]) -> set[tuple[str, str, tuple[str, ...]]]:
    return {(name, operator, told) for name, _, operator, told in found}


def test_what_is_seen() -> None:
    code = compile(GUEST, "guest.py", "exec")
    found = seen(code, [("guest", (1, 3)), ("foreign", (True,)), ("foreign", (False,))])
    once = {(operator, told) for name, operator, told in without_edges(found) if name == "guest"}
    assert once >= {
        (">", ("1", "10")), ("==", ("1", "3")), ("in", ("1", "(1, 2)")),
        ("not in", ("3", "{3: 4}")), ("is", ("1", "3")), ("is", ("3", "None")),
        ("isinstance", ("1", "int")), ("startswith", ("'abc'", "'ab'")), ("bool", ("1",)),
        ("<=", ("0", "1")), ("<", ("1", "5")), ("<", ("1", "3")), ("<", ("3", "3")),
        ("except", ("#1", "KeyError")),
    }  # fmt: skip
    by_edge: dict[tuple[str, tuple[str, ...]], set[Edge]] = {}
    for name, edge, operator, told in found:
        if name == "foreign":
            by_edge.setdefault((operator, told), set()).add(edge)
    assert len(by_edge["==", ("#1", "1")]) == 2
    assert len(by_edge["in", ("1", "#1")]) == 2
    assert len(by_edge["bool", ("#1",)]) == 6


def test_lengths_of_patterns_are_no_operands() -> None:
    text = "def f(x):\n    match x:\n        case ['a', *_, 'b']: pass\n        case [3]: pass\n"
    found = seen(compile(text, "f.py", "exec"), [("f", (["c", "d"],)), ("f", ([4],))])
    assert {(operator, told) for _, _, operator, told in found} == {
        ("==", ("'c'", "'a'")), ("==", ("4", "3")),
    }  # fmt: skip


JOINED = """\
def f(a, x, w):
    for a in a:
        z = (a and x > 3) or w
        if (a and x < 9) or not (w and x == 5): pass
        z = x > 7 if a else w
        if (x > 2 if a else w): pass
"""


def test_values_where_ways_join() -> None:
    """A comparison whose result meets that of an operand in front of it is told with its operands,
    and what went the other way is not taken for it."""
    code = compile(JOINED, "f.py", "exec")
    found = seen(code, [("f", ([True, False, True, 0], x, w)) for x in (1, 5) for w in (1, 0)])
    for (_, edge, operator, told), _ in found.items():
        assert operator in ("bool", "<", ">", "=="), edge
        if operator != "bool":
            assert told in {(x, k) for x in "15" for k in "39572"}
    assert {told for _, _, operator, told in found if operator == ">"} >= {("1", "3"), ("5", "3")}
    counts = {told: n for (_, _, operator, told), n in found.items() if operator == ">"}
    assert counts["1", "3"] == counts["5", "3"] == 4, "twice true in each of two calls"


def test_translated_code_sees_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    code = compile(GUEST, "guest.py", "exec")
    calls = [("guest", (each, other)) for each in range(8) for other in (0, 3, None, "x")]
    calls += [("foreign", (True,)), ("foreign", (False,))]
    calls *= 50
    monkeypatch.setattr("bytecov.vm.program.HOT", 1)
    hot = seen(code, calls)
    monkeypatch.setattr(VMRecorder, "_translate", lambda self, program: None)
    cold = seen(code, calls)
    assert hot == cold
    assert sum(hot.values()) > 100 * 50


def test_bounded_in_number_and_the_nearest_is_kept() -> None:
    code = compile("def f(x):\n    if x > 1000: return 1\n    if 'k' == x: pass\n", "f.py", "exec")
    found = seen(code, [("f", (each,)) for each in range(0, 990, 7)])
    assert len(found) == 2 * values.MOST + 1
    left = {int(told[0]) for _, _, operator, told in found if operator == ">"}
    assert max(left) == 987


def test_the_budget_of_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values.Budget.__init__, "__defaults__", (5,))
    code = compile("def f(x):\n    if x == -1: pass\n    if x == -2: pass\n", "f.py", "exec")
    assert len(seen(code, [("f", (each,)) for each in range(9)])) == 5


def distances() -> Iterator[tuple[Any, Any, float | None]]:
    yield 1, 4, 3.0
    yield 1.5, 1, 0.5
    yield "abc", "abd", 1.0
    yield "abc", "abcde", 2.0
    yield 10**400, 1, None
    yield True, 1, None
    yield None, 1, None


@pytest.mark.parametrize(("left", "right", "apart"), list(distances()))
def test_distance(left: Any, right: Any, apart: float | None) -> None:
    assert values.distance(left, right) == values.distance(right, left) == apart


def test_whole_texts_are_literals_but_for_what_has_none() -> None:
    assert ast.literal_eval(describe([(1, "x")])[0].text) == (1, "x")
    assert not describe([frozenset()])[0].whole
    assert Observation("bool", describe([1])) == Observation("bool", (Value("int", "1", True),))
