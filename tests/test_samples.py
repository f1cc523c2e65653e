"""The sample projects, end to end: what the suite hides, under every recorder."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from bytecov.api import Session
from bytecov.config.load import load
from tests.expectations import differences, read_expectations
from tests.html.unpacked import read_document

ENGINES = ["vm", "native"]
PACKAGES = {"shop": "shop", "parser": "src/calc", "jobqueue": "jobqueue"}
HIDDEN = {
    "shop": "`basket.weight > HEAVY` was never evaluated",
    "parser": "`power == floor` was never true",
    "jobqueue": "`job.timeout is None` was never false",
}
"""The sentence that leads to each project's bug."""


class Project(NamedTuple):
    """A copy of a sample project."""

    name: str
    path: Path
    root: Path

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a module of this Python in it."""
        return subprocess.run(
            [sys.executable, "-B", "-m", *words],
            cwd=self.path,
            env={**os.environ, "PYTHONPATH": str(self.root), "COVERAGE_CORE": "ctrace"},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="module", params=sorted(PACKAGES))
def project(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Project:
    root = Path(__file__).parent.parent
    copy = tmp_path_factory.mktemp("samples") / request.param
    ignored = shutil.ignore_patterns("__pycache__", ".bytecov*", ".coverage*", "html*")
    shutil.copytree(root / "sample_projects" / request.param, copy, ignore=ignored)
    return Project(request.param, copy, root)


@pytest.fixture(scope="module", params=ENGINES)
def measured(request: pytest.FixtureRequest, project: Project) -> Project:
    """A project whose suite has run under a recorder."""
    ran = project.run("bytecov", "run", "--engine", request.param, "-m", "pytest", "-q")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return project


def comparable(output: str) -> str:
    """pytest's output without what differs from run to run: times and addresses."""
    return re.sub(r"0x[0-9a-f]+", "0x…", output.rpartition(" in ")[0])


def test_line_coverage_is_content(project: Project) -> None:
    """What makes these projects samples: all tests pass, and coverage.py says 100 %."""
    assert project.run("coverage", "run", "-m", "pytest", "-q").returncode == 0
    report = project.run("coverage", "report", "--fail-under=100", "--format=total")
    assert (report.returncode, report.stdout) == (0, "100\n"), report.stdout + report.stderr


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("tests", "status"), [("tests", 0), ("reveal", 1)])
def test_a_suite_is_as_without_us(project: Project, engine: str, tests: str, status: int) -> None:
    """Passing or failing: the same output, tracebacks and exit status."""
    words = ("pytest", "-q", "-p", "no:cacheprovider", tests)
    plain = project.run(*words)
    ours = project.run("bytecov", "run", "--data-file", "other", "--engine", engine, "-m", *words)
    assert (ours.returncode, comparable(ours.stdout)) == (status, comparable(plain.stdout))
    assert ours.stderr == plain.stderr


def test_every_expectation_holds(measured: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(measured.path)
    files = {file.path: file for file in Session(load().settings).results().files}
    package = measured.path / PACKAGES[measured.name]
    sources = sorted(str(path.relative_to(measured.path)) for path in package.rglob("*.py"))
    assert sorted(files) == sources
    found = [
        f"{path}: {said}"
        for path, file in files.items()
        for said in differences(file, read_expectations(file.source))
    ]
    assert found == []
    assert all(not file.lines.missed for file in files.values())


def test_nothing_is_unexplained_or_contradicted(measured: Project) -> None:
    assert measured.run("bytecov", "debug", "contradictions").stdout == "0 contradictions\n"
    assert measured.run("bytecov", "debug", "unexplained").stdout == "0 unexplained branches\n"


def test_the_reports_show_the_hidden_bug(measured: Project) -> None:
    assert HIDDEN[measured.name] in measured.run("bytecov", "report").stdout
    assert measured.run("bytecov", "report", "--fail-under=100").returncode == 2
    measured.run("bytecov", "json", "-o", "found.json")
    found = json.loads((measured.path / "found.json").read_text(encoding="utf-8"))
    assert found["totals"]["lines"]["covered"] == found["totals"]["lines"]["total"]
    assert found["totals"]["condition"]["missed"] > 0
    assert measured.run("bytecov", "html").returncode == 0
    site = measured.path / "htmlbytecov"
    front = read_document(site / "data/front.js")
    assert {file["path"] for file in front["files"]} == set(found["files"])
    assert all((site / f"data/{file['name']}.js").is_file() for file in front["files"])
