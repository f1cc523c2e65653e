"""pytest plugin: `pytest --bytecov` measures, and says what the tests never did.

Every pytest run of an environment with bytecov loads this module, so it holds the options and
little else.  docs/plugins.md describes it.

PYTEST_DONT_REWRITE: it has no asserts, and may be imported before pytest begins (-p).
"""

import sys
from typing import Any

import pytest

REPORTS = ("term", "term-missing", "html", "json", "xml", "lcov")


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options, in a group of their own."""
    group = parser.getgroup("bytecov", "branch coverage measured in the bytecode (bytecov)")
    group.addoption(
        "--bytecov",
        action="append",
        nargs="?",
        const="",
        default=[],
        metavar="SRC",
        help="measure SRC, a directory or package; without SRC, what the configuration says."
        " Can be given several times.",
    )
    group.addoption(
        "--bytecov-level",
        metavar="LEVEL",
        help="the level that counts: line, branch, condition (default) or mcdc",
    )
    group.addoption(
        "--bytecov-fail-under",
        metavar="N",
        help="fail if the level is under N percent; several: line=100,condition=90",
    )
    group.addoption(
        "--bytecov-report",
        action="append",
        default=[],
        metavar="TYPE[:PATH]",
        help="term, term-missing (default), html, json, xml or lcov; several can be given."
        " PATH is where to write.",
    )
    group.addoption(
        "--bytecov-engine",
        metavar="ENGINE",
        help="what records: auto (default), native or vm",
    )


def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Begin before conftest files are imported: they may import what is to be measured."""
    options = early_config.known_args_namespace
    if options.bytecov:
        from bytecov_pytest.measuring import Measuring

        early_config.pluginmanager.register(Measuring(early_config, options), "_bytecov")


def pytest_configure(config: pytest.Config) -> None:
    """Tell a session of `bytecov run --contexts test` which test is running."""
    sessions: Any = sys.modules.get("bytecov.api.session")
    active = sessions.active() if sessions else None
    if active and active.switches_contexts and not config.pluginmanager.hasplugin("_bytecov"):
        from bytecov_pytest.contexts import Contexts

        config.pluginmanager.register(Contexts(active), "_bytecov_contexts")
