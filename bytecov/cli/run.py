"""`bytecov run`: everything after the program's name belongs to the program."""

import argparse
from typing import NamedTuple

from bytecov.cli.before import LOADED_BEFORE
from bytecov.cli.options import Parser, add_common, comma_list, session_for
from bytecov.config.settings import ENGINES, LEVELS
from bytecov.model.errors import UsageError

USAGE = "[option …] (FILE | -m MODULE | PROGRAM) [argument …]"
DESCRIPTION = """\
Run a Python program and record every branch that its bytecode takes.

The program is a FILE, a MODULE as with `python -m`, or a PROGRAM installed beside this Python,
as pytest is.  Whatever follows it is the program's own: it sees sys.argv, sys.path, __main__,
standard input and output and its exit status as under plain `python`.  bytecov itself prints
nothing unless something is wrong.

Measured is the code below the current directory, without virtual environments and installed
packages; --source, --include and --omit choose otherwise.
"""
EPILOG = """\
examples:
  bytecov run pytest -q tests
  bytecov run -m mypackage --verbose
  bytecov run --source=src,tests -a script.py input.txt

exit status: that of the program; 1 if bytecov could not run it.
"""


class CommandLine(NamedTuple):
    """The command line of `run`, cut where the program begins."""

    ours: list[str]
    as_module: bool
    program: list[str]


def parser() -> Parser:
    """The options of `run`; the program is cut off before they are parsed."""
    parser = Parser("run", USAGE, DESCRIPTION, EPILOG)
    where = parser.add_argument_group("what is measured")
    where.add_argument(
        "--source",
        metavar="DIR,PKG…",
        type=comma_list,
        help="directories or packages; their files that never ran are reported too",
    )
    where.add_argument("--include", metavar="GLOB,…", type=comma_list, help="only files like these")
    where.add_argument("--omit", metavar="GLOB,…", type=comma_list, help="no files like these")
    how = parser.add_argument_group("how")
    how.add_argument(
        "--engine",
        choices=ENGINES,
        help="what records: native, this Python itself; vm, bytecov's own interpreter, slower, with"
        " counts; auto, native where that can be (default)",
    )
    how.add_argument(
        "--level",
        choices=LEVELS,
        help="what will be asked for: mcdc records how each evaluation of a test went",
    )
    how.add_argument(
        "--values",
        action="store_const",
        const=True,
        help="also keep what conditions were tested with, shortened; implies --engine vm",
    )
    how.add_argument(
        "--repr",
        action="store_const",
        const=True,
        help="also call `__repr__` of the program's objects, unrecorded; implies --values",
    )
    how.add_argument(
        "--context", metavar="NAME", help="store all hits under NAME, to tell runs apart"
    )
    how.add_argument(
        "--contexts",
        dest="dynamic_context",
        choices=["test"],
        help="store hits under the test that is running, to ask which test covers what",
    )
    kept = parser.add_argument_group("where it is kept")
    kept.add_argument("-a", "--append", action="store_true", help="add to what was measured before")
    kept.add_argument(
        "-p",
        "--parallel-mode",
        dest="parallel",
        action="store_const",
        const=True,
        help="leave the data in a file of its own, for `bytecov combine`",
    )
    add_common(parser)
    parser.add_argument("-m", dest="module", action="store_true", help=argparse.SUPPRESS)
    return parser


def split(parser: Parser, arguments: list[str]) -> CommandLine:
    """Find where the options end and the program begins."""
    takes_value = {
        option: action.nargs != 0 for action in parser._actions for option in action.option_strings
    }
    at = 0
    while at < len(arguments):
        one = arguments[at]
        if one == "--":
            return CommandLine(arguments[:at], False, arguments[at + 1 :])
        if one == "-m":
            return CommandLine(arguments[:at], True, arguments[at + 1 :])
        if one.startswith("-m") and not one.startswith("--"):
            return CommandLine(arguments[:at], True, [one[2:], *arguments[at + 1 :]])
        if not one.startswith("-") or one == "-":
            return CommandLine(arguments[:at], False, arguments[at:])
        at += 2 if takes_value.get(one) else 1
    return CommandLine(arguments, False, [])


def demand_program(line: CommandLine, command: str) -> None:
    """UsageError where the `command` is given no program."""
    if not line.program:
        nothing = f"there is no program to {command}"
        what = "-m needs the name of a module" if line.as_module else nothing
        examples = ", ".join(f"`bytecov {command} {one}`" for one in ("pytest", "script.py"))
        raise UsageError(f"{what}: {examples}, …")


def run_command(arguments: list[str]) -> int:
    """Run the program; returns its exit status."""
    own = parser()
    line = split(own, arguments)
    options = own.parse_args(line.ours)
    demand_program(line, "run")
    how = ("engine", "level", "values", "repr", "context", "dynamic_context", "parallel")
    session = session_for(options, "source", "include", "omit", *how)

    from bytecov.api.lifetime import Lifetime
    from bytecov.record.apart import make_room, namesakes
    from bytecov.record.program import INTERRUPTED, compile_program, find_program, run_program

    session.start()  # before the program is looked for: that may import its packages
    program = find_program(line.program, line.as_module)
    code = compile_program(program)
    if not options.append and not session.settings.parallel:
        session.forget()
    lifetime = Lifetime(session, [*(["-m"] if line.as_module else []), *line.program])
    lifetime.begin()
    if names := namesakes(program.search):
        session.import_all()
        make_room(names, LOADED_BEFORE)
    try:
        lifetime.status = run_program(program, code, session.prepare)
    except KeyboardInterrupt:
        lifetime.status = INTERRUPTED
        raise
    return lifetime.status
