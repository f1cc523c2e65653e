"""What an operation returns when the interpreter cannot simply go on to the next one."""

from operator import itemgetter
from typing import Any, Final


class Native:
    """The host must execute this instruction, in the real frame; the operands are untouched.

    With `synced`, after the real frame has got the guest's local variables, because the
    callee looks at them.
    """

    __slots__ = ("synced",)

    def __init__(self, synced: bool = False) -> None:
        self.synced = synced


class Return:
    """The guest returns the value on top of its stack."""

    __slots__ = ()


class Reraise:
    """The guest raises an exception that already has its traceback (RERAISE and its kin)."""

    __slots__ = ("exception",)

    def __init__(self, exception: BaseException) -> None:
        self.exception = exception


class Tell:
    """Whoever traces the guest is to be told of a line; then the same instruction once more."""

    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        self.number = number  # of the stub's NOP


class Raised(tuple[BaseException]):
    """Sent into the interpreter by the stub: the host's execution of a site raised.

    Made and read without a Python function, for which there is no room at the recursion limit
    and in which a signal could be handled.
    """

    __slots__ = ()
    exception = property(itemgetter(0))


NATIVE: Final = Native()
NATIVE_SYNCED: Final = Native(synced=True)
RETURN: Final = Return()

Signal = Native | Return | Reraise | Tell | None


class Exhausted:
    """Sent by the stub when an iterator has no next value."""

    __slots__ = ()


EXHAUSTED: Final = Exhausted()

Request = tuple[int, Any]
"""What the interpreter yields: the number of a site of the stub, and its payload."""

LEAVE: Final = 0  # leave the frame with an exception, where a site has raised one last
ABANDON: Final = 1  # leave it when none has: an interruption
SYNC: Final = 2  # give the real frame the guest's local variables
FORGET: Final = 3  # and take them away again
DELETE: Final = 4  # DELETE + n: unbind the n-th of them in the real frame
