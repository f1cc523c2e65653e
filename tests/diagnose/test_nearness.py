"""How near the tests came to what never happened."""

import json
import random
from pathlib import Path

import pytest

from bytecov.api import Session
from bytecov.api.examining import Examiner
from bytecov.cli import main
from bytecov.config import load
from bytecov.config.settings import Settings
from bytecov.diagnose.nearness import near_miss, nearest_way
from bytecov.model.decision import Condition
from bytecov.model.obligation import ObligationKey
from bytecov.model.result import DecisionResult, Status
from bytecov.model.span import Span
from bytecov.model.values import REDACTED, Observation, Value, Witnessed
from bytecov.report.nearness import near_text
from bytecov.report.sentences import missing_sentences
from tests.cli.conftest import Bytecov, bytecov, project

from .making import evidence_of
from .test_distance import Formula

__all__ = ["bytecov", "project"]  # fixtures

KEY = Condition(Span(1, 0, 1, 1), "c", True, False).key("true")
OTHER = KEY._replace(outcome="false")


def of(value: object) -> Value:
    whole = not isinstance(value, type)
    return Value(type(value).__name__, repr(value) if whole else "#1", whole)


def seen(operator: str, *operands: object, context: str = "", times: int = 1) -> Witnessed:
    return Witnessed(OTHER, context, Observation(operator, tuple(map(of, operands))), times)


@pytest.mark.parametrize(
    ("condition", "values", "said"),
    [
        ("total > 100", [(">", 3.5, 100), (">", 99.5, 100)], "closest 99.5 (0.5 short)"),
        ("100 < total", [("<", 100, 3), ("<", 100, 98)], "closest 98 (3 short)"),
        ("total > LIMIT", [(">", 90, 100)], "closest 90 (11 short)"),
        ("total > other", [(">", 90, 100)], "closest 90 > 100 (11 short)"),
        ("total < 5.0", [("<", 5.0, 5.0)], "closest 5.0 (equal: anything less is enough)"),
        ("total <= 5", [("<=", 9, 5)], "closest 9 (4 too much)"),
        ("x == 7", [("==", 1, 7), ("==", 9, 7)], "closest 9 (2 off)"),
        ("x != 7", [("!=", 7, 7)], "closest 7 (any other is enough)"),
        ("x == 'hello'", [("==", "helo", "hello")], "closest 'helo' (1 edit away)"),
        ("x in (1, 20)", [("in", 3, (1, 20))], "closest 3 (2 off)"),
        ("not x", [("bool", [1, 2]), ("bool", [1])], "closest [1] (1 element to remove)"),
        ("not x", [("bool", 3)], "closest 3 (3 from zero)"),
        ("x", [("bool", []), ("bool", None)], "was given [], None"),
        ("x is None", [("is", 3, None), ("is", "a", None)], "was given 3, 'a'"),
        ("isinstance(x, str)", [("isinstance", 3, str)], "was given 3"),
        ("x.startswith('ab')", [("startswith", "xb", "ab")], "closest 'xb', 'ab' (1 edit away)"),
        ("x < y", [("<", 3, "a")], "was given 3"),
    ],
)
def test_words(
    condition: str, values: list[tuple[str, object]], said: str, tmp_path: Path
) -> None:
    path = tmp_path / "program.py"
    path.write_text(f"def f(x, y, total, other):\n    if {condition}:\n        pass\n")
    evidence = evidence_of(path)
    [part] = evidence.result.decisions[0].conditions
    key = part.condition.key("true")
    witnesses = [seen(*one)._replace(key=key._replace(outcome="false")) for one in values]
    near = near_miss(witnesses, key)
    assert near is not None
    assert near_text(evidence.source, near) == said


def test_the_test_that_came_nearest() -> None:
    near = near_miss(
        [seen(">", 3, 10, context="a"), seen(">", 8, 10, context="b"), seen(">", 1, 10)], KEY
    )
    assert near is not None
    assert (near.seen.context, near.distance, near.asked) == ("b", 3, ">")
    assert [one.context for one in near.others] == ["a", ""]


