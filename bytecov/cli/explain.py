"""`bytecov explain`: the whole story of one line."""

import argparse
import dataclasses
import os
import re
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING, NamedTuple

from bytecov.api import Session
from bytecov.cli.options import Parser, add_common, session_for, warn
from bytecov.cli.printing import put
from bytecov.model.errors import UsageError

if TYPE_CHECKING:
    from bytecov.diagnose.evidence import Evidence

USAGE = "[option …] FILE:LINE[:COLUMN]"
DESCRIPTION = """\
Tell the whole story of one line: what is decided on it, and for each outcome whether it happened,
how often and in which tests; for what never happened, why: never reached (and what would have to
happen first), reached and never so, or impossible; then the bytecode of the line with what ran, and
the part of the flow graph around it.

Where a run kept values (`bytecov run --values`, or --rerun), what was reached and never so tells
how close the tests came: `closest 99.5 in test_bulk (0.5 short)`.

LINE and COLUMN are as reports write them: lines from 1, columns from 0.  With COLUMN, only the
innermost decision there is told.
"""
EPILOG = """\
examples:
  bytecov explain shop/shipping.py:29
  bytecov explain --no-code shop/shipping.py:29:40
  bytecov explain --rerun tests/test_shipping.py::test_bulk shop/shipping.py:29
  bytecov explain --around shop/shipping.py:30
  bytecov explain --stages shop/shipping.py:29

exit status: 0; 1 if there is nothing to tell.
"""
TARGET = re.compile(r"(?P<path>.+?):(?P<line>\d+)(?::(?P<col>\d+))?")


class Target(NamedTuple):
    path: str
    line: int
    col: int | None


def explain_command(arguments: list[str]) -> int:
    """Print the story."""
    parser = Parser("explain", USAGE, DESCRIPTION, EPILOG)
    parser.add_argument("target", metavar="FILE:LINE[:COLUMN]", help="what to explain")
    parser.add_argument(
        "--stages",
        action="store_true",
        help="how the line became what runs: tokens, tree, symbols, code object, bytecode, flow",
    )
    parser.add_argument(
        "--rerun",
        metavar="TEST",
        action="append",
        default=[],
        help="run this test of pytest again in the interpreter, to see with which values",
    )
    parser.add_argument(
        "--repr",
        action="store_true",
        help="with --rerun: call `__repr__` of the program's objects to tell what they were",
    )
    parser.add_argument(
        "--around",
        action="store_true",
        help="how a test came to the line or passed it, with the values there: the test of --rerun,"
        " run again, else the nearest that the data knows",
    )
    parser.add_argument("--no-code", action="store_true", help="leave out the bytecode")
    add_common(parser)
    options = parser.parse_args(arguments)
    target = parse_target(options.target)
    if options.stages:
        put(_stages(target))
        return 0
    session = session_for(options)

    from bytecov.api.examining import Examiner
    from bytecov.diagnose.story import story
    from bytecov.report.explanation import render_story

    evidence = Examiner(session, with_values=True).evidence(session.absolute(target.path))
    _check(target, len(evidence.source.lines))
    if options.around and not options.rerun:
        options.rerun = [_nearest_test(evidence, target.line)]
    if options.rerun:
        evidence = rerun_with_values(evidence, session, options)
    warn(session)
    if options.around:
        put(_around(evidence, session, target, options))
        return 0
    put(render_story(story(evidence, target.line, target.col), not options.no_code))
    return 0


def rerun_with_values(
    evidence: "Evidence", session: Session, options: argparse.Namespace
) -> "Evidence":
    """Run tests of pytest again, each a context of its own, and add what was tested with what."""
    with tempfile.TemporaryDirectory() as folder:
        place = os.path.join(folder, "bytecov")
        given = ["--repr" if options.repr else "--values", "--data-file", place, "--append"]
        if options.rcfile:
            given += ["--rcfile", options.rcfile]
        for test in options.rerun:
            command = [sys.executable, "-m", "bytecov", "run", *given, "--context", test]
            command += ["-m", "pytest", "-q", test]
            done = subprocess.run(command, check=False, stdout=sys.stderr)
            if done.returncode > 1:  # 1: tests failed, and ran
                raise UsageError(f"{test} could not be run: see what pytest said above")
        again = Session(session.settings._replace(data_file=place))
        seen = again.values(session.absolute(evidence.source.path))
    return dataclasses.replace(evidence, values=(*evidence.values, *seen))


def _nearest_test(evidence: "Evidence", line: int) -> str:
    from bytecov.cli.around import nearest_test

    test = nearest_test(evidence, line)
    print(f"bytecov: running {test} again; --rerun chooses another", file=sys.stderr, flush=True)
    return test


def _around(
    evidence: "Evidence", session: Session, target: Target, options: argparse.Namespace
) -> str:
    from bytecov.cli.around import passages
    from bytecov.report.passages import render_passages

    found = passages(evidence, session, target.line, options.rerun, options.rcfile)
    return render_passages(evidence, target.line, found)


def _stages(target: Target) -> str:
    """Needs no run: the source alone."""
    from bytecov.api.analysis import compiled
    from bytecov.diagnose.stages import stages
    from bytecov.report.stages import render_stages
    from bytecov.source.parse import read_source

    source = read_source(target.path)
    _check(target, len(source.lines))
    return render_stages(stages(source, compiled(target.path), target.line), target.path)


def _check(target: Target, lines: int) -> None:
    if not 1 <= target.line <= lines:
        raise UsageError(f"{target.path} has {lines} lines, no line {target.line}")


def parse_target(text: str) -> Target:
    """`FILE:LINE[:COLUMN]`; UsageError for anything else."""
    found = TARGET.fullmatch(text)
    if not found:
        raise UsageError(f"{text!r} names no line: FILE:LINE or FILE:LINE:COLUMN")
    return Target(found["path"], int(found["line"]), int(found["col"]) if found["col"] else None)
