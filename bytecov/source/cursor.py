"""A place in the bytecode to look at: a branch and the instructions in front of it.

Matching is by address, backwards from the branch: what the compiler writes for one construct
stays together.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache

from bytecov.bytecode.instruction import Instruction
from bytecov.flow.blocks import Flow
from bytecov.model.edge import Edge
from bytecov.source.sites import Sites

SKIPPED = frozenset({"NOP", "NOT_TAKEN", "CACHE", "EXTENDED_ARG"})


@dataclass(slots=True)
class At:
    """One branch of a code object."""

    flow: Flow
    sites: Sites
    index: int  # of the branch in `flow.instructions`

    @property
    def branch(self) -> Instruction:
        return self.flow.instructions[self.index]

    @property
    def next(self) -> Edge:
        return self.flow.branches[self.branch.offset][0]

    @property
    def jump(self) -> Edge:
        return self.flow.branches[self.branch.offset][1]

    def before(self) -> Iterator[Instruction]:
        """Instructions in front of the branch, the nearest first."""
        for i in range(self.index - 1, -1, -1):
            instruction = self.flow.instructions[i]
            if instruction.name not in SKIPPED:
                yield instruction

    def after(self) -> Iterator[Instruction]:
        """Instructions behind the branch, in their order."""
        return self.from_offset(self.branch.offset + self.branch.size)

    def from_offset(self, offset: int) -> Iterator[Instruction]:
        """Instructions from an offset on, in their order."""
        while instruction := self.flow.by_offset.get(offset):
            if instruction.name not in SKIPPED:
                yield instruction
            offset += instruction.size

    def match(self, *names: str) -> Instruction | None:
        """The branch, if it and what precedes it have these names, else None.

        `*` stands for any letters, a final `?` for "may be missing".
        """
        if not fits(names[-1], self.branch.name):
            return None
        before = self.before()
        instruction = next(before, None)
        for name in reversed(names[:-1]):
            optional = name.endswith("?")
            if instruction is not None and fits(name.rstrip("?"), instruction.name):
                instruction = next(before, None)
            elif not optional:
                return None
        return self.branch

    def asks_next(self) -> bool:
        """Whether it is the SEND that waits for an item of `async for`."""
        return self.match("GET_ANEXT", "PUSH_NULL?", "LOAD_*", "SEND") is not None

    def edge_when(self, truth: bool) -> Edge:
        """The edge taken when the tested value is true or false (or, of a test for None, when
        it is None: true, or not)."""
        return self.jump if jumps_when(self.branch.name) is truth else self.next


@cache
def fits(pattern: str, name: str) -> bool:
    return fnmatchcase(name, pattern)


@cache
def jumps_when(name: str) -> bool:
    """What a branch jumps for: truth, or being None."""
    return not ("FALSE" in name or "NOT_NONE" in name)


@cache
def tests_none(name: str) -> bool:
    return name.endswith("NONE")
