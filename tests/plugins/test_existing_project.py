"""A project that has coverage.py's configuration needs none of ours: `bytecov run` and coverage.py
find the same files, lines, exclusions and branches."""

import json
from pathlib import Path
from typing import NamedTuple

import coverage
import pytest

from tests.plugins.project import ROOT, Project

FILES = {
    "src/app/__init__.py": "",
    "src/app/core.py": '''\
import sys

from app import used

DEBUG = False
if DEBUG:
    print("debugging")


def never_called(x):
    """Nobody calls it."""
    if x:  # pragma: no branch
        return 1
    return 2


def abstract():
    raise NotImplementedError  # pragma: no cover


def called(x):
    if x > 1:  # pragma: only on big machines
        used.log("big")
    if x > 2:
        used.log("bigger")
    for each in range(x):
        used.log(each)
    return x


class Thing:
    name: str = "thing"

    def __repr__(self):
        return (
            f"<{self.name}>"
        )

    def abstract(self):
        ...


if __name__ == "__main__":
    sys.exit(called(3))
''',
    "src/app/used.py": "def log(x):\n    assert x is not None\n    return [x]\n",
    "src/app/forgotten.py": "def f(x):\n    if x:\n        return 1\n",
    "src/app/empty.py": "# nothing\n",
    "src/app/generated/__init__.py": "x = 1\n",
    "src/app/generated/schema.py": "y = 2\n",
    "src/app/vendored/six.py": "z = 3\n",
    "tools/release.py": "print('release')\n",
    "conftest.py": "import sys\nsys.path.insert(0, 'src')\n",
    "tests/test_core.py": """\
from app import core
from app.generated import schema


def test_called():
    assert core.called(2) == 2


def helper():
    return 1
""",
}
PYPROJECT = """\
[tool.coverage.run]
branch = true
source = ["src", "tools"]
omit = ["*/vendored/*", "src/app/generated/*"]
[tool.coverage.report]
exclude_also = ["def __repr__", "if DEBUG:", "@abstract"]
partial_also = ["only on big machines"]
fail_under = 1
"""
MULTILINE = """\
[run]
branch = True
source_pkgs = app
[report]
exclude_lines =
    pragma: no cover
    raise NotImplementedError
    (?s:class Thing:.*abstract.self.:)
partial_branches =
    no branch
    only on .* machines
skip_empty = True
"""
SETUP_CFG = """\
[metadata]
name = app
[coverage:run]
branch = 1
include =
    src/*
    tests/*.py
omit = src/app/used.py
[coverage:report]
exclude_also = if DEBUG:
precision = 2
show_missing = yes
"""
TOX_INI = """\
[tox]
envlist = py
[coverage:run]
branch = yes
source = src/app, tests
data_file = ${FOLDER-out}/.coverage
relative_files = true
[coverage:report]
omit =
    */generated/*
[coverage:paths]
source =
    src
    */site-packages
"""
TOML = """\
[run]
branch = true
source_dirs = ["src/app"]
omit = ["*/empty.py"]
[report]
include = ["src/*"]
exclude_also = ['^if __name__ == .__main__.:$']
"""
NOTHING = "[run]\nbranch = on\n"
CONFIGURATIONS = {
    "pyproject.toml": PYPROJECT,
    ".coveragerc": MULTILINE,
    "setup.cfg": SETUP_CFG,
    "tox.ini": TOX_INI,
    ".coveragerc.toml": TOML,
    "other.rc": NOTHING,
}
FOUND = {
    "pyproject.toml": "__init__ core empty forgotten used release",
    ".coveragerc": "__init__ core empty forgotten generated schema used",
    "setup.cfg": "test_core __init__ core generated schema",
    "tox.ini": "__init__ core empty forgotten used test_core",
    ".coveragerc.toml": "__init__ core forgotten generated schema used",
    "other.rc": "conftest test_core __init__ core generated schema used",
}


class Lines(NamedTuple):
    """Of one file: lines, and branches as coverage.py counts them."""

    covered: set[int]
    missed: set[int]
    excluded: set[int]
    branches: tuple[int, int]  # all, and those that happened


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_the_same_of_everything(name: str, tmp_path: Path) -> None:
    if name == ".coveragerc.toml" and coverage.version_info < (7, 13):
        pytest.skip("this coverage.py does not read .coveragerc.toml: 7.13 does")
    for path, text in {**FILES, name: CONFIGURATIONS[name], "out/keep": ""}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    project = Project(tmp_path)
    words = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests")
    environment = {"COVERAGE_RCFILE": name} if name == "other.rc" else {}
    for command in (
        ("coverage", "run", *words),
        ("coverage", "json", "-o", "theirs.json"),
        ("bytecov", "run", *words),
        ("bytecov", "json", "-o", "ours.json"),
    ):
        done = project.python(*command, **environment)
        assert done.status == 0, done.output
    theirs, ours = their_lines(tmp_path / "theirs.json"), our_lines(tmp_path / "ours.json")
    assert ours == theirs
    stems = [path.stem if path.stem != "__init__" else path.parent.name for path in map(Path, ours)]
    assert sorted(stems) == sorted(FOUND[name].replace("__init__", "app").split())
    assert (tmp_path / "out" / ".bytecov").exists() is (name == "tox.ini")


def their_lines(path: Path) -> dict[str, Lines]:
    """But of our own pytest plugin: we never measure that, and where bytecov is installed as it
    lies here, coverage.py does."""
    found = {}
    for name, file in json.loads(path.read_text())["files"].items():
        if Path(name).is_relative_to(ROOT):
            continue
        summary, excluded = file["summary"], set(file["excluded_lines"])
        found[name] = Lines(
            set(file["executed_lines"]) - excluded,  # old versions name them twice
            set(file["missing_lines"]),
            excluded,
            (summary["num_branches"], summary["covered_branches"]),
        )
    return found


def our_lines(path: Path) -> dict[str, Lines]:
    found = {}
    for name, file in json.loads(path.read_text())["files"].items():
        lines = file["lines"]
        happened, missed, excused = (
            len(file["arcs"][kind]) for kind in ("covered", "missed", "excused")
        )
        found[name] = Lines(
            set(lines["covered"]),
            set(lines["missed"]),
            set(lines["excluded"]),
            (happened + missed + excused, happened + excused),
        )
    return found
