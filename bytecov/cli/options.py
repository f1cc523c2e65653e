"""What the commands share: a parser with our manners, options, the session they ask for."""

import argparse
import sys
from typing import Any, NoReturn

from bytecov.api import Session
from bytecov.config import load
from bytecov.model.errors import UsageError
from bytecov.model.printable import printable

COMMON = ("data_file", "rcfile")


DESCRIBE = "--describe-this-command"
"""The only argument of a command that is asked for its parser."""


class Described(Exception):
    """Carries the parser out of a command that was asked for it."""

    def __init__(self, parser: "Parser") -> None:
        super().__init__()
        self.parser = parser


class Parser(argparse.ArgumentParser):
    """Errors are ours: one sentence, exit status 1.  Help keeps the layout of its texts."""

    def __init__(self, command: str, usage: str, description: str, epilog: str = "") -> None:
        super().__init__(
            prog=f"bytecov {command}",
            usage=f"bytecov {command} {usage}".rstrip(),
            description=description,
            epilog=epilog,
            formatter_class=_Formatter,
            allow_abbrev=False,
            add_help=False,
        )
        self._positionals.title = "arguments"
        self.add_argument("-h", "--help", action="help", help="show this text")

    def parse_args(self, arguments: Any = None, namespace: Any = None) -> Any:
        """As argparse does; Described where that is asked."""
        if arguments == [DESCRIBE]:
            raise Described(self)
        return super().parse_args(arguments, namespace)

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; `{self.prog} --help` tells how")


class _Formatter(argparse.RawDescriptionHelpFormatter):
    def __init__(self, prog: str, **rest: Any) -> None:
        super().__init__(prog, max_help_position=26, width=88, **rest)


def add_common(parser: Parser) -> None:
    """Options of every command that touches data."""
    parser.add_argument(
        "--data-file", metavar="FILE", help="the data file (default: .bytecov; env: BYTECOV_FILE)"
    )
    parser.add_argument(
        "--rcfile", metavar="FILE", help="read settings from FILE instead of pyproject.toml"
    )


def comma_list(value: str) -> tuple[str, ...]:
    """`a,b` as a list."""
    return tuple(part.strip() for part in value.split(",") if part.strip())


def session_for(options: argparse.Namespace, *names: str) -> Session:
    """A session with the settings that `options` and the configuration files decide.

    `names` are the settings that are options of this command.
    """
    given = {name: getattr(options, name) for name in ("data_file", *names)}
    return Session(load(options.rcfile, **given).settings)


def warn(session: Session) -> None:
    """Print what the session has to say, once."""
    for said in session.warnings:
        print(f"bytecov: {printable(said)}", file=sys.stderr)
    session.warnings.clear()
