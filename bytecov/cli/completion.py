"""`bytecov completion`: a script that teaches a shell bytecov's commands and options.

The scripts are made from the parsers of the commands, so they know what `--help` knows.
"""

import argparse
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import NamedTuple

from bytecov.cli.options import DESCRIBE, Described, Parser

DESCRIPTION = """\
Print a script for bash, zsh or fish that completes bytecov's commands and options.
"""
EPILOG = """\
bash   put this line into ~/.bashrc:
         eval "$(bytecov completion bash)"
zsh    put this line into ~/.zshrc, below compinit:
         eval "$(bytecov completion zsh)"
fish   run this once, and after an upgrade:
         bytecov completion fish > ~/.config/fish/completions/bytecov.fish
"""


class Option(NamedTuple):
    """An option as shells need it: its names, what follows it, what it does."""

    names: tuple[str, ...]
    takes: str  # what its value is called, empty if it has none
    choices: tuple[str, ...]
    help: str


class Command(NamedTuple):
    name: str
    help: str
    options: tuple[Option, ...]
    choices: tuple[str, ...]  # of its first argument; empty where that is a file


def completion_command(arguments: list[str]) -> int:
    """Print the script."""
    parser = Parser("completion", "SHELL", DESCRIPTION, EPILOG)
    parser.add_argument("shell", choices=tuple(SHELLS), metavar="SHELL", help="bash, zsh or fish")
    options = parser.parse_args(arguments)
    print("\n".join(SHELLS[options.shell](list(described()))))
    return 0


def described() -> Iterator[Command]:
    """Every command with its options."""
    from bytecov.cli.dispatch import COMMANDS

    for name, (module, does) in COMMANDS.items():
        command = getattr(import_module(f"bytecov.cli.{module}"), f"{name}_command")
        try:
            command([DESCRIBE])
        except Described as found:
            actions = found.parser._actions
            options = tuple(_option(one) for one in actions if one.option_strings and _shown(one))
            positional = next((one for one in actions if not one.option_strings), None)
            choices = tuple(positional.choices or ()) if positional else ()
            yield Command(name, does, options, choices)


def _shown(action: argparse.Action) -> bool:
    return action.help != argparse.SUPPRESS


def _option(action: argparse.Action) -> Option:
    takes = "" if action.nargs == 0 else str(action.metavar or action.dest).upper()
    choices = tuple(map(str, action.choices or ()))
    return Option(tuple(action.option_strings), takes, choices, _sentence(action.help or ""))


def _sentence(text: str) -> str:
    return " ".join(text.replace("%%", "%").split())


def bash(commands: list[Command]) -> Iterator[str]:
    yield "_bytecov() {"
    yield '    local word="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}"'
    yield "    COMPREPLY=()"
    yield "    if [ $COMP_CWORD = 1 ]; then"
    names = " ".join(["--help", "--version", *(one.name for one in commands)])
    yield f"        COMPREPLY=($(compgen -W '{names}' -- \"$word\"))"
    yield "        return"
    yield "    fi"
    yield '    case "${COMP_WORDS[1]} $before" in'
    for command in commands:
        for option in command.options:
            if option.takes:
                pattern = "|".join(f"'{command.name} {name}'" for name in option.names)
                yield f"        {pattern})"
                words = " ".join(option.choices)
                yield f"            COMPREPLY=($(compgen -W '{words}' -- \"$word\"))"
                yield "            return;;"
    yield "    esac"
    yield '    case "${COMP_WORDS[1]} $word" in'
    for command in commands:
        words = " ".join(name for option in command.options for name in option.names)
        yield f"        '{command.name} '-*) COMPREPLY=($(compgen -W '{words}' -- \"$word\"));;"
        if command.choices:
            words = " ".join(command.choices)
            yield f"        '{command.name} '*) COMPREPLY=($(compgen -W '{words}' -- \"$word\"));;"
    yield "    esac"
    yield "}"
    yield "complete -o default -F _bytecov bytecov"


def zsh(commands: list[Command]) -> Iterator[str]:
    yield "#compdef bytecov"
    yield "_bytecov() {"
    yield "    if (( CURRENT == 2 )); then"
    yield "        local -a commands=("
    for command in commands:
        yield f"            {_quoted(f'{command.name}:{command.help}')}"
    yield "        )"
    yield "        _describe command commands"
    yield "        return"
    yield "    fi"
    yield "    shift words"
    yield "    (( CURRENT-- ))"
    yield "    case $words[1] in"
    for command in commands:
        yield f"        {command.name}) _arguments -S \\"
        for option in command.options:
            for name in option.names:
                yield f"            {_quoted(_zsh_option(name, option))} \\"
        first = f"1:argument:({' '.join(command.choices)})" if command.choices else "*:file:_files"
        yield f"            {_quoted(first)};;"
    yield "    esac"
    yield "}"
    yield 'if [ "$funcstack[1]" = _bytecov ]; then _bytecov "$@"; else compdef _bytecov bytecov; fi'


def _zsh_option(name: str, option: Option) -> str:
    help = option.help.translate({ord(sign): f"\\{sign}" for sign in "[]:"})
    value = ""
    if option.takes:
        values = f"({' '.join(option.choices)})" if option.choices else "_files"
        value = f":{option.takes}:{values}"
    between = "=" if option.takes and name.startswith("--") else ""
    return f"{name}{between}[{help}]{value}"


def fish(commands: list[Command]) -> Iterator[str]:
    for command in commands:
        name = command.name
        described = f"-a {name} -d {_quoted(command.help)}"
        yield f"complete -c bytecov -f -n __fish_use_subcommand {described}"
    for command in commands:
        start = f"complete -c bytecov -n '__fish_seen_subcommand_from {command.name}'"
        for option in command.options:
            names = " ".join(
                f"-l {one[2:]}" if one.startswith("--") else f"-s {one[1:]}" for one in option.names
            )
            value = " -r" if option.takes else ""
            if option.choices:
                value = f" -x -a {_quoted(' '.join(option.choices))}"
            yield f"{start} {names}{value} -d {_quoted(option.help)}"
        if command.choices:
            yield f"{start} -f -a {_quoted(' '.join(command.choices))}"


def _quoted(text: str) -> str:
    """Text as one word of any of the three shells, which differ in how to quote a quote."""
    return "'" + text.replace("'", "’") + "'"


SHELLS: dict[str, Callable[[list[Command]], Iterator[str]]] = {
    "bash": bash,
    "zsh": zsh,
    "fish": fish,
}
