"""One line of configuration: what coverage.py's own reports then say, however tests are run."""

import json
import os
import re
import sqlite3
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bytecov.api.facts import decode, encode, is_fact
from bytecov.model.obligation import ObligationKey
from bytecov.model.span import Span
from bytecov.results.laying import Covered
from bytecov.source.obligations import obligations
from bytecov.source.parse import parse
from tests.plugins.project import PLUGIN_ALONE, RULES_SAID, TOOL_SAID, Project, make_project

RUN = ("coverage", "run", "-m", "pytest")
DRIVERS = {
    "run": RUN,
    "pytest-cov": ("pytest", "--cov", "--cov-branch", "--cov-report=term-missing"),
    "xdist": ("pytest", "-n2", "--cov", "--cov-branch", "--cov-report=term-missing"),
}


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project after `coverage run`, ."""
    project = make_project(tmp_path_factory.mktemp("measured"), PLUGIN_ALONE)
    project.good(*RUN)
    return project


@pytest.mark.parametrize("driver", DRIVERS)
def test_every_driver(driver: str, tmp_path: Path) -> None:
    project = make_project(tmp_path, PLUGIN_ALONE)
    report = project.good(*DRIVERS[driver])
    if driver == "run":
        report = project.report("report", "-m")
    assert project.missing(report) == RULES_SAID + ", 30, 34-40, 44-45"
    assert "bytecov: conditions 44%, 14 outcomes never happened\n" in report


def test_processes(tmp_path: Path) -> None:
    """Children of multiprocessing and subprocess, by their own data files."""
    more = 'concurrency = ["multiprocessing", "thread"]\npatch = ["subprocess"]\n[tool.pytest'
    configuration = PLUGIN_ALONE.replace('omit = ["app/tool.py"]\n', "")
    project = make_project(tmp_path, configuration.replace("[tool.pytest", more), processes=True)
    project.good(*RUN)
    project.report("combine")
    report = project.report("report", "-m")
    assert project.missing(report) == RULES_SAID
    assert project.missing(report, "app/tool.py") == TOOL_SAID


def test_read_without_the_plugin(measured: Project) -> None:
    """Byte for byte what coverage.py alone says of a run of its own."""
    plain = measured.path / "plain"
    plain.write_text("[run]\nbranch = true\nsource = app\nomit = app/tool.py\n")
    measured.good("coverage", "run", "--rcfile=plain", "--data-file=own", "-m", "pytest")
    for report in ("report -m", "xml -o -", "json -o -", "lcov -o -"):
        words = [*report.split(), "--rcfile=plain"]
        theirs = measured.report(*words, "--data-file=own")
        ours = measured.report(*words)
        assert _timeless(ours) == _timeless(theirs)


def _timeless(report: str) -> str:
    return re.sub(r'timestamp"?[=:] ?"[^"]*"', "", report)


def test_xml(measured: Project) -> None:
    measured.report("xml")
    tree = ElementTree.parse(measured.path / "coverage.xml")
    lines = {line.get("number"): line.attrib for line in tree.iter("line")}
    assert lines["7"]["condition-coverage"] == "100% (2/2)"
    assert lines["7"]["missing-branches"] == "[a or b: b never true]"
    assert lines["17"]["missing-branches"] == "[n < 10 never false]"
    assert "branch" not in lines["17"]


def test_html(measured: Project) -> None:
    """Two of one line on one page, escaped."""
    measured.report("html")
    (path,) = (measured.path / "htmlcov").glob("*rules_py.html")
    page = path.read_text()
    assert "[n &lt; 10 never false]" in page
    both = "[another_one never false],&nbsp;&nbsp; 26&#x202F;&#x219B;&#x202F;[a_rather_long"
    assert both in page
    assert "line 26: `another_one` was never false (observed true); `a_rather_long_name`" in page


def test_json(measured: Project) -> None:
    measured.report("json", "--pretty-print")
    from_file = json.loads((measured.path / "coverage.json").read_text())
    said = from_file["files"]["app/rules.py"]["bytecov"]
    assert (said["covered"], said["missed"]) == (8, 14)
    assert said["missing"][0] == {
        "line": 7,
        "column": 12,
        "text": "`b` was never true (observed false)",
        "outcome": "true",
    }
    printed = json.loads(measured.report("json", "-o", "-"))
    assert printed["files"]["app/rules.py"]["bytecov"] == said
    assert printed["totals"]["bytecov"] == {"covered": 8, "missed": 14}


def test_lcov(measured: Project) -> None:
    measured.report("lcov")
    records = (measured.path / "coverage.lcov").read_text().splitlines()
    assert "BRDA:7,0,a or b: b true,0" in records
    assert "BRDA:7,0,jump to line 8,1" in records
    branches = [line for line in records if line.startswith("BRDA")]
    assert f"BRF:{len(branches)}" in records
    assert f"BRH:{sum(line.endswith(',1') for line in branches)}" in records


def test_merged(measured: Project) -> None:
    """On request outcomes are branches: of the table, of the percentage, of functions."""
    (measured.path / "merged.toml").write_text(
        PLUGIN_ALONE + '[tool.coverage.bytecov_coverage]\ncoverage_totals = "merged"\n'
    )
    separate = measured.report("report", "--format=total")
    merged = measured.report("report", "--format=total", "--rcfile=merged.toml")
    assert int(merged) < int(separate)
    report = measured.report("report", "-m", "--rcfile=merged.toml")
    assert "13->[flag never false]" in report
    measured.report("json", "--rcfile=merged.toml")
    found = json.loads((measured.path / "coverage.json").read_text())["files"]["app/rules.py"]
    assert found["functions"]["either"]["summary"]["num_branches"] == 6
    assert found["functions"]["either"]["summary"]["missing_branches"] == 1


def test_fail_under_stays(measured: Project) -> None:
    """The percentage is that of coverage.py alone."""
    total = measured.report("report", "--format=total").strip()
    alone = measured.report("report", "--format=total", "--rcfile=/dev/null").strip()
    assert total == alone
    measured.report("report", f"--fail-under={total}")


def test_skip_covered(tmp_path: Path) -> None:
    """A file with nothing missing but outcomes is not complete."""
    names = {"whole": "a = 1\n", "inside": "import app.whole\nx = 1 if app.whole.a else 2\n"}
    project = make_project(tmp_path, PLUGIN_ALONE)
    for name, text in names.items():
        (tmp_path / "app" / f"{name}.py").write_text(text)
    project.good("coverage", "run", "-m", "app.inside")
    report = project.report("report", "-m", "--skip-covered", "--include=*/inside.py,*/whole.py")
    assert project.missing(report, "app/inside.py") == "2->[app.whole.a never false]"
    row = next(line for line in report.splitlines() if line.startswith("app/inside.py"))
    assert row.split()[1:6] == ["2", "0", "0", "0", "100%"]
    assert "app/whole.py" not in report
    project.report("html", "--skip-covered", "--include=*/inside.py,*/whole.py")
    pages = {path.name.partition("_")[2] for path in (tmp_path / "htmlcov").glob("z_*.html")}
    assert {name.partition("_")[2] for name in pages} == {"inside_py.html"}


def test_a_package_as_source(tmp_path: Path) -> None:
    """Named, not by its directory, and found where pytest puts it on the path."""
    project = make_project(tmp_path, PLUGIN_ALONE.replace('["."]', '["src"]'))
    (tmp_path / "src").mkdir()
    (tmp_path / "app").rename(tmp_path / "src" / "app")
    report = project.good("pytest", "--cov=app", "--cov-branch", "--cov-report=term-missing")
    assert project.missing(report, "src/app/rules.py") == RULES_SAID + ", 30, 34-40, 44-45"


def test_without_branches(tmp_path: Path) -> None:
    project = make_project(tmp_path, PLUGIN_ALONE.replace("branch = true\n", ""))
    assert "set `branch = true`" in project.good(*RUN)
    assert "never" not in project.report("report", "-m")


def test_changed_source(tmp_path: Path) -> None:
    """Nothing is said of lines that have moved since."""
    project = make_project(tmp_path, PLUGIN_ALONE)
    project.good(*RUN)
    rules = tmp_path / "app" / "rules.py"
    rules.write_text("# new\n" + rules.read_text())
    assert "never" not in project.report("report", "-m").replace("never happened", "")


def test_combine_with_paths(tmp_path: Path) -> None:
    """Two checkouts, relative names, one result."""
    for name in ("one", "two"):
        project = make_project(
            tmp_path / name, PLUGIN_ALONE.replace("branch", "parallel = true\nbranch")
        )
        project.good(*RUN, "-k", "first" if name == "one" else "second")
    paths = f'[tool.coverage.paths]\nsource = ["{tmp_path}/one/app", "*/app"]\n'
    first = Project(tmp_path / "one")
    (first.path / "pyproject.toml").write_text(PLUGIN_ALONE + paths)
    first.report("combine", ".", "../two")
    said = first.missing(first.report("report", "-m"))
    assert "7->[a or b: b never true]" in said


def test_the_core_is_not_slower(tmp_path: Path) -> None:
    """coverage.py chooses its core as if the plugin were not there."""
    program = "import coverage\nprint(coverage.Coverage.current()._collector.tracer_name())\n"
    project = make_project(tmp_path, PLUGIN_ALONE)
    (tmp_path / "core.py").write_text(program)
    with_plugin = project.good("coverage", "run", "core.py")
    alone = project.good("coverage", "run", "--branch", "--rcfile=/dev/null", "core.py")
    assert with_plugin.splitlines()[0] == alone.splitlines()[0]


def test_facts_are_passed_over(measured: Project) -> None:
    """Pairs of numbers below those of any line: both negative, in every context of their own."""
    with sqlite3.connect(measured.path / ".coverage") as connection:
        arcs = connection.execute("SELECT fromno, tono FROM arc").fetchall()
    ours = [arc for arc in arcs if is_fact(arc)]
    assert ours
    assert all(max(arc) < -(1 << 61) for arc in ours)
    assert all(min(arc) > -(1 << 20) for arc in arcs if not is_fact(arc))


def test_facts_there_and_back() -> None:
    source = parse("if a or b:\n    x = 1 if c else 2\n")
    keys: list[ObligationKey] = []
    for decision in obligations(source):
        keys += [one.key(name) for one in decision.conditions for name in ("true", "false")]
    covered = Covered(dict.fromkeys(keys[:2], 7), undetermined=frozenset(keys[2:3]))
    facts = encode(covered, source.digest)
    found = decode(facts | {(1, 2), (-1, 3)}, source)
    assert found is not None
    assert found.outcomes == dict.fromkeys(keys[:2], 0)
    assert found.undetermined == {keys[2]}
    assert decode(facts, parse("if a or b:\n    x = 1 if c else 3\n")) is None
    assert ObligationKey("condition", Span(1, 3, 1, 4), "true") in found.outcomes


def test_relative_files(tmp_path: Path) -> None:
    """Data with relative names, reported on in another checkout."""
    relative = PLUGIN_ALONE.replace("branch", "relative_files = true\nbranch")
    there = make_project(tmp_path / "there", relative)
    there.good(*RUN)
    with sqlite3.connect(there.path / ".coverage") as connection:
        names = {path for (path,) in connection.execute("SELECT path FROM file")}
    assert "app/rules.py" in names
    assert not any(map(os.path.isabs, names))
    here = make_project(tmp_path / "here", relative)
    (there.path / ".coverage").rename(here.path / ".coverage")
    assert here.missing(here.report("report", "-m")).startswith(RULES_SAID)


CONTEXTS = {
    "static": (("coverage", "run", "--context=night", "-m", "pytest"), "", "night"),
    "dynamic": (RUN, 'dynamic_context = "test_function"\n', "test_rules.test_second"),
    "pytest-cov": (
        ("pytest", "--cov", "--cov-branch", "--cov-context=test", "--cov-report="),
        "",
        r"test_second\|run",
    ),
    "xdist": (
        ("pytest", "-n2", "--cov", "--cov-branch", "--cov-context=test", "--cov-report="),
        "",
        r"test_second\|run",
    ),
}


@pytest.mark.parametrize("kind", CONTEXTS)
def test_contexts(kind: str, tmp_path: Path) -> None:
    """What a report of some contexts tells is what happened in those."""
    command, setting, wanted = CONTEXTS[kind]
    project = make_project(tmp_path, PLUGIN_ALONE.replace("branch", f"{setting}branch"))
    project.good(*command)
    whole = project.missing(project.report("report", "-m"))
    assert whole.startswith(RULES_SAID)
    some = project.missing(project.report("report", "-m", f"--contexts={wanted}"))
    if kind == "static":
        assert some == whole
    else:  # test_second: either(False, False), small([1, 2]) and long(0, 3)
        assert "7->[a or b: a never true], 7->[a or b: b never true]" in some
        assert "26->[a_rather_long_name never true], 26->[another_one never false]" in some
    assert not project.missing(project.report("report", "-m", "--contexts=no such")).count("->")
    with sqlite3.connect(tmp_path / ".coverage") as connection:
        query = (
            "SELECT DISTINCT context FROM context JOIN arc ON arc.context_id = context.id"
            " WHERE arc.fromno {} ?"
        )
        ours, theirs = (
            {name for (name,) in connection.execute(query.format(sign), (-(1 << 61),))}
            for sign in "<>"
        )
    assert ours <= theirs  # none of our own
