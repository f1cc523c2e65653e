"""`bytecov explain`: the whole story of one line."""

import re
import sys
from typing import NamedTuple

from bytecov.cli.options import Parser, add_common, session_for, warn
from bytecov.model.errors import UsageError

USAGE = "[option …] FILE:LINE[:COLUMN]"
DESCRIPTION = """\
Tell the whole story of one line: what is decided on it, and for each outcome whether it happened,
how often and in which tests; for what never happened, why: never reached (and what would have to
happen first), reached and never so, or impossible; then the bytecode of the line with what ran, and
the part of the flow graph around it.

LINE and COLUMN are as reports write them: lines from 1, columns from 0.  With COLUMN, only the
innermost decision there is told.
"""
EPILOG = """\
examples:
  bytecov explain shop/shipping.py:29
  bytecov explain --no-code shop/shipping.py:29:40

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
    parser.add_argument("--no-code", action="store_true", help="leave out the bytecode")
    add_common(parser)
    options = parser.parse_args(arguments)
    target = parse_target(options.target)
    session = session_for(options)

    from bytecov.api.examining import Examiner
    from bytecov.diagnose.story import story
    from bytecov.report.explanation import render_story

    evidence = Examiner(session).evidence(session.absolute(target.path))
    lines = len(evidence.source.lines)
    if not 1 <= target.line <= lines:
        raise UsageError(f"{target.path} has {lines} lines, no line {target.line}")
    warn(session)
    put(render_story(story(evidence, target.line, target.col), not options.no_code))
    return 0


def parse_target(text: str) -> Target:
    """`FILE:LINE[:COLUMN]`; UsageError for anything else."""
    found = TARGET.fullmatch(text)
    if not found:
        raise UsageError(f"{text!r} names no line: FILE:LINE or FILE:LINE:COLUMN")
    return Target(found["path"], int(found["line"]), int(found["col"]) if found["col"] else None)


def put(text: str) -> None:
    """Print text, with escapes for what the terminal's encoding does not have."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
