"""The recorder for 3.12 and later: `sys.monitoring` tells of each instruction once.

Events are local to measured code objects, and each location turns itself off when it has been
told: code that runs again runs as fast as ever, and code that is not measured never pays.
Everything else is worked out after the run.
"""

from collections import defaultdict
from collections.abc import Iterable
from types import CodeType
from typing import Any, NamedTuple

from bytecov.flow.blocks import Flow, flow
from bytecov.model.hits import Hits, Recorded
from bytecov.record.engine import free_tools
from bytecov.record.native.callback import build_callback, host
from bytecov.record.native.copies import follow_copies
from bytecov.record.native.derive import by_unit, derive
from bytecov.record.native.plan import Plan, plan
from bytecov.record.native.rewrite import Meaning, rewrite
from bytecov.record.paths.retests import split_retests
from bytecov.record.paths.split import Split


class Watched(NamedTuple):
    """One measured code object."""

    original: CodeType
    way_back: Split | None
    flow: Flow
    plan: Plan
    executed: CodeType
    meanings: tuple[Meaning, ...]


class MonitoringRecorder:
    """Sees every offset and edge, exceptions too, without counts."""

    name = "native"
    observes = frozenset({"offsets", "edges", "exception_edges"})

    def __init__(self) -> None:
        self._hits: list[Any] = []
        self._watched: dict[int, Watched] = {}  # by the id of the code object that is executed
        self._by_original: dict[int, Watched] = {}
        self._units: dict[int, dict[int, Meaning]] = {}  # as `_watched`
        self._told: dict[int, set[Meaning]] = defaultdict(set)  # since all was seen anew
        self._news: set[int] = set()  # keys of `_told` with something not taken
        self._kept: dict[tuple[int, frozenset[Meaning]], list[str]] = {}  # contexts of the same
        self._tool = _claim_tool()
        self._event = host.events.INSTRUCTION
        host.register_callback(self._tool, self._event, build_callback(self._hits))
        follow_copies(self._adopt)

    def prepare(self, code: CodeType) -> CodeType:
        """`code`, or the same with places for its edges; nested code objects, too."""
        constants = tuple(
            self.prepare(each) if isinstance(each, CodeType) else each for each in code.co_consts
        )
        found = flow(code)
        way_back = split_retests(found)
        if way_back:
            found = flow(way_back.code)
        how = plan(found)
        executed = found.code
        meanings: tuple[Meaning, ...] = tuple(each.offset for each in found.instructions)
        if how.marked:
            executed, meanings = rewrite(found, how.marked)
        if any(new is not old for new, old in zip(constants, code.co_consts, strict=True)):
            executed = executed.replace(co_consts=constants)
        watched = Watched(code, way_back, found, how, executed, meanings)
        self._watched[id(executed)] = self._by_original[id(code)] = watched
        host.set_local_events(self._tool, executed, self._event)
        return executed

    def original(self, code: CodeType) -> CodeType:
        """The code object that `prepare` was given for this one."""
        watched = self._watched.get(id(code))
        return code if watched is None else watched.original

    def take(self, context: str) -> list[Recorded]:
        """The hits of every code object that has run since the last time."""
        self._drain()
        taken = []
        for (key, told), contexts in self._kept.items():
            watched = self._by_original[key]
            hits = _derived(watched, told)
            taken += [Recorded(watched.original, one, hits) for one in contexts]
        # A location tells once: what follows from two is in all that was told, not in the news.
        for key in sorted(self._news):
            watched = self._by_original[key]
            hits = _derived(watched, self._told[key])
            taken.append(Recorded(watched.original, context, hits))
        self._kept.clear()
        self._news.clear()
        return taken

    def cut(self, context: str) -> None:
        """What was seen since the last cut happened in `context`; see everything anew."""
        self._drain()
        for key in self._news:
            self._kept.setdefault((key, frozenset(self._told[key])), []).append(context)
        self._news.clear()
        self._told.clear()
        host.restart_events()

    def forget(self) -> None:
        """Drop what was seen and not taken."""
        self._drain()
        self._news.clear()
        self._kept.clear()

    def _drain(self) -> None:
        """Sort what the callback has put down."""
        taken = self._hits[:]
        del self._hits[: len(taken)]
        for code, unit in zip(taken[::2], taken[1::2], strict=True):
            watched = self._watched[id(code)]
            units = self._units.get(id(code))
            if units is None:
                units = by_unit(watched.executed.co_code, watched.meanings)
                self._units[id(code)] = units
            key = id(watched.original)
            self._told[key].add(units[unit])
            self._news.add(key)

    def _adopt(self, code: CodeType, copy: CodeType) -> None:
        """Watch what the program made of a watched code object with other flags."""
        watched = self._watched.get(id(code))
        if watched is not None:
            self._watched[id(copy)] = watched._replace(executed=copy)
            host.set_local_events(self._tool, copy, self._event)


def _derived(watched: Watched, told: Iterable[Meaning]) -> Hits:
    """The hits of the original code."""
    hits = derive(watched.flow, watched.plan, told)
    return watched.way_back.restore(hits) if watched.way_back else hits


def _claim_tool() -> int:
    """The best free tool id; `record/engine.py` has seen to it that there is one."""
    tool = free_tools()[0]
    host.use_tool_id(tool, "bytecov")
    return tool
