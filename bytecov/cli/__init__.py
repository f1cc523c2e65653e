"""The command line: arguments to calls of `bytecov.api`, output, exit codes."""

from bytecov.cli.before import LOADED_BEFORE
from bytecov.cli.dispatch import COMMANDS, main

__all__ = ["COMMANDS", "LOADED_BEFORE", "main"]
