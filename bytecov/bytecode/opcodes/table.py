"""What each opcode does to control, as data.

A version's table is the previous one's plus its delta.  Numbers, cache sizes and stack effects
are not here: the running interpreter knows them (`numbers.py`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import NamedTuple


class Then(Enum):
    """Where control goes when the instruction does not raise."""

    NEXT = "next"
    JUMP = "jump"  # to the target, always
    BRANCH = "branch"  # to the target or to the next instruction
    LEAVE = "leave"  # out of the frame, or to a handler


class Kind(NamedTuple):
    """What one opcode does to control.

    `direction`: its oparg names a place that many code units after (1) or before (-1) the next
    instruction; 0: it names none.  `raises`: an exception may leave from it.  `idle`: it says
    nothing about the source.  `late`: the host may look for its handler one unit in front of its
    target (or of itself, if it is no jump), because its instruction pointer stands there.
    """

    then: Then = Then.NEXT
    raises: bool = True
    direction: int = 0
    idle: bool = False
    late: bool = False


PLAIN = Kind()
SILENT = Kind(raises=False)
IDLE = Kind(raises=False, idle=True)
JUMP = Kind(Then.JUMP, raises=False, direction=1)
LOOP = Kind(Then.JUMP, direction=-1)
BRANCH = Kind(Then.BRANCH, direction=1)
SILENT_BRANCH = BRANCH._replace(raises=False)
LEAVE = Kind(Then.LEAVE)
RETURN = Kind(Then.LEAVE, raises=False)


@dataclass(frozen=True)
class OpcodeTable:
    """{opcode name: Kind} for every opcode that one version shows in `co_code`.

    EXTENDED_ARG and CACHE are left out: decoding folds them into the instruction they serve.
    """

    kinds: Mapping[str, Kind]
    joins_positions: bool = True
    """The line table has one entry for neighbours at the same position, not one for each."""

    @cached_property
    def names(self) -> frozenset[str]:
        """Every opcode of the version."""
        return frozenset(self.kinds)

    @cached_property
    def jumps(self) -> frozenset[str]:
        """Opcodes that always go to their target."""
        return self._that(Then.JUMP)

    @cached_property
    def branches(self) -> frozenset[str]:
        """Opcodes that go to their target or to the next instruction."""
        return self._that(Then.BRANCH)

    @cached_property
    def leaves(self) -> frozenset[str]:
        """Opcodes after which nothing of this code object runs: return, raise, reraise."""
        return self._that(Then.LEAVE)

    @cached_property
    def terminators(self) -> frozenset[str]:
        """Opcodes that the next instruction never follows."""
        return self.jumps | self.leaves

    @cached_property
    def backward(self) -> frozenset[str]:
        """Opcodes whose oparg counts backwards."""
        return frozenset(name for name, kind in self.kinds.items() if kind.direction < 0)

    @cached_property
    def raising(self) -> frozenset[str]:
        """Opcodes that an exception may leave from."""
        return frozenset(name for name, kind in self.kinds.items() if kind.raises)

    @cached_property
    def idle(self) -> frozenset[str]:
        """Opcodes that say nothing about the source: NOP, RESUME, NOT_TAKEN."""
        return frozenset(name for name, kind in self.kinds.items() if kind.idle)

    def _that(self, then: Then) -> frozenset[str]:
        """Names of the opcodes that continue in this way."""
        return frozenset(name for name, kind in self.kinds.items() if kind.then is then)


def derive(
    previous: OpcodeTable | None,
    drop: Iterable[str] = (),
    joins_positions: bool = True,
    **kinds: Kind,
) -> OpcodeTable:
    """`previous` without `drop`, with `kinds` added or changed."""
    merged = dict(previous.kinds) if previous else {}
    for name in drop:
        del merged[name]
    return OpcodeTable(merged | kinds, joins_positions)
