"""The form of an instruction set: what each opcode does, and who does it.

An operation belongs to the interpreter alone (`own`), to the interpreter with the host as
its stand-in for foreign operands and errors (`shared`), or to the host alone (`host`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bytecov.vm.effect import Effect
from bytecov.vm.emit import Emitter, as_is
from bytecov.vm.layout import Layout
from bytecov.vm.signals import Signal

if TYPE_CHECKING:
    from bytecov.vm.frame import Frame

    Function = Callable[[Frame, Any], Signal]
    Receiver = Callable[[Frame, Any, Any], Signal]
Argument = Callable[[Layout, int], Any]

def raw(layout: Layout, index: int) -> int:
    """An operation's argument as the instruction has it."""
    return layout.instructions[index].oparg


@dataclass(frozen=True, slots=True)
class Operation:
    """One opcode: our function for it, if any, and the host's part, if any."""

    effect: Effect
    function: "Function | None" = None
    argument: Argument = raw
    emit: Emitter | None = None  # writes the host's part into the stub; None: no such part
    receive: "Receiver | None" = None  # takes the host's result; None: by the number of outputs
    kept: int = 0  # how many of the operands stay on the guest's stack while the host works
    shape: "Callable[[Layout, int], tuple[int, int]] | None" = None  # overrides both numbers
    hosted: Callable[[int], bool] | None = None  # the operands with a host's part; None: all

    def operands(self, layout: Layout, index: int) -> tuple[int, int]:
        """How many values the host gets, and how many of these stay on the guest's stack."""
        if self.shape is not None:
            return self.shape(layout, index)
        return self.effect.values(layout.instructions[index].oparg), self.kept


Table = dict[str, Operation]


def effect_of(function: "Function") -> Effect:
    """The stack effect, read off the first line of the function's docstring."""
    return Effect((function.__doc__ or "").partition("\n")[0].strip())


def own(function: "Function", argument: Argument = raw) -> Operation:
    """An operation that never fails and touches nothing foreign."""
    return Operation(effect_of(function), function, argument)


def shared(
    function: "Function",
    argument: Argument = raw,
    emit: Emitter = as_is,
    receive: "Receiver | None" = None,
    kept: int = 0,
    shape: "Callable[[Layout, int], tuple[int, int]] | None" = None,
    hosted: Callable[[int], bool] | None = None,
) -> Operation:
    """An operation that hands over to the host what is foreign and what fails."""
    return Operation(effect_of(function), function, argument, emit, receive, kept, shape, hosted)


def host(
    effect: str,
    argument: Argument = raw,
    emit: Emitter = as_is,
    receive: "Receiver | None" = None,
    kept: int = 0,
    shape: "Callable[[Layout, int], tuple[int, int]] | None" = None,
) -> Operation:
    """An operation that only the host can do."""
    return Operation(Effect(effect), None, argument, emit, receive, kept, shape)


def derive(previous: Table, drop: list[str], **changes: Operation) -> Table:
    """The next version's table."""
    return {name: each for name, each in previous.items() if name not in drop} | changes
