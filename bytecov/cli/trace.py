"""`bytecov trace`: what runs, as it runs."""

import os
from argparse import ArgumentTypeError

from bytecov.api.session import scope_of
from bytecov.cli.before import LOADED_BEFORE
from bytecov.cli.options import Parser
from bytecov.cli.run import demand_program, split
from bytecov.config import load
from bytecov.model.errors import UsageError

USAGE = "[option …] (FILE | -m MODULE | PROGRAM) [argument …]"
DESCRIPTION = """\
Run a Python program in bytecov's interpreter and print each line that it executes, or with
--ops each instruction: offset, opcode, operand, stack effect, and the place in the source.

The trace goes to standard error, or to a file with -o; standard output is the program's.  Calls
are indented by their depth among the calls that are traced.  Nothing is recorded.

Traced is the code that `bytecov run` would measure.  --file and --function choose otherwise;
whatever is not traced runs as under plain `python`.
"""
EPILOG = """\
examples:
  bytecov trace script.py
  bytecov trace --ops --function 'Cart.*' -o trace.txt -m shop
  bytecov trace --file '*/json/decoder.py' --limit 200 script.py

exit status: that of the program; 1 if bytecov could not run it.
"""


def parser() -> Parser:
    """The options of `trace`."""
    parser = Parser("trace", USAGE, DESCRIPTION, EPILOG)
    how = parser.add_argument_group("what is printed")
    kind = how.add_mutually_exclusive_group()
    kind.add_argument("--lines", action="store_true", help="lines of the source (default)")
    kind.add_argument("--ops", action="store_true", help="instructions")
    how.add_argument(
        "--file",
        metavar="GLOB",
        action="append",
        default=[],
        help="trace files like this, wherever they lie; may be given several times",
    )
    how.add_argument(
        "--function",
        metavar="GLOB",
        action="append",
        default=[],
        help="trace functions whose qualified name is like this (Cart.total, '*.<lambda>');"
        " may be given several times",
    )
    how.add_argument(
        "--values",
        action="store_true",
        help="what branches were decided with, too (`20 > 100: false`), but what `redact` hides",
    )
    how.add_argument("--depth", metavar="N", type=_count, help="no calls deeper than N")
    how.add_argument("--limit", metavar="N", type=_count, help="stop printing after N lines")
    how.add_argument("-o", "--output", metavar="FILE", help="write to FILE, not to standard error")
    parser.add_argument(
        "--rcfile", metavar="FILE", help="read settings from FILE instead of pyproject.toml"
    )
    return parser


def trace_command(arguments: list[str]) -> int:
    """Run and trace the program; returns its exit status."""
    own = parser()
    line = split(own, arguments)
    options = own.parse_args(line.ours)
    demand_program(line, "trace")
    settings = load(options.rcfile).settings

    from bytecov.record.apart import make_room, namesakes
    from bytecov.record.program import compile_program, find_program, run_program
    from bytecov.record.scope import Scope
    from bytecov.record.trace import Sink, Tracer

    scope = Scope(include=options.file) if options.file else scope_of(settings)
    program = find_program(line.program, line.as_module)
    code = compile_program(program)
    sink = Sink(_descriptor(options.output), options.limit)
    shown = options.function, options.depth, options.values, settings.redact
    tracer = Tracer(scope, sink, options.ops, *shown)
    make_room(namesakes(program.search), LOADED_BEFORE)
    tracer.start(LOADED_BEFORE)
    return run_program(program, code, tracer.prepare)


def _descriptor(path: str | None) -> int:
    """Of a file to append to, emptied; else a copy of standard error's."""
    try:
        if path is None:
            return os.dup(2)
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o666)
    except OSError as error:
        raise UsageError(
            f"{path or 'standard error'} cannot be written: {error.strerror}"
        ) from None


def _count(text: str) -> int:
    """A number from 1."""
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is no number from 1 up")
    return int(text)
