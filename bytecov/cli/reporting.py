"""What the reporting commands share: which files, which level, what is enough, where to."""

import argparse
import sys
from pathlib import Path

from bytecov.api import Session
from bytecov.cli.options import Parser, comma_list, session_for, warn
from bytecov.cli.printing import put
from bytecov.cli.progress import Progress
from bytecov.config.settings import LEVELS, VARIANTS, Settings
from bytecov.model.errors import DataError, UsageError
from bytecov.model.result import Results, Totals


def add_choice(parser: Parser) -> None:
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
        "--contexts", dest="report_contexts", metavar="REGEX", action="append",
        help="only what happened in contexts like this, such as a test; several can be given",
    )  # fmt: skip
    choice.add_argument(
        "-i", "--ignore-errors", action="store_const", const=True,
        help="say nothing of files that could not be read",
    )  # fmt: skip


def session_to_report(options: argparse.Namespace, *names: str) -> Session:
    """A session for these options and, `names`, those of the command alone."""
    shared = ("level", "mcdc", "fail_under", "report_include", "report_omit")
    more = ("report_contexts", "ignore_errors")
    return session_for(options, *shared, *more, *names)


def results_of(session: Session, options: argparse.Namespace) -> Results:
    """What is to be reported; DataError if that is nothing."""
    session.progress = Progress("files")
    results = session.results(options.files)
    warn(session)
    if not results.files:
        raise DataError("there is nothing to report: no measured file was chosen")
    return results


def add_output(parser: Parser, setting: str, default: str) -> None:
    """Where to write; `setting` is its name in the configuration."""
    parser.add_argument(
        "-o",
        dest=setting,
        metavar="FILE",
        help=f"where to write, - for standard output (default: {default})",
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="do not say where it is")


def write_output(path: str, text: str, quiet: bool) -> None:
    """Write a report to a file or, for `-`, to standard output."""
    if path == "-":
        put(text)
        return
    try:
        Path(path).write_text(text, encoding="utf-8", errors="backslashreplace")
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or error
        raise UsageError(f"{path} cannot be written: {said}") from None
    if not quiet:
        print(f"wrote {path}")


def exit_status(results: Results | Totals, settings: Settings) -> int:
    """The exit status, and a sentence where it is not 0."""
    from bytecov.report.verdict import shortfalls

    said = shortfalls(results, settings.fail_under, settings.precision)
    for sentence in said:
        print(f"bytecov: {sentence}", file=sys.stderr)
    return 2 if said else 0
