"""`bytecov report`, `html` and `json`: results for people, browsers and programs."""

import argparse
import sys
from pathlib import Path

from bytecov.api import Session
from bytecov.cli.options import Parser, add_common, comma_list, session_for, warn
from bytecov.config.settings import FORMATS, LEVELS, VARIANTS, Settings
from bytecov.model.errors import DataError, UsageError
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

exit status: 0; 2 if the level chosen is under --fail-under; 1 if there is nothing to report.
"""


def report_command(arguments: list[str]) -> int:
    """Print the report."""
    parser = Parser("report", "[option …] [FILE …]", REPORT, REPORT_END)
    _add_choice(parser)
    look = parser.add_argument_group("how it looks")
    look.add_argument("--format", choices=FORMATS, help="text (default), markdown, or the number")
    look.add_argument(
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
    session = _session(options, *names)
    results = _results(session, options)
    _print(results, session.settings)
    return _verdict(results, session.settings)


def html_command(arguments: list[str]) -> int:
    """Write HTML pages."""
    parser = Parser(
        "html",
        "[option …] [FILE …]",
        "Write HTML pages that show the source with every outcome that never happened marked\n"
        "where it stands.",
        "exit status: 0; 2 under --fail-under; 1 if the pages could not be written.",
    )
    _add_choice(parser)
    parser.add_argument(
        "-d",
        "--directory",
        dest="html_directory",
        metavar="DIR",
        help="where to write (default: htmlbytecov)",
    )
    parser.add_argument("--title", metavar="TEXT", help="what the pages are called")
    parser.add_argument("-q", "--quiet", action="store_true", help="do not say where they are")
    add_common(parser)
    options = parser.parse_args(arguments)
    session = _session(options, "html_directory", "title")
    results = _results(session, options)
    try:
        from bytecov.report.html import write_html
    except ImportError as error:
        raise UsageError(
            f"`bytecov html` needs the package {error.name}: `pip install {error.name}`"
        ) from None
    settings = session.settings
    title = settings.title or Path(session.here).name
    index = write_html(results, Path(settings.html_directory), title)
    if not options.quiet:
        print(f"wrote {index}")
    return _verdict(results, settings)


def json_command(arguments: list[str]) -> int:
    """Write JSON."""
    parser = Parser(
        "json",
        "[option …] [FILE …]",
        "Write everything that is known as JSON, for programs; docs/json.md describes it.",
        "examples:\n  bytecov json\n  bytecov json --pretty-print -o -",
    )
    _add_choice(parser)
    parser.add_argument(
        "-o",
        dest="json_output",
        metavar="FILE",
        help="where to write, - for standard output (default: bytecov.json)",
    )
    parser.add_argument(
        "--pretty-print",
        dest="json_pretty_print",
        action="store_const",
        const=True,
        help="indent it for human eyes",
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="do not say where it is")
    add_common(parser)
    options = parser.parse_args(arguments)
    session = _session(options, "json_output", "json_pretty_print")
    results = _results(session, options)
    from bytecov.report.json import render_json

    settings = session.settings
    text = render_json(results, settings.json_pretty_print)
    if settings.json_output == "-":
        sys.stdout.write(text)
    else:
        _write(settings.json_output, text)
        if not options.quiet:
            print(f"wrote {settings.json_output}")
    return _verdict(results, settings)


def _add_choice(parser: Parser) -> None:
    """Which files, which level, what is enough."""
    parser.add_argument("files", nargs="*", metavar="FILE", help=argparse.SUPPRESS)
    choice = parser.add_argument_group("what counts")
    choice.add_argument("--level", choices=LEVELS, help="the level that counts")
    choice.add_argument(
        "--mcdc", choices=VARIANTS, help="what two evaluations may differ in (default: masking)"
    )
    choice.add_argument(
        "--fail-under",
        metavar="N",
        help="end with status 2 if the level is under N percent; several: line=100,condition=90",
    )
    choice.add_argument(
        "--include", dest="report_include", metavar="GLOB,…", type=comma_list,
        help="report only files like these",
    )  # fmt: skip
    choice.add_argument(
        "--omit", dest="report_omit", metavar="GLOB,…", type=comma_list,
        help="report no files like these",
    )  # fmt: skip
    choice.add_argument(
        "-i", "--ignore-errors", action="store_const", const=True,
        help="say nothing of files that could not be read",
    )  # fmt: skip


def _session(options: argparse.Namespace, *names: str) -> Session:
    shared = ("level", "mcdc", "fail_under", "report_include", "report_omit", "ignore_errors")
    return session_for(options, *shared, *names)


def _results(session: Session, options: argparse.Namespace) -> Results:
    results = session.results(options.files)
    warn(session)
    if not results.files:
        raise DataError("there is nothing to report: no measured file was chosen")
    return results


def _print(results: Results, settings: Settings) -> None:
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
    render = {"text": render_text, "markdown": render_markdown, "total": render_total}
    _put(render[settings.format](results, look))


def _put(text: str) -> None:
    """Print text, with escapes for what the terminal's encoding does not have."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))


def _write(path: str, text: str) -> None:
    try:
        Path(path).write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from None


def _verdict(results: Results, settings: Settings) -> int:
    """The exit status, and a sentence where it is not 0."""
    from bytecov.report.verdict import shortfalls

    said = shortfalls(results, settings.fail_under, settings.precision)
    for sentence in said:
        print(f"bytecov: {sentence}", file=sys.stderr)
    return 2 if said else 0
