"""The recorder for 3.12 and later: `sys.monitoring` tells of each instruction once.

Events are local to measured code objects, and each location turns itself off when it has been
told: code that runs again runs as fast as ever, and code that is not measured never pays.
Everything else is worked out after the run.
"""

import marshal
from array import array
from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from types import CodeType
from typing import TYPE_CHECKING, Any, NamedTuple

from bytecov.record.engine import free_tools
from bytecov.record.entries import Entries, pack, unpack
from bytecov.record.native.callback import build_callback, host
from bytecov.record.native.copies import follow_copies
from bytecov.record.native.table import plain, revive

# What plans and derives is imported when it is needed: with a warm cache, after the program.
if TYPE_CHECKING:
    from bytecov.model.hits import Hits, Recorded
    from bytecov.record.native.table import Meaning

Pieces = tuple[bytes, bytes, bytes, int]
"""What rewriting changes: co_code, co_linetable, co_exceptiontable, co_stacksize."""
Entry = tuple[Pieces | None, bytes, bool]
"""What is cached of a code object: its new pieces, its table, packed, `is_split`."""


class Watched(NamedTuple):
    """One measured code object; `table` is packed, `is_split` as in `Planned`."""

    original: CodeType
    executed: CodeType
    table: bytes
    is_split: bool


class Cut(NamedTuple):
    """What was told in a context: {id of an executed code object: its units, packed}"""

    context: str
    told: dict[int, bytes]


