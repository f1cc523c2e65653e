"""The recorder for 3.11: probes in the code itself."""

import marshal
import sys
from collections.abc import Iterator
from functools import partial
from types import CodeType, FrameType
from typing import TYPE_CHECKING, Any, NamedTuple

from bytecov.record.entries import Entries, pack, unpack
from bytecov.record.probes.flags import NAMES, Flags, Raised, peek_flags, take_flags

# What plans and derives is imported when it is needed: with a warm cache, after the program.
if TYPE_CHECKING:
    from bytecov.model.hits import Hits, Recorded

RAISED = -1  # `planning.RAISED`, which takes long to import
Entry = tuple[Any, bytes, bool]
"""What is cached of a code object: its new pieces; packed, what flags say and where
instructions come from; `is_split`."""


_RAISED, _STANDING = 1 << 32, 1 << 40
"""Where numbers of another kind begin, in `news`."""


class Watched(NamedTuple):
    """One measured code object."""

    original: CodeType
    executed: CodeType
    flags: tuple[Flags, ...]
    raised: Raised
    facts: bytes
    is_split: bool


class Seen(NamedTuple):
    """What one code object showed: numbers of the flags that were set, code units or -1 - offsets
    that exceptions left, code units where frames stood."""

    flags: tuple[int, ...]
    raised: frozenset[int]
    standing: frozenset[int]


class ProbeRecorder:
    """Sees every offset and edge, exceptions too, without counts."""

    name = "native"
    observes = frozenset({"offsets", "edges", "exception_edges"})

    def __init__(self, entries: Entries | None = None) -> None:
        self._entries = entries or Entries("probes", _planned)
        self._watched: dict[int, Watched] = {}  # by the id of the code object that is executed
        self._reported: dict[tuple[str, int], set[int]] = {}  # by `news`
        self._replayed: dict[int, set[int]] = {}  # where frames stood in another process
        self._kept: dict[tuple[int, Seen], list[str]] = {}  # {what one showed: in which contexts}

    def prepare(self, code: CodeType) -> CodeType:
        """`code` with probes, nested code objects too."""
        return self._prepare(code, self._entries.of(code))

    def _prepare(self, code: CodeType, entries: Iterator[Entry]) -> CodeType:
        (raw, linetable, exceptiontable, stacksize, names, own), facts, is_split = next(entries)
        constants = [
            self._prepare(each, entries) if isinstance(each, CodeType) else each
            for each in code.co_consts
        ] or [None]
        flags = tuple(Flags() for _ in range(1 + max(own, default=-1)))
        raised = Raised()
        for each in own:
            constants.append(flags[each] if each >= 0 else raised if each == RAISED else each + 1)
        executed = code.replace(
            co_code=raw,
            co_linetable=linetable,
            co_exceptiontable=exceptiontable,
            co_stacksize=stacksize,
            co_names=code.co_names + tuple(names),
            co_consts=tuple(constants),
        )
        self._watched[id(executed)] = Watched(code, executed, flags, raised, facts, is_split)
        return executed

    def import_all(self) -> None:
        """Import now what would be imported when it is needed."""
        import bytecov.record.probes.planning  # noqa: F401

    def original(self, code: CodeType) -> CodeType:
        """The code object that `prepare` was given for this one."""
        watched = self._watched.get(id(code))
        return code if watched is None else watched.original

    def take(self, context: str) -> "list[Recorded]":
        """The hits of every code object that has run since the last time."""
        self._entries.write()
        self.cut(context)
        kept, self._kept = self._kept, {}
        return [
            each
            for (key, seen), contexts in kept.items()
            for each in _recorded(self._watched[key], seen, contexts)
        ]

    def cut(self, context: str) -> None:
        """What was seen since the last cut happened in `context`; see everything anew."""
        for key, seen in self._seen():
            self._kept.setdefault((key, seen), []).append(context)

    def forget(self) -> None:
        """Drop what was seen and not taken."""
        self._kept.clear()
        for _ in self._seen():
            pass

    def news(self, context: str) -> list[tuple[str, CodeType, list[int]]]:
        """What was seen since the last news: numbers of flags, behind them units that exceptions
        left, and behind those units where frames stand."""
        found = []
        standing = self._standing()
        for key, watched in list(self._watched.items()):
            told = {_RAISED + 2 * abs(each) + (each < 0) for each in set(watched.raised)}
            told |= {_STANDING + unit for unit in standing.get(key, ())}
            for number, flags in enumerate(watched.flags):
                told |= {len(NAMES) * number + i for i, on in enumerate(peek_flags(flags)) if on}
            if new := told - self._reported.get((context, key), set()):
                self._reported.setdefault((context, key), set()).update(new)
                found.append((context, watched.original, sorted(new)))
        return found

    def replay(self, code: CodeType, told: list[int]) -> None:
        """As if a code object that was prepared had told this."""
        for key, watched in self._watched.items():
            if watched.original is code:
                for each in told:
                    if each >= _STANDING:
                        self._replayed.setdefault(key, set()).add(each - _STANDING)
                    elif each >= _RAISED:
                        unit, is_negative = divmod(each - _RAISED, 2)
                        watched.raised.add(-unit if is_negative else unit)
                    else:
                        number, i = divmod(each, len(NAMES))
                        setattr(watched.flags[number], NAMES[i], 0)

    def close(self) -> None:
        """Nothing to do: what watches is in the code."""

    def _standing(self) -> dict[int, set[int]]:
        """Where frames of watched code stand."""
        standing, self._replayed = self._replayed, {}
        for frame in _frames():
            if id(frame.f_code) in self._watched:
                standing.setdefault(id(frame.f_code), set()).add(frame.f_lasti)
        return standing

    def _seen(self) -> Iterator[tuple[int, Seen]]:
        """What every code object has to tell; clears it."""
        standing = self._standing()
        for key, watched in list(self._watched.items()):
            flags = tuple(
                len(NAMES) * number + i
                for number, each in enumerate(watched.flags)
                for i, is_set in enumerate(take_flags(each))
                if is_set
            )
            raised = frozenset(watched.raised)
            watched.raised.difference_update(raised)
            if flags or raised or key in standing:
                yield key, Seen(flags, raised, frozenset(standing.get(key, ())))


