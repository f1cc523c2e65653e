"""`# bytecov: unreachable …`: one outcome excluded, and said where that does not hold."""

import json

import pytest

from bytecov.model.result import FileResult, Results, Status
from bytecov.report.json import render_json
from bytecov.report.layout import Look
from bytecov.report.text import render_text

from .test_tally import result, statuses

BECAUSE = "# bytecov: unreachable {} because I say so"


def shown(test: str, claim: str, calls: str = "f(1, 1)") -> FileResult:
    return result(f"def f(a, b):\n  {test}  {BECAUSE.format(claim)}\n    pass\n{calls}")


def test_one_outcome_of_a_condition() -> None:
    found = shown("if a and b:", "a=false")
    assert statuses(found) == {"if a and b": "cm", "a": "ce", "b": "cm"}
    condition = found.decisions[0].conditions[0].outcomes["false"]
    assert (condition.status, condition.reason) == (Status.EXCLUDED, "I say so")
    assert (found.condition.covered, found.condition.missed) == (2, 1)
    assert found.warnings == ()


def test_what_follows() -> None:
    assert statuses(shown("if a:", "a=false")) == {"if a": "ce", "a": "ce"}
    assert statuses(shown("if a and b:", "a and b=true", "f(1, 0)")) == {
        "if a and b": "ec",
        "a": "cm",
        "b": "ec",
    }
    both = "false"  # of the decision: neither condition may end it
    assert statuses(shown("if a and b:", both)) == {"if a and b": "ce", "a": "ce", "b": "ce"}


def test_all_ways_to_an_outcome() -> None:
    found = result(
        """
        def f(a, b):
            # bytecov: unreachable a=false because of x
            # bytecov: unreachable b=false because of y
            return 1 if a and b else 2
        f(1, 1)
        """
    )
    assert statuses(found) == {"ternary a and b": "ce", "a": "ce", "b": "ce"}
    assert found.decisions[0].outcomes["false"].reason == "of x"


@pytest.mark.parametrize(
    ("test", "claim"),
    [
        ("for i in [a]:", "exhausted"),
        ("for i in [a]:", "for i in [a]=exhausted"),
        ("while a == b :", "a==b=false"),
        ("while a == b:", "a == b = false"),
        ("while a == b:", "false"),
    ],
)
def test_forms(test: str, claim: str) -> None:
    found = shown(test, claim, "")
    excluded = [n for n, o in found.decisions[0].outcomes.items() if o.status is Status.EXCLUDED]
    assert excluded == [claim.rpartition("=")[2].strip()]
    assert found.warnings == ()


def test_lines() -> None:
    found = result(
        """
        def f(a, b):
            if (a
                or b  # bytecov: unreachable b=true because x
            ):
                return b or a
            # bytecov: unreachable true because y

            elif b:
                return [b for a in b
                    if a  # bytecov: unreachable a=true because z
                    if b and a]
        """
    )
    assert statuses(found) == {
        "if a\n        or b": "mm",
        "boolop b or a": "mm",
        "if b": "em",
        "comprehension-if a": "em",
        "comprehension-if b and a": "mm",
        "a": "mm",  # the last of its name
        "b": "mm",
    }
    first = found.decisions[0].conditions[1].outcomes["true"]
    assert (first.status, first.reason) == (Status.EXCLUDED, "x")


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ("a=true", "line 2: `unreachable a=true` is stale: it happened"),
        ("c=true", "line 2: `unreachable c=true` names nothing there that can be true"),
        ("entered", "line 2: `unreachable entered` names nothing there that can be entered"),
        ("a=maybe", "line 2: `unreachable a=maybe because I say so` is not understood: write `#"),
    ],
)
def test_what_does_not_hold_is_said(claim: str, said: str) -> None:
    found = shown("if a and b:", claim)
    assert len(found.warnings) == 1
    assert found.warnings[0].startswith(said)
    assert statuses(found) == {"if a and b": "cm", "a": "cm", "b": "cm"}
    results = Results((found,))
    assert f"program.py: {said}" in render_text(results, Look("condition"))
    assert json.loads(render_json(results))["files"]["program.py"]["warnings"] == [*found.warnings]


def test_a_reason_is_needed() -> None:
    found = result("if 1 > 0:  # bytecov: unreachable false\n  pass")
    assert "is not understood" in found.warnings[0]


def test_text_that_is_no_comment() -> None:
    assert result('x = "# bytecov: unreachable a=true"').warnings == ()
    assert result("x = 1  # bytecov: see there").warnings == ()


def test_reasons_in_json() -> None:
    document = json.loads(render_json(Results((shown("if a and b:", "a=false"),))))
    [decision] = document["files"]["program.py"]["decisions"]
    assert decision["conditions"][0]["reasons"] == {"false": "I say so"}
    assert "reasons" not in decision