class MonitoringRecorder:
    """Sees every offset and edge, exceptions too, without counts."""

    name = "native"
    observes = frozenset({"offsets", "edges", "exception_edges"})

    def __init__(self, entries: Entries | None = None) -> None:
        self._hits: list[Any] = []
        self._entries = entries or Entries("monitoring", _planned)
        self._watched: dict[int, Watched] = {}  # by the id of the code object that is executed
        self._told: dict[int, set[int]] = defaultdict(set)  # {that id: its units}, since the cut
        self._news: set[int] = set()  # keys of `_told` with something not taken
        self._kept: list[Cut] = []
        self._packed: dict[bytes, bytes] = {}  # equal units are kept once
        self._begun: set[int] = set()  # ids of originals that ran before what is taken now
        # For `news`: what was cut before it could read it, and how far it has read since.
        self._unread: list[tuple[str, list[Any]]] = []
        self._is_read = False
        self._cuts = self._read = 0
        self._tool = _claim_tool()
        self._event = host.events.INSTRUCTION
        host.register_callback(self._tool, self._event, build_callback(self._hits))
        self._unfollow = follow_copies(self._adopt)

    def prepare(self, code: CodeType) -> CodeType:
        """`code`, or the same with places for its edges; nested code objects, too."""
        return self._prepare(code, self._entries.of(code))

    def _prepare(self, code: CodeType, entries: Iterator[Entry]) -> CodeType:
        pieces, table, is_split = next(entries)
        constants = tuple(
            self._prepare(each, entries) if isinstance(each, CodeType) else each
            for each in code.co_consts
        )
        executed = code
        if pieces:
            co_code, linetable, exceptiontable, stacksize = pieces
            executed = code.replace(
                co_code=co_code,
                co_linetable=linetable,
                co_exceptiontable=exceptiontable,
                co_stacksize=stacksize,
                co_consts=constants,
            )
        elif any(new is not old for new, old in zip(constants, code.co_consts, strict=True)):
            executed = code.replace(co_consts=constants)
        self._watched[id(executed)] = Watched(code, executed, table, is_split)
        host.set_local_events(self._tool, executed, self._event)
        return executed

    def import_all(self) -> None:
        """Import now what would be imported when it is needed."""
        import bytecov.record.native.planning  # noqa: F401

    def original(self, code: CodeType) -> CodeType:
        """The code object that `prepare` was given for this one."""
        watched = self._watched.get(id(code))
        return code if watched is None else watched.original

    def take(self, context: str) -> "list[Recorded]":
        """The hits of every code object that has run since the last time."""
        self._entries.write()
        kept, self._kept = [*self._kept, self._cut(context)], []
        self._news.clear()
        return list(self._taken(kept))

    def cut(self, context: str) -> None:
        """What was seen since the last cut happened in `context`; see everything anew."""
        self._kept.append(self._cut(context))
        for key in self._told:
            executed = self._watched[key].executed
            host.set_local_events(self._tool, executed, 0)
            host.set_local_events(self._tool, executed, self._event)
        self._news.clear()
        self._told.clear()

    def forget(self) -> None:
        """Drop what was seen and not taken."""
        self._cut("")
        self._news.clear()
        self._kept.clear()

    def news(self, context: str) -> list[tuple[str, CodeType, list[int]]]:
        """What was seen since the last news: units of code objects."""
        self._is_read = True
        unread, self._unread = self._unread, []
        cuts, start = self._cuts, self._read
        tail = self._hits[start:]
        if cuts == self._cuts:
            self._read = start + len(tail)
        told: dict[tuple[str, int], list[int]] = defaultdict(list)
        for name, taken in [*unread, (context, tail)]:
            for code, unit in zip(taken[::2], taken[1::2], strict=False):
                told[name, id(code)].append(unit)
        return [(name, self._watched[key].original, units) for (name, key), units in told.items()]

    def replay(self, code: CodeType, told: list[int]) -> None:
        """As if a code object that was prepared had told this."""
        for watched in self._watched.values():
            if watched.original is code:
                for unit in told:
                    self._hits += watched.executed, unit
                return

    def close(self) -> None:
        """Watch no more: tool ids are few."""
        self._unfollow()
        for watched in self._watched.values():
            host.set_local_events(self._tool, watched.executed, 0)
        host.register_callback(self._tool, self._event, None)
        host.free_tool_id(self._tool)

    def _cut(self, context: str) -> Cut:
        """What was told since the last cut of originals of which there is news: a location tells
        once, so what follows from two is in all that was told."""
        taken = self._hits[:]
        del self._hits[: len(taken)]
        if self._is_read:
            self._unread.append((context, taken[self._read :]))
        self._cuts += 1
        self._read = 0
        for code, unit in zip(taken[::2], taken[1::2], strict=True):
            self._told[id(code)].add(unit)
            self._news.add(id(code))
        news = {id(self._watched[key].original) for key in self._news}
        found = {
            key: array("I", sorted(units)).tobytes()
            for key, units in self._told.items()
            if id(self._watched[key].original) in news
        }
        pack = self._packed.setdefault
        return Cut(context, {key: pack(each, each) for key, each in found.items()})

    def _taken(self, cuts: list[Cut]) -> "Iterator[Recorded]":
        from bytecov.model.hits import Recorded, Told

        known: dict[tuple[object, ...], Told] = {}
        for context, cut in cuts:
            by_original: dict[int, list[int]] = defaultdict(list)  # a copy has the same original
            for key in cut:
                by_original[id(self._watched[key].original)].append(key)
            for original, keys in by_original.items():
                parts = {key: cut[key] for key in keys}
                begun = original in self._begun
                ran = (begun, *parts.items())
                if ran not in known:
                    told = marshal.dumps((begun, sorted(parts.values())))
                    known[ran] = Told(told, partial(self._derived, begun, parts))
                yield Recorded(self._watched[keys[0]].original, context, known[ran])
            self._begun.update(by_original)

    def _derived(self, begun: bool, cut: dict[int, bytes]) -> "Hits":
        """The hits of the original of these code objects."""
        from bytecov.record.native.derive import by_unit, derive

        told: set[Meaning] = set()
        for key, packed in cut.items():
            watched = self._watched[key]
            table = revive(unpack(watched.table))
            meanings = by_unit(watched.executed.co_code, table.meanings)
            units = array("I")
            units.frombytes(packed)
            told.update(meanings[unit] for unit in units)
        hits = derive(table, told, begun)
        if not watched.is_split:
            return hits
        from bytecov.record.native.planning import unsplit

        return unsplit(watched.original, hits)

    def _adopt(self, code: CodeType, copy: CodeType) -> None:
        """Watch what the program made of a watched code object with other flags."""
        watched = self._watched.get(id(code))
        if watched is not None:
            self._watched[id(copy)] = watched._replace(executed=copy)
            host.set_local_events(self._tool, copy, self._event)


def _planned(code: CodeType) -> Entry:
    from bytecov.record.native.planning import plan_code

    made, table, is_split = plan_code(code)
    pieces = made.co_code, made.co_linetable, made.co_exceptiontable, made.co_stacksize
    return None if made is code else pieces, pack(plain(table)), is_split


def _claim_tool() -> int:
    """The best free tool id; `record/engine.py` has seen to it that there is one."""
    tool = free_tools()[0]
    host.use_tool_id(tool, "bytecov")
    return tool
