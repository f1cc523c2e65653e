"""What is copied: a plan, whoever made it (`plan.py`, `retests.py`); `split.py` carries it out."""

from dataclasses import dataclass, field
from typing import NamedTuple

from bytecov.model.edge import Edge
from bytecov.model.obligation import ObligationKey

ORIGINAL = 0  # the number of the code as it was; copies count from 1


class Copy(NamedTuple):
    """A copy of the code between an edge and a condition's test."""

    edge: Edge
    branch: int  # the test, the last instruction of a way through the copy
    offsets: tuple[int, ...]  # of all instructions, the test too, in order


@dataclass(slots=True)
class Plan:
    """What to copy, which edge of which copy leads to which copy, and what it tells.

    `ends` are vectors that end with an edge of a copy; `ways` are edges that a test of a copy is
    come to by.
    """

    copies: list[Copy] = field(default_factory=list)  # the first is number 1
    leads: dict[tuple[int, Edge], int] = field(default_factory=dict)
    ends: dict[tuple[int, Edge], tuple[ObligationKey, ...]] = field(default_factory=dict)
    ways: dict[tuple[int, int], Edge] = field(default_factory=dict)
