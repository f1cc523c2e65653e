"""The tests on each supported Python that is installed: `make test-all`, `nox -s tests-3.13`."""

import nox

PYTHONS = ["3.11", "3.12", "3.13", "3.14", "3.15"]

# The paths that work on a version which is not supported in full yet; all others run everything.
IN_PART: dict[str, list[str]] = {}

nox.needs_version = ">=2024.4"
nox.options.reuse_existing_virtualenvs = True


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
