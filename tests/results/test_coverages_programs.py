"""The programs of coverage.py's own tests: the same arcs and lines but for what the page on
differences names.

They come from its source distribution, which holds its tests; the coverage.py that is installed
runs them.
"""

import ast
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.projects import Project, fetch

from .beside_coverage import ours, theirs

COVERAGE = Project("coverage", "7.17.3")
PAGE = Path(__file__).parents[2] / "docs" / "differences-from-coverage.md"
ONE_LINE_BODY = "Bodies on the line of their header"
ONE_LINE_DEFINITION = "Functions and classes on one line"
EXCLUDED_WAY = "An excluded way hides the other"
DIFFERENT = {
    "test_arcs": {
        "test_compact_if": ONE_LINE_BODY,
        "test_except_finally": ONE_LINE_BODY,
        "test_bug_2167": ONE_LINE_DEFINITION,
        "test_bug_2337": ONE_LINE_DEFINITION,
        "test_bug_576": EXCLUDED_WAY,
    },
    "test_coverage": {
        "test_attribute_assignment": ONE_LINE_DEFINITION,
        "test_list_of_attribute_assignment": ONE_LINE_DEFINITION,
        "test_default_ellipsis_multiline_return_type": ONE_LINE_DEFINITION,
        "test_excluding_elif_suites": EXCLUDED_WAY,
    },
}
"""{file: {test with a program on which we differ: the heading that says why}}"""


def programs(name: str) -> Iterator[tuple[str, str]]:
    """(test, program) of each `self.check_coverage("…")` with a literal."""
    tree = ast.parse((COVERAGE.folder / "tests" / f"{name}.py").read_text("utf-8"))
    for test in ast.walk(tree):
        if isinstance(test, ast.FunctionDef):
            for node in ast.walk(test):
                match node:
                    case ast.Call(
                        func=ast.Attribute(attr="check_coverage"),
                        args=[ast.Constant(value=str(text)), *_],
                    ):
                        yield test.name, textwrap.dedent(text)


@pytest.mark.corpus
@pytest.mark.parametrize(("name", "least"), [("test_arcs", 140), ("test_coverage", 110)])
def test_its_programs(
    name: str, least: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COVERAGE_CORE", "pytrace")
    monkeypatch.chdir(tmp_path)  # some write files
    fetch(COVERAGE)
    different, count = set(), 0
    for test, program in programs(name):
        try:
            compile(program, test, "exec")
        except SyntaxError:  # of a newer Python
            continue
        count += 1
        if ours(program) != theirs(program, tmp_path):
            different.add(test)
    assert count > least
    assert different == DIFFERENT[name].keys()


def test_the_page_says_why() -> None:
    headings = {line[3:] for line in PAGE.read_text("utf-8").splitlines() if line[:3] == "## "}
    assert {why for each in DIFFERENT.values() for why in each.values()} <= headings
