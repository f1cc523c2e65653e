"""Finds the command, runs it, turns errors into one sentence.

Imports nothing of a command before it is known which one it is: `bytecov run` shares its
process with the program under measurement.
"""

import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module

import bytecov
from bytecov.model.errors import BytecovError, UsageError
from bytecov.model.printable import printable

# {command: (its module, what it does)}, in the order of a user's day
COMMANDS = {
    "run": ("run", "run a program and record which branches it takes"),
    "trace": ("trace", "print the lines or instructions of a program as they run"),
    "report": ("report", "say in words what never happened"),
    "html": ("html", "show it in the source, as HTML pages"),
    "json": ("report", "write it all as JSON"),
    "xml": ("formats", "write Cobertura's XML, for Codecov, GitLab and others"),
    "lcov": ("formats", "write an LCOV trace file, for genhtml and others"),
    "explain": ("explain", "tell the whole story of one line"),
    "suggest": ("suggest", "say what to test next, and which test to copy"),
    "diagnose": ("diagnose", "say what coverage.py hides, and where it is mistaken"),
    "combine": ("data", "fold the data of several runs into one file"),
    "erase": ("data", "remove the data"),
    "dis": ("code", "show instructions, with how often each ran"),
    "cfg": ("code", "show the flow graph of a function"),
    "completion": ("completion", "teach your shell these commands: bash, zsh, fish"),
    "debug": ("debug", "show what bytecov itself knows: sys, config, data, …"),
}

USAGE = """\
usage: bytecov COMMAND [option …] [argument …]

Measure which outcomes of each condition of a Python program really happened.

  bytecov run pytest         run the tests, record every branch in the bytecode
  bytecov report             say what is missing
  bytecov html               show it in the source

commands:
{commands}

`bytecov COMMAND --help` describes each command and its options.  Settings are read from
[tool.bytecov] in pyproject.toml; what is not there, from coverage.py's configuration.

exit status: 0 all is well, 1 bytecov could not do it, 2 under --fail-under; `run` ends with
the status of the program.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        return _dispatch(arguments)
    except BytecovError as error:
        print(f"bytecov: {printable(str(error))}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # The reader of our output went away, as `head` does.  Nothing may be flushed to it
        # when the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        if arguments[:1] == ["run"]:
            raise  # Python then ends by SIGINT, as it would have without us
        return 130


def _dispatch(arguments: list[str]) -> int:
    if not arguments or arguments[0] in {"-h", "--help"} or arguments == ["help"]:
        print(usage(), end="")
        return 0
    if arguments[0] in {"-V", "--version"}:
        print(f"bytecov {bytecov.__version__}")
        return 0
    name, *rest = arguments
    if name == "help":
        name, rest = rest[0], ["--help"]
    if name not in COMMANDS:
        raise UsageError(f"there is no command {name!r}{_nearest(name)}")
    module = import_module(f"bytecov.cli.{COMMANDS[name][0]}")
    command: Callable[[list[str]], int] = getattr(module, f"{name}_command")
    return command(rest)


def usage() -> str:
    """The help of bytecov as a whole."""
    width = max(map(len, COMMANDS))
    return USAGE.format(
        commands="\n".join(f"  {name:<{width}}  {does}" for name, (_, does) in COMMANDS.items())
    )


def _nearest(name: str) -> str:
    import difflib

    near = difflib.get_close_matches(name, COMMANDS, n=1)
    return f"; did you mean {near[0]!r}?" if near else "; `bytecov --help` lists them"