def _recorded(watched: Watched, seen: Seen, contexts: list[str]) -> "Iterator[Recorded]":
    """What one code object showed, as hits of its original."""
    from bytecov.model.hits import Recorded, Told

    told = marshal.dumps((seen.flags, sorted(seen.raised), sorted(seen.standing)))
    hits = Told(told, partial(_derived, watched, seen))
    if seen.flags or hits.offsets:  # a frame can stand in front of all that is the program's
        yield from (Recorded(watched.original, one, hits) for one in contexts)


def _derived(watched: Watched, seen: Seen) -> "Hits":
    from bytecov.model.edge import Edge, EdgeKind
    from bytecov.record.native.derive import unit_owners
    from bytecov.record.probes.planning import derive

    says, origins = unpack(watched.facts)
    owners = unit_owners(watched.executed.co_code, origins)
    told = [
        each if isinstance(each := says[number], int) else Edge(each[0], each[1], EdgeKind(each[2]))
        for number in seen.flags
    ]
    raised = {-1 - each if each < 0 else owners[2 * each] for each in seen.raised} - {-1}
    standing = {owners[unit] for unit in seen.standing if owners[unit] >= 0}
    return derive(watched.original, watched.is_split, told, raised, standing)


def _planned(code: CodeType) -> Entry:
    from bytecov.record.probes.planning import plan_code

    pieces, says, origins, is_split = plan_code(code)
    return pieces, pack((says, origins)), is_split


def _frames() -> Iterator[FrameType]:
    """Every frame of every thread."""
    for frame in sys._current_frames().values():
        here: FrameType | None = frame
        while here is not None:
            yield here
            here = here.f_back
