"""`bytecov xml` and `lcov`: results in the formats that other tools read."""

import time
from collections.abc import Callable

from bytecov.api import Session
from bytecov.cli.options import Parser, add_common
from bytecov.cli.reporting import (
    add_choice,
    add_output,
    exit_status,
    results_of,
    session_to_report,
    write_output,
)
from bytecov.model.result import Results

XML = """\
Write Cobertura's XML, as Codecov, GitLab, SonarQube, Jenkins and diff-cover read it.

A branch in it is an outcome of a condition, so a line `if a and b:` has four; --level branch
counts the outcomes of whole tests, as other tools do.
"""
LCOV = """\
Write an LCOV trace file, as genhtml, Coveralls and editors read it.

Each outcome is a branch (BRDA) that says in words what it is; with --level mcdc there are lcov
2's MC/DC records too.  Show them with
  genhtml --branch-coverage --mcdc-coverage bytecov.lcov -o htmllcov
"""
END = "exit status: 0; 2 under --fail-under; 1 if the file could not be written."


def xml_command(arguments: list[str]) -> int:
    """Write Cobertura's XML."""
    return _write("xml", XML, arguments, _cobertura)


def lcov_command(arguments: list[str]) -> int:
    """Write an LCOV trace file."""
    return _write("lcov", LCOV, arguments, _lcov)


def _write(
    command: str, description: str, arguments: list[str], render: Callable[[Session, Results], str]
) -> int:
    """The whole command; settings and files are called after it."""
    parser = Parser(command, "[option …] [FILE …]", description, END)
    add_choice(parser)
    add_output(parser, f"{command}_output", f"bytecov.{command}")
    add_common(parser)
    options = parser.parse_args(arguments)
    session = session_to_report(options, f"{command}_output")
    results = results_of(session, options)
    path = getattr(session.settings, f"{command}_output")
    write_output(path, render(session, results), options.quiet)
    return exit_status(results, session.settings)


def _cobertura(session: Session, results: Results) -> str:
    from bytecov.report.cobertura import render_cobertura

    source = "." if session.settings.relative_files else session.here
    now = int(time.time() * 1000)
    return render_cobertura(results, source, now, session.settings.xml_package_depth)


def _lcov(session: Session, results: Results) -> str:
    from bytecov.report.lcov import render_lcov

    return render_lcov(results, session.settings.lcov_line_checksums)
