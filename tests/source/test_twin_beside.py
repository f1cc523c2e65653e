"""What each recorder says of programs, samples and real suites is what their twins note."""

import shutil
import sys
from pathlib import Path

import pytest

from tests.conformance.projects import PROJECTS, Environment, Project
from tests.source.beside import Suite, compare, measured, noted
from tests.vm.runs import GUESTS, NAMES

ROOT = Path(__file__).parents[2]
ENGINES = ("vm", "native")
SAMPLES = {"shop": "shop", "parser": "src", "jobqueue": "jobqueue"}
DEFAULT = {"parser", "matching"}  # the others take minutes
REAL = {"h11", "sqlparse", "toolz", "packaging"}
OWN_FRAMES = {"introspection", "lifetimes", "recursion", "testing", "tracebacks", "unwatched"}
"""Guests that look at their own frames, lines or source: a twin has others."""


def parameters(names: list[str]) -> list[object]:
    return [
        pytest.param(name, marks=[] if name in DEFAULT else pytest.mark.corpus) for name in names
    ]


def check(suite: Suite, place: Path) -> None:
    notes = noted(suite, place)
    for engine in ENGINES:
        found = compare(measured(suite, place, engine), notes)
        assert found.problems == [], engine
        assert found.agreed
        assert found.undetermined < found.agreed


@pytest.mark.parametrize("name", parameters(sorted(set(NAMES) - OWN_FRAMES)))
def test_guest(tmp_path: Path, name: str) -> None:
    program = tmp_path / "programs"
    program.mkdir()
    shutil.copy(GUESTS / f"{name}.py", program)
    check(Suite(sys.executable, [f"{name}.py"], program, program), tmp_path)


@pytest.mark.parametrize("name", parameters(sorted(SAMPLES)))
def test_sample(tmp_path: Path, name: str) -> None:
    copy = tmp_path / name
    ignored = shutil.ignore_patterns("__pycache__", ".bytecov*", ".coverage*", "html*")
    shutil.copytree(ROOT / "sample_projects" / name, copy, ignore=ignored)
    command = ["-m", "pytest", "-q", "-p", "no:cacheprovider"]
    check(Suite(sys.executable, command, copy, copy / SAMPLES[name]), tmp_path)


@pytest.mark.corpus
@pytest.mark.parametrize("project", [one for one in PROJECTS if one.name in REAL], ids=str)
def test_real_suite(tmp_path: Path, project: Project) -> None:
    """The package, by its own tests; make conformance fetches them."""
    if not project.folder.exists():
        pytest.skip(f"{project.folder} is not there: `make projects` fetches it")
    environment = Environment(sys.executable, sys.version.split()[0])
    environment.install(project)
    plugins = [f"-p{name}" for name in project.plugins]
    command = ["-m", "pytest", "-q", "-p", "no:cacheprovider", *plugins, *project.options]
    source = project.folder / project.measured[0]
    quiet = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    check(Suite(environment.python, command, project.folder, source, quiet), tmp_path)