def test_what_is_unknown() -> None:
    """Cut, redacted and foreign values have no distance, and are no literals to read."""
    for value in (Value("str", "'abc…"), Value("str", REDACTED), Value("shop.Basket", "#1")):
        one = Witnessed(OTHER, "", Observation("==", (value, of("x"))), 1)
        near = near_miss([one], KEY)
        assert near is not None
        assert near.distance is None
    hostile = Value("list", "__import__('os').system('false')", True)
    assert near_miss([Witnessed(OTHER, "", Observation("bool", (hostile,)), 1)], KEY) is not None
    assert near_miss([], KEY) is None
    assert near_miss([seen(">", 1, 2)], ObligationKey("if", KEY.span, "true")) is None


@pytest.mark.parametrize(
    ("condition", "tests", "outcome", "said"),
    [
        (
            "a > 9 and b > 9 or c > 9",
            ["f(10, 1, 2)"],
            "true",
            "closest in f(10, 1, 2): `c > 9` true from 2 (8 short)",
        ),
        (
            "a > 9 and b > 9 or c > 9",
            ["f(10, 1, 2)", "f(10, 7, 2)", "f(9, 7, 2)"],
            "true",
            "closest in f(10, 7, 2): `b > 9` true from 7 (3 short)",
        ),
        (
            "not (a == 1 or b)",
            ["f(1, 0, 0)", "f(2, [3], 0)"],
            "true",
            "closest in f(2, [3], 0): `b` false from [3] (1 element to remove)",
        ),
        (
            "a is None and b",
            ["f(0, 0, 0)"],
            "true",
            "closest in f(0, 0, 0): `a is None` true from 0, `b` true (not evaluated)",
        ),
        (
            "(a > 9 or b == 2) and (a < 5 or b == 3) and c",
            ["f(9, 0, 0)"],
            "true",
            "closest in f(9, 0, 0): `a > 9` true from 9 (1 short), `a < 5` true (not evaluated),"
            " `c` true (not evaluated)",
        ),
        (
            "a > 1 or b > 1",
            ["f(5, 0, 0)", "f(0, 3, 0)"],
            "false",
            "closest in f(0, 3, 0): `b > 1` false from 3 (2 too much)",
        ),
        (
            "(a > 1 or b > 1) == c and a",
            ["f(1, 1, True)"],
            "true",
            "closest in f(1, 1, True): `(a > 1 or b > 1) == c` true from False == True (1 off),"
            " `a` true (not evaluated)",
        ),
    ],
)
def test_whole_decisions(
    condition: str, tests: list[str], outcome: str, said: str, tmp_path: Path
) -> None:
    """`and` adds, `or` takes the least, what has come out so costs nothing."""
    path = tmp_path / "program.py"
    path.write_text(f"def f(a, b, c):\n    if {condition}:\n        pass\n")
    evidence = evidence_of(path, tests=tests, values=True)
    result = next(one for one in evidence.result.decisions if one.decision.kind.value == "if")
    way = nearest_way(evidence.values, result, outcome)
    assert way is not None
    assert near_text(evidence.source, way) == said
    assert nearest_way([], result, outcome) is None
    inner = result.conditions[0]
    alone = DecisionResult(result.decision, result.outcomes, (inner,))
    assert nearest_way(evidence.values, alone, outcome) is None, "one condition says it itself"


