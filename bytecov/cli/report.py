"""`bytecov report`, `html` and `json`: results for people, browsers and programs."""

import argparse
import sys

from bytecov.cli.options import Parser, add_common
from bytecov.cli.printing import put
from bytecov.cli.reporting import (
    add_choice,
    add_output,
    exit_status,
    results_of,
    session_to_report,
    write_output,
)
from bytecov.config.settings import FORMATS, Settings
from bytecov.model.result import Results
from bytecov.report.layout import Look

LEVEL_HELP = """\
levels:
  line        lines that ran
  branch      outcomes of whole tests: if, while, for, case, except, …
  condition   outcomes of every operand of and, or, not and comparison chains (the default)
  mcdc        every operand shown to decide the whole test alone (MC/DC)
"""
REPORT = """\
Say how much was covered, and in words what never happened.

The first line compares the levels: where lines and branches are at 100 % and conditions are
not, the rest is what line coverage hides.  Each missing outcome is named below the table:

  shop/pricing.py
    42:8  if `is_member and total > 100`
            `total > 100` was never false (14 times true)

FILE may be a file, a directory or a pattern; without any, all measured files are reported.
"""
REPORT_END = f"""\
{LEVEL_HELP}
examples:
  bytecov report
  bytecov report --level branch --fail-under 95 src
  bytecov report --format markdown > comment.md
  bytecov report --fail-under line=100,condition=90

exit status: 0; 2 if the level chosen is under --fail-under; 1 if there is nothing to report.
"""


def report_command(arguments: list[str]) -> int:
    """Print the report."""
    parser = Parser("report", "[option …] [FILE …]", REPORT, REPORT_END)
    add_choice(parser)
    look = parser.add_argument_group("how it looks")
    look.add_argument(
        "--format",
        choices=FORMATS,
        help="text (default); markdown, for a comment on a pull request; github, annotations in"
        " a workflow; total, the number alone",
    )
    look.add_argument(
        "-m",
        "--missing",
        dest="show_missing",
        action=argparse.BooleanOptionalAction,
        help="name the missing outcomes (default: yes)",
    )
    for name, what in (("covered", "without a miss"), ("empty", "without code")):
        look.add_argument(
            f"--skip-{name}",
            action=argparse.BooleanOptionalAction,
            help=f"leave files {what} out of the table",
        )
    look.add_argument(
        "--sort",
        metavar="COLUMN",
        help="name, lines, branch, condition or missed; -COLUMN turns it around (--sort=-missed)",
    )
    look.add_argument("--precision", metavar="N", help="digits behind the decimal point")
    add_common(parser)
    options = parser.parse_args(arguments)
    names = ("format", "show_missing", "skip_covered", "skip_empty", "sort", "precision")
    session = session_to_report(options, *names)
    results = results_of(session, options)
    _print(results, session.settings)
    return exit_status(results, session.settings)


def json_command(arguments: list[str]) -> int:
    """Write JSON."""
    parser = Parser(
        "json",
        "[option …] [FILE …]",
        "Write everything that is known as JSON, for programs; docs/json.md describes it.",
        "examples:\n  bytecov json\n  bytecov json --pretty-print -o -",
    )
    add_choice(parser)
    add_output(parser, "json_output", "bytecov.json")
    parser.add_argument(
        "--pretty-print",
        dest="json_pretty_print",
        action="store_const",
        const=True,
        help="indent it for human eyes",
    )
    parser.add_argument(
        "--show-contexts",
        dest="json_show_contexts",
        action="store_const",
        const=True,
        help="name the contexts that covered each outcome",
    )
    add_common(parser)
    options = parser.parse_args(arguments)
    session = session_to_report(options, "json_output", "json_pretty_print", "json_show_contexts")
    results = results_of(session, options)
    from bytecov.report.json import render_json

    settings = session.settings
    text = render_json(results, settings.json_pretty_print)
    write_output(settings.json_output, text, options.quiet)
    return exit_status(results, settings)


def _print(results: Results, settings: Settings) -> None:
    from bytecov.report.github import render_github
    from bytecov.report.markdown import render_markdown
    from bytecov.report.text import render_text, render_total

    look = Look(
        settings.level,
        settings.show_missing,
        settings.skip_covered,
        settings.skip_empty,
        settings.precision,
        settings.sort,
    )
    if settings.format == "text" and sys.stdout.isatty():
        from bytecov.report.terminal import print_terminal

        if print_terminal(results, look):
            return
    render = {
        "text": render_text,
        "markdown": render_markdown,
        "github": render_github,
        "total": render_total,
    }
    put(render[settings.format](results, look))
