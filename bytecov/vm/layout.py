"""One code object laid out for interpretation: indices instead of offsets, and counters.

Counters are the least that tell everything: one for each entry, each direction of each
branch, each unconditional jump and each resumption; `record/vm.py` derives the rest.
"""

from collections.abc import Sequence
from types import CodeType
from typing import Any, NamedTuple

from bytecov.bytecode.decode import decode
from bytecov.bytecode.exception_table import decode_exception_table
from bytecov.bytecode.instruction import Instruction

ENTRY = 0  # the counter of calls
OUT = -1  # instead of a handler, where exceptions are counted that leave the frame


class Jump(NamedTuple):
    """Where a jump goes (an index) and which counters tell that it did, or did not."""

    target: int
    taken: int
    passed: int


class Handler(NamedTuple):
    """Where an exception goes: index, stack depth to restore, whether lasti is pushed."""

    target: int
    depth: int
    lasti: bool


class Layout:
    """The instructions of a code object with what the interpreter must know of each."""

    def __init__(self, code: CodeType) -> None:
        self.code = code
        self.instructions: tuple[Instruction, ...] = decode(code)
        self.index_of = {each.offset: index for index, each in enumerate(self.instructions)}
        names = [each.name for each in self.instructions]
        self.made = names.index("RETURN_GENERATOR") if "RETURN_GENERATOR" in names else 0
        self.start = names.index("RESUME", self.made)
        self.constants: tuple[Any, ...] = ()
        self.counters = 1
        self.jumps: dict[int, Jump] = {}
        self.resumes: dict[int, int] = {}
        for index, each in enumerate(self.instructions):
            if each.target is not None:
                self.jumps[index] = Jump(self.index_of[each.target], self._new(), self._new())
            elif (each.name == "RESUME" and index >= self.start) or self._can_be_left(index):
                self.resumes[index] = self._new()
        self.handlers = self._handlers()
        # Each once: comparing equal tuples would take room that may be missing when they count.
        self.ways = [
            (index, OUT if handler is None else handler.target)
            for index, handler in enumerate(self.handlers)
        ]

    def _can_be_left(self, index: int) -> bool:
        """Whether a generator may fail to be made here (3.15+: of what cannot be iterated)."""
        return 0 < index == self.made and "RESUME" in {
            each.name for each in self.instructions[:index]
        }

    def _new(self) -> int:
        self.counters += 1
        return self.counters - 1

    def _handlers(self) -> Sequence[Handler | None]:
        entries = decode_exception_table(self.code.co_exceptiontable)
        handlers: list[Handler | None] = [None] * len(self.instructions)
        for entry in entries:
            handler = Handler(self.index_of[entry.target], entry.depth, entry.lasti)
            for index, each in enumerate(self.instructions):
                if entry.start <= each.arg_offset < entry.end:
                    handlers[index] = handler
        return handlers