def test_whole_decisions_by_brute_force(tmp_path: Path) -> None:
    """Generated expressions in one test that evaluates them once: the least change of variables
    for which only those need to be looked at that were; if there is none, some is unseen."""
    formulas = [Formula(random.Random(seed), deep=3) for seed in range(160)]
    asked = [one for one in formulas if 1 < len(one.values) <= 4]
    path = tmp_path / "program.py"
    path.write_text(
        "".join(
            f"def f{i}(v0, v1, v2=0, v3=0):\n    if {one.text}:\n        pass\n"
            for i, one in enumerate(asked)
        )
    )
    tests = [f"f{i}({', '.join(map(str, one.values))})" for i, one in enumerate(asked)]
    evidence = evidence_of(path, tests=tests, values=True)
    results = {one.decision.function: one for one in evidence.result.decisions}
    unseen = 0
    for i, formula in enumerate(asked):
        truth, known = formula.evaluated(formula.values)
        missed = "false" if truth else "true"
        assert results[f"f{i}"].outcomes[missed].status is Status.MISSED
        way = nearest_way(evidence.values, results[f"f{i}"], missed)
        assert way is not None
        unseen += bool(way.unseen)
        found = None if way.unseen else way.distance
        assert found == formula.least_change(not truth, known), formula.text
    assert 20 < unseen < len(asked) - 20


def test_values_in_explain(
    project: Path, bytecov: Bytecov, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "test_pricing.py").write_text(
        "from shop.pricing import discount\n\n\n"
        "def test_bulk():\n    assert discount(99.5, True) == 0\n"
    )
    (project / "main.py").write_text("from shop.pricing import discount\ndiscount(3, True)\n")
    assert bytecov("run", "--values", "main.py").returncode == 0
    assert main(["explain", "--no-code", "shop/pricing.py:2"]) == 0
    assert "true: never, reached once\n      closest 3 (98 short)\n" in capsys.readouterr().out
    assert main(["report"]) == 0
    said = "`total > 100` was never true (once false; closest 3 (98 short))\n"
    assert said in capsys.readouterr().out
    [work] = [one for one in Session(load().settings).work().files if "pricing" in one.path]
    missing = missing_sentences(work.result().decisions[0])
    assert "once false; closest 3 (98 short)" in [one.detail for one in missing], "HTML, too"
    document = json.loads(bytecov("json", "-o", "-").stdout)
    told = document["files"]["shop/pricing.py"]["decisions"][0]
    conditions = {one["text"]: one.get("near") for one in told["conditions"]}
    assert conditions["total > 100"] == {"true": {"said": "closest 3 (98 short)", "distance": 98}}
    assert told["near"]["true"]["distance"] == 98, "of the whole decision"
    found = bytecov("explain", "--rerun", "test_pricing.py::test_bulk", "shop/pricing.py:2")
    assert "closest 99.5 in test_pricing.py::test_bulk (0.5 short)" in found.stdout, found.stderr
    found = bytecov("explain", "--rerun", "nothing.py", "shop/pricing.py:2")
    assert (found.returncode, found.stdout) == (1, "")
    assert "nothing.py could not be run" in found.stderr


COMMANDS = '''\
def f(command):
    match command:
        case "quit" | "exit":
            return 0
        case "go" | "move" as verb:
            return verb
        case ["put", "down" | "away"] | ("p", 1):
            return 1


f("qui")
f("exot")
f("mov")
f("go")
f(["put", "awry"])
f(["put", "down"])
'''


def test_an_alternative_has_its_own_near_misses(project: Path, bytecov: Bytecov) -> None:
    """What each alternative was compared with is kept for it, not for the pattern alone."""
    (project / "commands.py").write_text(COMMANDS)
    assert bytecov("run", "--values", "commands.py").returncode == 0
    session = Session(Settings())
    evidence = Examiner(session, with_values=True).evidence(session.absolute("commands.py"))

    def told(text: str) -> str:
        [key] = {
            key
            for decision in evidence.result.decisions
            for key in [decision.decision.key("matched")]
            if decision.decision.text == text
        }
        near = near_miss(evidence.values, key)
        return near_text(evidence.source, near) if near else ""

    assert told('"quit"') == "closest 'qui' (1 edit away)"
    assert told('"exit"') == "closest 'exot' (1 edit away)"
    assert told('"quit" | "exit"').endswith(" (1 edit away)")
    assert told('"move"') == "closest 'mov' (1 edit away)"
    assert told('"away"') == "closest 'awry' (1 edit away)"
    assert told('("p", 1)') == "closest 'put' == 'p' (2 edits away)"
