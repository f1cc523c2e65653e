"""What code that the host runs can count with, and ask: objects that call nothing of ours.

A tick is an iterator over a range that nobody comes to the end of.  FOR_ITER takes a step; what
is left tells how many were taken.  Calls would need room, of which there is none at the recursion
limit, and would be seen by whoever traces.
"""

import sys
from builtins import iter, list, object, range  # guests may patch builtins
from collections.abc import Iterator
from operator import length_hint
from typing import Any, Final

Tick = Iterator[int]

LENGTH: Final = sys.maxsize


def new_ticks(count: int) -> list[Tick]:
    """So many of them."""
    return [iter(range(LENGTH)) for _ in range(count)]


def steps(tick: Tick) -> int:
    """How often it was counted."""
    return LENGTH - length_hint(tick)


class Box(list[Any]):
    """A list that can be a constant of code, which has to be hashable."""

    __slots__ = ()
    __hash__ = object.__hash__  # type: ignore[assignment]
