"""Exceptions: matching, raising again, and the handled exception, which is the host's own."""

from builtins import type  # guests may patch builtins

from bytecov.vm.frame import NULL, Frame
from bytecov.vm.signals import NATIVE, Reraise, Signal


def is_instance(exception: BaseException, kind: type[BaseException]) -> bool:
    """As PyErr_GivenExceptionMatches: by the method resolution order, asking nobody."""
    return kind in type(exception).__mro__


def check_exc_match(frame: Frame, oparg: int) -> Signal:
    """(exception, kind -- exception, result)"""
    kind = frame.stack[-1]
    if type(kind) is not type or BaseException not in kind.__mro__:
        return NATIVE
    frame.stack[-1] = is_instance(frame.stack[-2], kind)
    return None


def reraise(frame: Frame, oparg: int) -> Signal:
    """(values[oparg], exception -- values[oparg])"""
    if oparg == 0:  # the frame's line becomes that of the RERAISE, not one from the stack
        return NATIVE
    return Reraise(frame.stack.pop())


def load_assertion_error(frame: Frame, oparg: int) -> None:
    """( -- AssertionError)"""
    frame.stack.append(AssertionError)


def end_async_for(frame: Frame, oparg: int) -> Signal:
    """(iterator, exception -- )"""
    exception = frame.stack.pop()
    frame.stack.pop()
    if is_instance(exception, StopAsyncIteration):
        return None
    return Reraise(exception)


def cleanup_throw(frame: Frame, oparg: int) -> Signal:
    """(iterator, sent, exception -- none, value)"""
    exception = frame.stack[-1]
    if not is_instance(exception, StopIteration):
        return Reraise(frame.stack.pop())
    frame.stack[-3:] = [None, exception.value]
    return None


def cleanup_throw_paired(frame: Frame, oparg: int) -> Signal:
    """(iterator, null, sent, exception -- none, null, value)"""
    exception = frame.stack.pop()
    if not is_instance(exception, StopIteration):
        return Reraise(exception)
    frame.stack[-3] = None
    frame.stack[-2] = NULL
    frame.stack[-1] = exception.value
    return None
