"""Leaving a frame, for good or for a while.  Generators are the host's own objects."""

from typing import Any

from bytecov.vm.frame import NULL, Frame
from bytecov.vm.layout import Jump, Layout
from bytecov.vm.ops.jumps import decide, go_on, jump_to
from bytecov.vm.signals import NATIVE, RETURN, Signal


def return_value(frame: Frame, oparg: int) -> Signal:
    """(value -- )"""
    return RETURN


def return_const(frame: Frame, value: Any) -> Signal:
    """( -- )"""
    frame.stack.append(value)
    return RETURN


def receive_sent(frame: Frame, jump: Jump, result: tuple[Any, bool]) -> Signal:
    """(receiver, value -- receiver, result): yielded, or returned with END_SEND to come."""
    value, yielded = result
    frame.stack.append(value)
    return decide(frame, jump, not yielded)


def receive_sent_popping(frame: Frame, jump: Jump, result: tuple[Any, bool]) -> Signal:
    """(receiver, value -- receiver, result): yielded, or returned without the receiver (3.11)."""
    value, yielded = result
    if yielded:
        frame.stack.append(value)
        return go_on(frame, jump)
    frame.stack[-1] = value
    return jump_to(frame, jump)


def send_paired(frame: Frame, jump: Jump) -> Signal:
    """(receiver, null, value -- receiver, null, result)"""
    del frame.stack[-2]
    return NATIVE


def receive_sent_paired(frame: Frame, jump: Jump, result: tuple[Any, bool]) -> Signal:
    """(receiver -- receiver, null, result): yielded, or returned with END_SEND to come."""
    value, yielded = result
    frame.stack.append(NULL)
    frame.stack.append(value)
    return decide(frame, jump, not yielded)


def yield_value_paired(frame: Frame, delegates: bool) -> Signal:
    """(value -- sent)"""
    if delegates:
        del frame.stack[-2]  # the NULL above the receiver
    return NATIVE


def receive_yielded_paired(frame: Frame, delegates: bool, result: Any) -> None:
    """Resumed; a receiver gets its NULL back."""
    if delegates:
        frame.stack.append(NULL)
    frame.stack.append(result)


def sending_jump(layout: Layout, index: int) -> Jump | None:
    """The jump of the SEND in front of the YIELD_VALUE of an `await` or `yield from`."""
    return layout.jumps.get(index - 1) if delegates(layout, index) else None


def receive_yielded_311(frame: Frame, jump: Jump | None, result: Any) -> Signal:
    """Resumed; or the receiver has returned from `throw`, where the host takes SEND's jump."""
    if jump is None:
        frame.stack.append(result)
        return None
    value, resumed = result
    if resumed:
        frame.stack.append(value)
        return None
    frame.stack[-1] = value
    return jump_to(frame, jump)


def delegates(layout: Layout, index: int) -> bool:
    """Whether a YIELD_VALUE belongs to an `await` or `yield from` (RESUME oparg 2 or 3)."""
    return layout.instructions[index + 1].oparg & 3 >= 2


def yield_operands(layout: Layout, index: int) -> tuple[int, int]:
    """A delegating yield shows the host its receiver too, and keeps it."""
    return (2, 1) if delegates(layout, index) else (1, 0)
