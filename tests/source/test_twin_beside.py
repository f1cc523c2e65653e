"""What each recorder says of programs, samples and real suites is what their twins note."""

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.conformance.projects import PROJECTS, Project, environment_for, fetch
from tests.source.beside import Suite, compare, measured, noted
from tests.vm.runs import GUESTS, NAMES

ROOT = Path(__file__).parents[2]
ENGINES = ("vm", "native")
SAMPLES = {"shop": "shop", "parser": "src", "jobqueue": "jobqueue"}
DEFAULT = {"parser", "matching"}  # the others take minutes
REAL = {
    "cachetools": [],
    "h11": [],
    "itsdangerous": [],
    "packaging": ["tests/test_requirements.py", "tests/test_utils.py"],
    "pluggy": [],
    "sqlparse": ["tests/test_split.py", "tests/test_tokenize.py", "tests/test_grouping.py"],
    "toolz": [],
}
"""Suites of packages, and what to run of those that take longer than a minute in the VM."""
CHOSEN = [one for one in PROJECTS if one.name in REAL]
OWN_FRAMES = {
    *("introspection", "lifetimes", "looked_at", "recursion", "testing", "tracebacks", "unwatched"),
    "pending",
}
"""Guests that look at their own frames, lines or source, or at when a signal is handled: a twin has
others."""
UNDECIDED = {"shutdown"}
"""Guests without a decision."""
TRACING = {"debugging"}
"""Guests that decide in trace functions, which the native recorder of 3.12+ cannot see."""


def parameters(names: list[str]) -> list[object]:
    return [
        pytest.param(name, marks=[] if name in DEFAULT else pytest.mark.corpus) for name in names
    ]


def check(suite: Suite, place: Path, engines: Sequence[str] = ENGINES) -> None:
    notes = noted(suite, place)
    for engine in engines:
        found = compare(measured(suite, place, engine), notes)
        assert found.problems == [], engine
        assert found.agreed
        assert found.undetermined < found.agreed


@pytest.mark.parametrize("name", parameters(sorted(set(NAMES) - OWN_FRAMES - UNDECIDED)))
def test_guest(tmp_path: Path, name: str) -> None:
    program = tmp_path / "programs"
    program.mkdir()
    shutil.copy(GUESTS / f"{name}.py", program)
    engines = ["vm"] if name in TRACING else ENGINES
    check(Suite(sys.executable, [f"{name}.py"], program, program), tmp_path, engines)


@pytest.mark.parametrize("name", parameters(sorted(SAMPLES)))
def test_sample(tmp_path: Path, name: str) -> None:
    copy = tmp_path / name
    ignored = shutil.ignore_patterns("__pycache__", ".bytecov*", ".coverage*", "html*")
    shutil.copytree(ROOT / "sample_projects" / name, copy, ignore=ignored)
    command = ["-m", "pytest", "-q", "-p", "no:cacheprovider"]
    check(Suite(sys.executable, command, copy, copy / SAMPLES[name]), tmp_path)


@pytest.mark.corpus
@pytest.mark.parametrize("project", CHOSEN, ids=[one.name for one in CHOSEN])
def test_real_suite(tmp_path: Path, project: Project) -> None:
    """The package, by its own tests, which come from PyPI unless they are there."""
    fetch(project)
    environment = environment_for(sys.executable, sys.version.split()[0])
    environment.install(project.wanted)
    plugins = [f"-p{name}" for name in project.plugins]
    chosen = REAL[project.name] or project.options
    command = ["-m", "pytest", "-q", "-p", "no:cacheprovider", *plugins, *chosen]
    source = project.folder / project.measured[0]
    quiet = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    check(Suite(environment.python, command, project.folder, source, quiet), tmp_path)
