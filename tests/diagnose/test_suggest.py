"""What to test next: goals, stubs, and values that are tried."""

import ast
import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from bytecov.cli import main
from bytecov.cli.suggest import find_test, source_of_test
from bytecov.diagnose.goals import Goal, ease, goals
from bytecov.diagnose.nearness import near_miss
from bytecov.diagnose.proposals import Proposal, parameters, proposals
from bytecov.report.suggestions import render_pytest, render_text
from tests.cli.conftest import Bytecov, bytecov, project

from .making import evidence_of
from .test_nearness import KEY, seen

__all__ = ["bytecov", "project"]  # fixtures

PROGRAM = '''\
def f(a, b):
    if a and b > 3:
        return [x for x in b if x]
    return a


def uncalled(x):
    return x if x else 0


f(0, 1)
'''
FEES = '''\
def fee(weight, country):
    total = weight * 2
    if total > 100:
        return 5
    return 1
'''
TESTS = '''\
import pytest
from fees import fee


@pytest.mark.parametrize(("weight", "country"), [(3, "DE"), (20, "FR")])
def test_fee(weight, country):
    assert fee(weight, country) == 1  # domestic
'''


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[Goal]:
    path = tmp_path_factory.mktemp("goals") / "program.py"
    path.write_text(PROGRAM)
    return goals(evidence_of(path))


def test_goals_are_what_never_happened(found: list[Goal]) -> None:
    told = [(goal.text, goal.key.outcome, goal.why.reason.name) for goal in found]
    assert told == [
        ("a", "true", "NEVER_SO"),
        ("b > 3", "true", "NEVER_REACHED"),
        ("x", "true", "NEVER_REACHED"),
        ("x", "true", "NEVER_CALLED"),
    ]
    assert sorted(found, key=ease) == found


def test_text(found: list[Goal]) -> None:
    text = render_text(found)
    assert text.startswith("program.py:2:7  `a` was never true\n  reached\n")
    assert (
        "write a test where first `a` is true (2:7), then `b > 3` is true,"
        " and in another test false"
    ) in text
    assert "`uncalled` is called, and `x` is true" in text
    assert render_text([]) == "Nothing is missing.\n"


def test_stubs_are_skipped_tests(found: list[Goal]) -> None:
    """A file that compiles, with a name and a reason for each goal."""
    text = render_pytest([*found, *found], lambda test: None)
    tree = ast.parse(text)
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    names = [function.name for function in functions]
    assert len(set(names)) == len(names) == 2 * len(found)
    assert names[0] == "test_f_a_true"
    for function in functions:
        assert ast.get_docstring(function)
        assert ast.unparse(function.body[-1]).startswith("pytest.skip('write me: ")


