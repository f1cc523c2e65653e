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
        self._watched[id(executed)] = Watched(code, way_back, found, how, executed, meanings)
        host.set_local_events(self._tool, executed, self._event)
        return executed

    def original(self, code: CodeType) -> CodeType:
        """The code object that `prepare` was given for this one."""
        watched = self._watched.get(id(code))
        return code if watched is None else watched.original

    def take(self, context: str) -> list[Recorded]:
        """The hits of every code object that has run since the last time."""
        taken = self._hits[:]
        del self._hits[: len(taken)]
        units: dict[int, set[int]] = defaultdict(set)
        for code, unit in zip(taken[::2], taken[1::2], strict=True):
            units[id(code)].add(unit)
        told: dict[int, set[Meaning]] = defaultdict(set)
        for key, found in units.items():
            watched = self._watched[key]
            meanings = by_unit(watched.executed.co_code, watched.meanings)
            told[id(watched.original)].update(meanings[unit] for unit in found)
        by_original = {id(watched.original): watched for watched in self._watched.values()}
        return [
            Recorded(watched.original, context, _derived(watched, told[key]))
            for key, watched in by_original.items()
            if key in told
        ]

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
