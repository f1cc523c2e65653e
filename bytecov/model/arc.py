"""Control flow between two lines, as coverage.py speaks of it."""

from typing import NamedTuple


class Arc(NamedTuple):
    """From a line to a line, both the first of their statements.  A negative destination leaves
    the function, class or module that starts at that line."""

    source: int
    destination: int
