"""The recorder for 3.11: probes in the code itself."""

import sys
from collections.abc import Iterator
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


class ProbeRecorder:
    """Sees every offset and edge, exceptions too, without counts."""

    name = "native"
    observes = frozenset({"offsets", "edges", "exception_edges"})

    def __init__(self) -> None:
        self._watched: dict[int, Watched] = {}  # by the id of the code object that is executed

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
        running: dict[int, set[int]] = {}
        for frame in _frames():
            if id(frame.f_code) in self._watched:
                running.setdefault(id(frame.f_code), set()).add(frame.f_lasti)
        taken = []
        for key, watched in list(self._watched.items()):
            hits = _take(watched, running.get(key, set()))
            if hits.offsets:
                hits = watched.way_back.restore(hits) if watched.way_back else hits
                taken.append(Recorded(watched.original, context, hits))
        return taken


def _take(watched: Watched, running: set[int]) -> Hits:
    """The hits of one code object; `running`: units where its frames stand now."""
    probed = watched.probed
    flags = [flag for each in probed.flags for flag in take_flags(each)]
    told = [says for says, is_set in zip(probed.says, flags, strict=False) if is_set]
    raised = set(probed.raised)
    probed.raised.difference_update(raised)
    if not (told or raised or running):
        return Hits()
    owners = unit_owners(watched.executed.co_code, probed.origins)
    places = {-1 - each if each < 0 else owners[2 * each] for each in raised} - {-1}
    places = {_blamed(watched.segments, each) for each in places}
    derivation = Derivation(watched.segments, places)
    for unit in running:
        if (offset := owners[unit]) >= 0:
            derivation.reach(offset)
    for says in told:
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
