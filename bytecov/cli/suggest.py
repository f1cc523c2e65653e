"""`bytecov suggest`: what to test next, and where to start."""

import argparse
import ast
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from bytecov.api import Session
from bytecov.cli.options import Parser, add_common, session_for, warn
from bytecov.cli.printing import put
from bytecov.config.settings import LEVELS
from bytecov.model.errors import DataError, UsageError

if TYPE_CHECKING:
    from bytecov.diagnose.goals import Goal

DESCRIPTION = """\
Turn what is missing into a worklist: for each outcome that never happened (with --level mcdc, each
evaluation that is missing) what it takes, how near the tests came, and the test to start from.

The nearest first.  Tests are known where the run kept contexts, and how near they came where it
kept values: `bytecov run --contexts test --values pytest`.

With --format pytest, a file of test stubs that are skipped until they are written.  With --try,
where the nearest test is parametrised by plain values, values that should do it are tried, in the
interpreter, and what came of it is told.
"""
EPILOG = """\
examples:
  bytecov suggest
  bytecov suggest --try shop/shipping.py
  bytecov suggest --format pytest -o tests/test_missing.py

exit status: 0; 1 if there is nothing measured.
"""
MOST = 20


def suggest_command(arguments: list[str]) -> int:
    """Print the worklist."""
    parser = Parser("suggest", "[option …] [FILE …]", DESCRIPTION, EPILOG)
    parser.add_argument("files", nargs="*", metavar="FILE", help=argparse.SUPPRESS)
    parser.add_argument("--format", choices=["text", "pytest"], default="text", help="text, …")
    parser.add_argument("-o", dest="output", metavar="FILE", help="write it to a new FILE")
    parser.add_argument("--level", choices=LEVELS, help="mcdc: the missing evaluations, too")
    parser.add_argument(
        "-n", dest="most", type=int, default=MOST, metavar="N", help=f"at most N (default: {MOST})"
    )
    parser.add_argument("--try", dest="trying", action="store_true", help="try values")
    add_common(parser)
    options = parser.parse_args(arguments)
    session = session_for(options, "level")
    found = _goals(session, options.files, session.settings.level)
    left = len(found) - options.most
    text = _rendered(session, found[: options.most], options)
    warn(session)
    if options.output:
        _write(options.output, text)
    else:
        put(text if found[: options.most] or not found else "")
        if left > 0 and options.format == "text":
            put(f"and {left} more: -n {len(found)}\n")
    return 0


def _goals(session: Session, files: list[str], level: str) -> "list[Goal]":
    from bytecov.api.examining import Examiner
    from bytecov.diagnose.goals import ease, goals, sizes_of

    examiner = Examiner(session, with_values=True)
    wanted = session.wanted(files)
    every = list(examiner.evidences())
    chosen = [evidence for path, evidence in every if wanted(path)]
    if not chosen:
        raise DataError("there is nothing to suggest: no measured file was chosen")
    sizes = sizes_of(evidence for _, evidence in every)
    return sorted((goal for one in chosen for goal in goals(one, level, sizes)), key=ease)


def _rendered(session: Session, found: "list[Goal]", options: argparse.Namespace) -> str:
    from bytecov.report.suggestions import render_pytest, render_text

    if options.format == "pytest":
        return render_pytest(found, source_of_test)
    trials = {}
    if options.trying:
        from bytecov.cli.trying import try_values

        trials = {n: lines for n, goal in enumerate(found) if (lines := try_values(session, goal))}
        if not trials:
            print(
                "bytecov: nothing was tried: no test that came near is parametrised by plain values"
                " of which a distance is known",
                file=sys.stderr,
            )
    return render_text(found, trials)


def source_of_test(test: str) -> str | None:
    """The source of a test by its node id, as it is written; None where it is not found."""
    function = find_test(test)
    if function is None:
        return None
    first = min([function.lineno, *(one.lineno for one in function.decorator_list)])
    lines = Path(test.split("::")[0]).read_text(encoding="utf-8").splitlines()
    return textwrap.dedent("\n".join(lines[first - 1 : function.end_lineno]))


def find_test(test: str) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    """The function of `path/test_file.py::Class::test_name[params]`."""
    path, *names = test.split("[")[0].split("::")
    try:
        node: ast.AST = ast.parse(Path(path).read_bytes())
    except (OSError, SyntaxError, ValueError):
        return None
    for name in names:
        body = getattr(node, "body", [])
        found = next((one for one in body if getattr(one, "name", None) == name), None)
        if found is None:
            return None
        node = found
    return node if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else None


def _write(path: str, text: str) -> None:
    try:
        with open(path, "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise UsageError(f"{path} is there already: choose another name") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from None
