"""`pytest --bytecov`: the same results however tests are run, in pytest's style."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.plugins.project import ROOT, Project, make_project

CONFIGURATION = """\
[tool.bytecov]
source = ["app"]
omit = ["app/tool.py"]
[tool.coverage.run]
branch = true
source = ["app"]
omit = ["app/tool.py"]
[tool.pytest.ini_options]
pythonpath = ["."]
addopts = "-q -p no:cacheprovider"
"""
# An environment with bytecov installed finds the plugin by its entry point.
BYTECOV = ("pytest", *([] if "bytecov_pytest" in sys.modules else ["-p", "bytecov_pytest"]))
HEADLINE = "lines 66 %, branches 42 %, conditions 44 %: 14 outcomes never happened"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project after `pytest --bytecov`."""
    made = make_project(tmp_path_factory.mktemp("pytest"), CONFIGURATION)
    output = made.good(*BYTECOV, "--bytecov", "--bytecov-report=term-missing")
    assert re.search(r"^=+ bytecov: Python 3\.\d+\.\d+, native =+$", output, re.MULTILINE), output
    assert HEADLINE in output
    assert "`b` was never true (observed false)" in output
    return made


def totals(project: Project) -> object:
    """What `bytecov json` says of everything."""
    return json.loads(project.good("bytecov", "json", "-o", "-"))["totals"]


def test_workers(project: Project, tmp_path: Path) -> None:
    """Each measures itself; the run fails if that is not enough."""
    other = make_project(tmp_path, CONFIGURATION)
    reports = ("--bytecov-report=term", "--bytecov-report=json:out.json")
    options = ("-n2", "--bytecov", "--bytecov-fail-under=condition=90", *reports)
    done = other.python(*BYTECOV, *options)
    assert done.status == 1
    assert HEADLINE in done.output
    assert "FAIL 44 % of conditions are covered, under the 90 % asked for" in done.output
    assert "was never true" not in done.output
    assert json.loads((tmp_path / "out.json").read_text())["totals"] == totals(project)


def test_beside_coverage(project: Project, tmp_path: Path) -> None:
    """Both, each with what it says alone, and coverage.py's plugin stands aside."""
    plugin = CONFIGURATION.replace("branch", 'plugins = ["bytecov_coverage"]\nbranch')
    other = make_project(tmp_path, plugin)
    output = other.good(*BYTECOV, "--bytecov", "--bytecov-report=term", "--cov")
    assert HEADLINE in output
    alone = re.search(r"app/rules.py +29 +10 +8 .*%", other.good("pytest", "--cov"))
    assert alone is not None
    assert alone[0] in output  # which core coverage.py has chosen shows in its number
    assert totals(other) == totals(project)


def test_a_context_for_each_phase(project: Project) -> None:
    contexts = [
        line.partition("  ")[2]
        for line in project.good("bytecov", "debug", "data").splitlines()
        if line.startswith("context")
    ]
    names = ("first", "raises", "second")
    assert contexts == ["(none)", *(f"tests/test_rules.py::test_{name}|run" for name in names)]


def test_who_covered_what(project: Project) -> None:
    """`report --contexts` and JSON: the one test that covers an outcome, and all that do."""
    shown = project.good("bytecov", "json", "--show-contexts", "-o", "-")
    file = json.loads(shown)["files"]["app/rules.py"]
    (either,) = (one for one in file["decisions"] if one["text"] == "a or b")
    names = {
        (part["text"], outcome): [file["contexts"][number] for number in numbers]
        for part in either["conditions"]
        for outcome, numbers in part["contexts"].items()
    }
    assert names["a", "true"] == ["tests/test_rules.py::test_first|run"]
    assert names["b", "true"] == []
    assert names["b", "false"] == ["tests/test_rules.py::test_second|run"]
    report = project.good("bytecov", "report", "--contexts", "test_(first|none)")
    assert "`a` was never false (observed true)" in report


def test_bytecov_run_knows_the_test(project: Project, tmp_path: Path) -> None:
    other = make_project(tmp_path, CONFIGURATION)
    other.good("bytecov", "run", "--contexts", "test", "-m", *BYTECOV)
    assert totals(other) == totals(project)
    assert "test_first|run" in other.good("bytecov", "debug", "data")


def test_mistakes_are_one_sentence(project: Project) -> None:
    done = project.python(*BYTECOV, "--bytecov", "--bytecov-engine=fast")
    assert done.status == pytest.ExitCode.USAGE_ERROR
    assert "--engine is 'fast', and can be auto, native, vm" in done.output
    assert "Traceback" not in done.output


def test_unused_it_brings_nothing() -> None:
    program = (
        "import sys, pytest; before = set(sys.modules)\n"
        "import bytecov_pytest\n"
        "print(*sorted(set(sys.modules) - before))"
    )
    path = str(ROOT / "plugins")
    words = [sys.executable, "-c", f"import sys; sys.path.insert(0, {path!r})\n{program}"]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["bytecov_pytest"]
