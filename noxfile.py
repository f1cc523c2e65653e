"""The tests on every supported Python that is installed: `make test-all`, or `nox -s tests-3.13`."""

import nox

# What works on which version so far.  A version moves up when all its tests pass.
WHOLE = ["3.11", "3.13"]
IN_PART = {
    "3.12": ["tests/test_architecture.py"],
    "3.14": ["tests/test_architecture.py"],
    "3.15": ["tests/test_architecture.py"],
}

nox.needs_version = ">=2024.4"
nox.options.reuse_existing_virtualenvs = True


@nox.session(python=sorted([*WHOLE, *IN_PART]))
def tests(session: nox.Session) -> None:
    """The test suite, or as much of it as this version can do."""
    session.install("-e", ".[test]")
    session.run("pytest", *IN_PART.get(str(session.python), []), *session.posargs)


@nox.session(python=sorted([*WHOLE, *IN_PART]))
def corpus(session: nox.Session) -> None:
    """Every module of the interpreter's standard library through decoder and assembler."""
    session.install("-e", ".[test]")
    session.run("pytest", "-m", "corpus", *session.posargs)