def test_vectors(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text("def f(a, b):\n    if a and b:\n        return 1\n\n\nf(1, 1)\nf(0, 1)\n")
    [goal] = goals(evidence_of(path), "mcdc")
    assert str(goal.vector) == "T F -> F"
    assert "`a and b` needs `a` true, `b` false\n  vector T F -> F\n" in render_text([goal])


def test_tests_are_found_by_their_ids(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = "class TestX:\n    @deco\n    def test_y(self):\n        pass  # z\n"
    Path("test_x.py").write_text(text)
    assert source_of_test("test_x.py::TestX::test_y[1]") == (
        "@deco\ndef test_y(self):\n    pass  # z"
    )
    for unknown in ("test_x.py::test_y", "test_x.py", "gone.py::test_y", ""):
        assert find_test(unknown) is None


def parametrized(names: str, rows: str) -> ast.FunctionDef:
    text = f"@pytest.mark.parametrize({names}, {rows})\ndef test(): pass\n"
    [function] = ast.parse(text).body
    assert isinstance(function, ast.FunctionDef)
    return function


@pytest.mark.parametrize(
    ("names", "rows", "plain"),
    [
        ("'a, b'", "[(1, 'x'), (2, g())]", [("a", 1), ("b", "x"), ("a", 2)]),
        ("['a']", "[1, 2.5]", [("a", 1), ("a", 2.5)]),
        ("('a', 'b')", "[pytest.param(1, -2, id='n')]", [("a", 1), ("b", -2)]),
        ("names", "[1]", []),
        ("'a'", "rows", []),
        ("'a'", "[None, [1], True]", []),
    ],
)
def test_parameters(names: str, rows: str, plain: list[tuple[str, object]]) -> None:
    assert list(parameters(parametrized(names, rows))) == plain


@pytest.mark.parametrize(
    ("row", "plain"),
    [
        ("2-y", [("a", 2), ("b", "y")]),
        ("n", [("a", 3)]),
        ("", [("a", 1), ("b", "x"), ("a", 2), ("b", "y"), ("a", 3)]),
        ("unknown", [("a", 1), ("b", "x"), ("a", 2), ("b", "y"), ("a", 3)]),
    ],
)
def test_the_row_that_an_id_names(row: str, plain: list[tuple[str, object]]) -> None:
    """Its values; those of all rows where an id tells nothing."""
    rows = "[(1, 'x'), (2, 'y'), pytest.param(3, f(), id='n')]"
    assert list(parameters(parametrized("'a, b'", rows), row)) == plain


HOW: dict[str, Callable[[int], int]] = {
    "itself": lambda x: x,
    "part of a sum": lambda x: x + 17,
    "factor": lambda x: x * 3,
}


@pytest.mark.parametrize("how", HOW)
def test_proposals_do_it(how: str) -> None:
    """However the parameter becomes the operand, one of the proposals gives the outcome."""
    holds = {">": lambda v, k: v > k, "<": lambda v, k: v < k, "==": lambda v, k: v == k}
    for value, limit, (operator, is_so) in itertools.product((1, 4, 9), (30, 60), holds.items()):
        operand = HOW[how](value)
        if is_so(operand, limit):
            continue
        near = near_miss([seen(operator, operand, limit)], KEY)
        assert near is not None
        tried = proposals(near, parametrized("'a'", f"[{value}]"))
        assert any(is_so(HOW[how](one.value), limit) for one in tried), (value, limit, operator)


def test_texts_are_proposed() -> None:
    function = parametrized("'a'", "['ab']")
    for observed, value in (
        (("==", "ab", "abc"), "abc"),
        (("in", "ab", ["x", "y"]), "x"),
        (("startswith", "ab", "_"), "_ab"),
        (("endswith", "ab", "_"), "ab_"),
    ):
        near = near_miss([seen(*observed)], KEY)
        assert near is not None
        assert Proposal("a", value) in proposals(near, function)
    unknown = near_miss([seen("isinstance", "ab", str)], KEY)
    assert unknown is not None
    assert proposals(unknown, function) == []


def test_command(
    project: Path,
    bytecov: Bytecov,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (project / "fees.py").write_text(FEES)
    (project / "test_fees.py").write_text(TESTS)
    test = "test_fees.py::test_fee"
    options = ("--values", "--include=fees.py", "--context", test)
    ran = bytecov("run", *options, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_fees.py")
    assert ran.returncode == 0, ran.stdout
    found = bytecov("suggest", "--try").stdout
    assert "reached 2 times; closest 40 in test_fees.py::test_fee (61 short)" in found
    assert f"tried weight=64 in {test}: it happens (and the test fails" in found
    assert main(["suggest", "--format", "pytest", "-o", "test_missing.py"]) == 0
    written = (project / "test_missing.py").read_text()
    assert "    # def test_fee(weight, country):\n    #     assert fee(weight" in written
    assert main(["suggest", "-o", "test_missing.py"]) == 1
    assert "is there already" in capsys.readouterr().err
    assert main(["suggest", "-n", "0"]) == 0
    assert capsys.readouterr().out.endswith("and 1 more: -n 1\n")


def test_the_nearest_test_that_has_parameters_is_tried(project: Path, bytecov: Bytecov) -> None:
    """With its own values, though another came nearer; and it is said if none has any."""
    (project / "fees.py").write_text(FEES)
    nearer = "\n\ndef test_nearer():\n    assert fee(50, 'DE') == 1\n"
    words = ("--contexts", "test", "--values", "--include=fees.py", "-m", "pytest", "-q")
    for tests, told in ((TESTS, "tried weight=81 in test_fees.py::test_fee[20-FR]"), ("", "")):
        (project / "test_fees.py").write_text((tests or "from fees import fee\n") + nearer)
        ran = bytecov("run", *words, "-p", "no:cacheprovider", "test_fees.py")
        assert ran.returncode == 0, ran.stdout + ran.stderr
        found = bytecov("suggest", "--try")
        assert "closest 100 in test_fees.py::test_nearer (1 short)" in found.stdout
        assert told in found.stdout
        assert ("nothing was tried" in found.stderr) is (not told)
