"""The tests on each supported Python that is installed: `make test-all`, `nox -s tests-3.13`."""

import os
import sys

import nox

PYTHONS = ["3.11", "3.12", "3.13", "3.14", "3.15"]

# The paths that work on a version which is not supported in full yet; all others run everything.
IN_PART: dict[str, list[str]] = {}

nox.needs_version = ">=2024.4"
nox.options.reuse_existing_virtualenvs = True
nox.options.sessions = ["tests", "corpus"]


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """The test suite, or as much of it as this version can do."""
    session.install("-e", ".[test]")
    session.run("pytest", *IN_PART.get(str(session.python), []), *session.posargs)


@nox.session(python=PYTHONS)
def corpus(session: nox.Session) -> None:
    """Every module of the interpreter's standard library through decoder and assembler."""
    session.install("-e", ".[test]")
    session.run("pytest", "-m", "corpus", *session.posargs)


@nox.session(python=["3.13", "3.14"])  # either core of coverage.py
@nox.parametrize("coverage", [f"7.{minor}" for minor in range(10, 18)])
def coverages(session: nox.Session, coverage: str) -> None:
    """The coverage.py plugin with each version that it supports."""
    session.install("-e", ".[test]", f"coverage=={coverage}.*")
    plugins = ("tests/plugins/test_coverage_plugin.py", "tests/plugins/test_existing_project.py")
    session.run("pytest", *plugins, *session.posargs)


@nox.session(python=False)
def matrix(session: nox.Session) -> None:
    """The coverage.py plugin on every Python, by every driver, with oldest and newest coverage."""
    session.run(sys.executable, "-m", "tests.conformance.plugin_matrix", *session.posargs)


@nox.session(python=PYTHONS, default=False)
def twin(session: nox.Session) -> None:
    """Programs, guests, samples and real suites beside their twins, under every recorder."""
    session.install("-e", ".[test]")
    session.run(
        *("pytest", "-m", "corpus or not corpus"),
        *("tests/source/test_twin.py", "tests/source/test_twin_beside.py", *session.posargs),
        env={"BYTECOV_TWIN_PROGRAMS": os.environ.get("BYTECOV_TWIN_PROGRAMS", "500")},
    )
