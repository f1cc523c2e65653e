"""Operations that tell a watcher, and then do what they always do.

A watched operation has the effect, the site and the receiver of the one it stands for.  It is an
operation like all others: `translate` evaluates it, too.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

from bytecov.vm.frame import Frame
from bytecov.vm.layout import Layout
from bytecov.vm.operation import Operation
from bytecov.vm.program import handed_over
from bytecov.vm.signals import Signal


class Watched(NamedTuple):
    """The argument of a watched operation: whom to tell, and what to do."""

    tell: Any
    function: Callable[..., Signal]
    argument: Any
    receive: Callable[..., Signal] | None


def tell_frame(frame: Frame, watched: Watched) -> Signal:
    """Show the frame as it is before an instruction.  Not for translation."""
    watched.tell(frame)
    return watched.function(frame, watched.argument)


def receive(frame: Frame, watched: Watched, result: Any) -> Signal:
    """The receiver of the operation itself."""
    return watched.receive(frame, watched.argument, result)  # type: ignore[misc]


def watched(
    operation: Operation,
    tell: Any,
    function: Callable[[Frame, Any], Signal] = tell_frame,
) -> Operation:
    """The operation done by `function`, which tells `tell` of it."""

    def argument(layout: Layout, index: int) -> Watched:
        return Watched(
            tell,
            operation.function or handed_over,
            operation.argument(layout, index),
            operation.receive,
        )

    return replace(
        operation,
        function=function,
        argument=argument,
        receive=None if operation.receive is None else receive,
    )
