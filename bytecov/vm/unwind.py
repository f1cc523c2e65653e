"""Where an exception goes inside one frame."""

from bytecov.model.errors import VMError
from bytecov.vm.frame import Frame

OUT = -1  # stands for a handler in counts of exceptions that leave the frame


def unwind(frame: Frame, index: int, exception: BaseException) -> bool:
    """Send the frame to the handler of `exception`; False when it has none here.

    `index` is the instruction that raised.  A bug of ours passes every handler by.
    """
    handler = frame.program.handlers[index]
    raises = frame.program.raises
    if handler is None or isinstance(exception, VMError):
        raises[index, OUT] = raises.get((index, OUT), 0) + 1
        return False
    raises[index, handler.target] = raises.get((index, handler.target), 0) + 1
    stack = frame.stack
    # 3.12+: CLEANUP_THROW counts on the operand that the interrupted YIELD_VALUE has given away.
    stack += [None] * (handler.depth - len(stack))
    del stack[handler.depth :]
    if handler.lasti:
        stack.append(frame.program.layout.instructions[index].arg_offset // 2)
    stack.append(exception)
    frame.ip = handler.target
    return True
