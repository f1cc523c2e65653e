"""The recorder for 3.11: probes in the code itself."""

import sys
from collections.abc import Iterable, Iterator
from types import CodeType, FrameType
from typing import NamedTuple

from bytecov.flow.blocks import flow
from bytecov.model.edge import Edge
from bytecov.model.hits import Hits, Recorded
from bytecov.record.native.derive import unit_owners
from bytecov.record.paths.retests import split_retests
from bytecov.record.paths.split import Split
from bytecov.record.probes.derive import Derivation
from bytecov.record.probes.flags import take_flags
from bytecov.record.probes.plan import plan_probes
from bytecov.record.probes.rewrite import Probed, add_probes
from bytecov.record.probes.segments import Segments


class Watched(NamedTuple):
    """One measured code object."""

    original: CodeType
    way_back: Split | None
    executed: CodeType
    segments: Segments
    probed: Probed


class Seen(NamedTuple):
    """What a code object has told: probes by number, units that exceptions came from, and units
    where frames of it stand."""

    told: frozenset[int]
    raised: frozenset[int]
    running: frozenset[int]


class ProbeRecorder:
    """Sees every offset and edge, exceptions too, without counts."""

    name = "native"
    observes = frozenset({"offsets", "edges", "exception_edges"})

    def __init__(self) -> None:
        self._watched: dict[int, Watched] = {}  # by the id of the code object that is executed
        self._kept: dict[tuple[int, Seen], list[str]] = {}  # contexts of the same

    def prepare(self, code: CodeType) -> CodeType:
        """`code` with probes, nested code objects too."""
        found = flow(code)
        way_back = split_retests(found)
        segments = Segments(flow(way_back.code) if way_back else found)
        probed = add_probes(segments, plan_probes(segments))
        executed = probed.code.replace(
            co_consts=tuple(
                self.prepare(each) if isinstance(each, CodeType) else each
                for each in probed.code.co_consts
            )
        )
        self._watched[id(executed)] = Watched(code, way_back, executed, segments, probed)
        return executed

    def original(self, code: CodeType) -> CodeType:
        """The code object that `prepare` was given for this one."""
        watched = self._watched.get(id(code))
        return code if watched is None else watched.original

    def take(self, context: str) -> list[Recorded]:
        """The hits of every code object that has run since the last time."""
        kept, self._kept = self._kept, {}
        taken: list[Recorded] = []
        for (key, seen), contexts in kept.items():
            taken += self._recorded(self._watched[key], seen, contexts)
        for watched, seen in self._seen():
            taken += self._recorded(watched, seen, [context])
        return taken

    def cut(self, context: str) -> None:
        """What was seen since the last cut happened in `context`; see everything anew."""
        for watched, seen in self._seen():
            self._kept.setdefault((id(watched.executed), seen), []).append(context)

    def forget(self) -> None:
        """Drop what was seen and not taken."""
        self._kept.clear()
        for _ in self._seen():
            pass

    def _seen(self) -> Iterator[tuple[Watched, Seen]]:
        """What every code object has to tell; clears it."""
        running: dict[int, set[int]] = {}
        for frame in _frames():
            if id(frame.f_code) in self._watched:
                running.setdefault(id(frame.f_code), set()).add(frame.f_lasti)
        for key, watched in list(self._watched.items()):
            probed = watched.probed
            flags = [flag for each in probed.flags for flag in take_flags(each)]
            told = frozenset(i for i, is_set in enumerate(flags) if is_set)
            raised = frozenset(probed.raised)
            probed.raised.difference_update(raised)
            if told or raised or key in running:
                yield watched, Seen(told, raised, frozenset(running.get(key, ())))

    def _recorded(
        self, watched: Watched, seen: Seen, contexts: Iterable[str]
    ) -> Iterator[Recorded]:
        hits = _hits(watched, seen)
        if hits.offsets:
            hits = watched.way_back.restore(hits) if watched.way_back else hits
            yield from (Recorded(watched.original, one, hits) for one in contexts)


def _hits(watched: Watched, seen: Seen) -> Hits:
    """The hits of one code object."""
    probed = watched.probed
    owners = unit_owners(watched.executed.co_code, probed.origins)
    places = {-1 - each if each < 0 else owners[2 * each] for each in seen.raised} - {-1}
    places = {_blamed(watched.segments, each) for each in places}
    derivation = Derivation(watched.segments, places)
    for unit in seen.running:
        if (offset := owners[unit]) >= 0:
            derivation.reach(offset)
    for says in (probed.says[i] for i in sorted(seen.told)):
        if isinstance(says, Edge):
            derivation.take(says)
        else:
            derivation.complete(watched.segments.of[says])
    return derivation.hits()


def _blamed(segments: Segments, offset: int) -> int:
    """The instruction that an exception belongs to that left from the one at `offset`.

    What throw() passes on comes back at the end of the SEND loop (Objects/genobject.c,
    _gen_throw), and belongs to YIELD_VALUE.  Specialised PRECALLs do the work of their CALL.
    """
    segment = segments.of[offset]
    name = segments.flow.by_offset[offset].name
    if name == "JUMP_BACKWARD_NO_INTERRUPT" and segment.start in segments.resumed:
        return segments.resumed[segment.start].source
    if name == "PRECALL":
        return offset + segments.flow.by_offset[offset].size
    return offset


def _frames() -> Iterator[FrameType]:
    """Every frame of every thread."""
    for frame in sys._current_frames().values():
        here: FrameType | None = frame
        while here is not None:
            yield here
            here = here.f_back
