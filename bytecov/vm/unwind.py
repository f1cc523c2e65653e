"""Where an exception goes inside one frame."""

from builtins import isinstance, len  # guests may patch builtins

from bytecov.model.errors import VMError
from bytecov.vm.frame import Frame
from bytecov.vm.layout import Handler
from bytecov.vm.program import Program

OUT = -1  # stands for a handler in counts of exceptions that leave the frame


def send(program: Program, index: int, exception: BaseException) -> Handler | None:
    """The handler of an exception that the instruction at `index` raised; counts it.

    A bug of ours passes every handler by.
    """
    handler = program.handlers[index]
    if isinstance(exception, VMError):
        handler = None
    way = index, OUT if handler is None else handler.target
    program.raises[way] = program.raises.get(way, 0) + 1
    return handler


def unwind(frame: Frame, index: int, exception: BaseException) -> bool:
    """Send the frame to the handler of `exception`; False when it has none here."""
    handler = send(frame.program, index, exception)
    if handler is None:
        return False
    stack = frame.stack
    # 3.12+: CLEANUP_THROW counts on the operand that the interrupted YIELD_VALUE has given away.
    stack += [None] * (handler.depth - len(stack))
    del stack[handler.depth :]
    if handler.lasti:
        stack.append(frame.program.layout.instructions[index].arg_offset // 2)
    stack.append(exception)
    frame.ip = handler.target
    return True
