"""The guest's own `__repr__`, which runs the guest's code, for `--repr`.

What it does is our doing and not the test's: while it is asked, nothing is recorded in this thread
(`Aside`).  It is bounded: in number, for each branch; in length; and in time, wherever the measured
code that it runs would have been counted; what hangs elsewhere hangs.  A type that took too long
once is not asked again.
"""

import re
import time
from _thread import get_ident
from builtins import BaseException, len, repr, type  # guests may patch builtins
from math import inf
from typing import Any, Final

from bytecov.vm.program import Program

LONGEST: Final = 200  # characters
SECONDS: Final = 0.2
OFTEN: Final = 24  # for each branch, between two contexts

_mro_of = type.__dict__["__mro__"].__get__
_members_of = type.__dict__["__dict__"].__get__
_now = time.monotonic
ADDRESS: Final = re.compile(r" at 0x[0-9A-Fa-f]+")

_ends: dict[int, float] = {}
"""{thread in which an object is asked: when it is too long}"""


class TooLong(KeyboardInterrupt):
    """Interrupts an object that was asked: by a class that the interpreter expects anywhere."""


class Forgotten(list[int]):
    """Counters that nobody reads; counting takes an end."""

    def __setitem__(self, index: Any, count: Any) -> None:
        if _now() > _ends.get(get_ident(), inf):
            raise TooLong


class Aside(Program):
    """A program that records nothing while its thread asks an object."""

    @property
    def counts(self) -> list[int]:
        """Those of the frames that begin now."""
        return Forgotten(self._counts) if is_asking() else self._counts

    @counts.setter
    def counts(self, counts: list[int]) -> None:
        self._counts = list(counts)  # it may be laid out while an object is asked

    @property
    def raises(self) -> dict[tuple[int, int], int]:
        """Where an exception that is raised now is counted."""
        return {} if is_asking() else self._raises

    @raises.setter
    def raises(self, raises: dict[tuple[int, int], int]) -> None:
        self._raises = raises


def is_asking() -> bool:
    """Whether an object is asked in this thread."""
    return get_ident() in _ends


class Representing:
    """Asks objects."""

    def __init__(self) -> None:
        self._slow: list[type] = []

    def ask(self, value: Any) -> str | None:
        """What an object says of itself; None of one that says nothing of its own."""
        kind = type(value)
        if is_asking() or not says_something(kind):
            return None
        if any(each is kind for each in self._slow):
            return "repr takes too long"
        thread = get_ident()
        _ends[thread] = _now() + SECONDS
        try:
            text = str.__str__(repr(value))  # a plain string
        except TooLong:
            self._slow.append(kind)
            return "repr takes too long"
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # whatever the guest raises is said, and ends here
            return f"repr raised {type(error).__name__}"
        finally:
            del _ends[thread]
        text = ADDRESS.sub("", text)
        return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text)} long)"


def says_something(kind: type) -> bool:
    """Whether a type has a `__repr__` other than that of all objects; runs nothing to know."""
    return next((
        owner is not object for owner in _mro_of(kind) if "__repr__" in _members_of(owner)
    ), False)  # fmt: skip
