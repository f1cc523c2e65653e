"""Where the compiler leaves holes in a `try`, and what closes them.

A loop in a `try` jumps back outside of its protected range (3.12+: the compiler takes such a jump
for one that cannot raise, Python/flowgraph.c), yet that is where the host looks for signals.  A
KeyboardInterrupt that comes there would pass by the handlers of the interpreter itself.
"""

from types import CodeType

from bytecov.bytecode.decode import decode
from bytecov.bytecode.exception_table import (
    ExceptionEntry,
    decode_exception_table,
    encode_exception_table,
)


def close_gaps(code: CodeType) -> CodeType:
    """`code` with each range extended over jumps behind it that lead to the same handler."""
    entries = sorted(decode_exception_table(code.co_exceptiontable))
    jumps = [each for each in decode(code) if "JUMP" in each.name or each.name == "NOT_TAKEN"]
    starts = {each.start for each in entries}
    closed: list[ExceptionEntry] = []
    for entry in entries:
        for jump in jumps:
            if jump.offset == entry.end and jump.offset not in starts:
                entry = entry._replace(end=jump.offset + jump.size)
        closed.append(entry)
    return code.replace(co_exceptiontable=encode_exception_table(closed))
