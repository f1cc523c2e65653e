"""`bytecov xml` and `lcov`: results in the formats that other tools read."""

import time

from bytecov.cli.options import Parser, add_common
from bytecov.cli.reporting import (
    add_choice,
    add_output,
    exit_status,
    results_of,
    session_to_report,
    write_output,
)

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
    parser = Parser("xml", "[option …] [FILE …]", XML, END)
    add_choice(parser)
    add_output(parser, "xml_output", "bytecov.xml")
    add_common(parser)
    options = parser.parse_args(arguments)
    session = session_to_report(options, "xml_output")
    results = results_of(session, options)
    from bytecov.report.cobertura import render_cobertura

    settings = session.settings
    source = "." if settings.relative_files else session.here
    now = int(time.time() * 1000)
    text = render_cobertura(results, source, now, settings.xml_package_depth)
    write_output(settings.xml_output, text, options.quiet)
    return exit_status(results, settings)


def lcov_command(arguments: list[str]) -> int:
    """Write an LCOV trace file."""
    parser = Parser("lcov", "[option …] [FILE …]", LCOV, END)
    add_choice(parser)
    add_output(parser, "lcov_output", "bytecov.lcov")
    add_common(parser)
    options = parser.parse_args(arguments)
    session = session_to_report(options, "lcov_output")
    results = results_of(session, options)
    from bytecov.report.lcov import render_lcov

    settings = session.settings
    text = render_lcov(results, settings.lcov_line_checksums)
    write_output(settings.lcov_output, text, options.quiet)
    return exit_status(results, settings)
