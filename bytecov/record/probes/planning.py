"""From a code object to the pieces of its probed form, and the facts that explain its probes."""

from types import CodeType
from typing import Any

from bytecov.flow.blocks import flow
from bytecov.model.edge import Edge
from bytecov.model.hits import Hits
from bytecov.record.paths.retests import split_retests
from bytecov.record.probes.derive import Derivation
from bytecov.record.probes.flags import Flags, Raised
from bytecov.record.probes.plan import plan_probes
from bytecov.record.probes.rewrite import add_probes
from bytecov.record.probes.segments import Segments

Pieces = tuple[bytes, bytes, bytes, int, tuple[str, ...], tuple[int, ...]]
"""co_code, co_linetable, co_exceptiontable, co_stacksize, names of ours, constants of ours: the
number of a `Flags`, `RAISED`, or a constant number, which is below."""
RAISED = -1
"""The `Raised`; -1 - offset, which handlers of a RERAISE add to it, is told by -2 - offset."""
Says = tuple[tuple[int, ...] | int, ...]
"""What each flag says: an edge, or that a segment came to its end."""


def plan_code(code: CodeType) -> tuple[Pieces, Says, tuple[int, ...], bool]:
    """Pieces, what flags say, the original offset of each instruction (-1: ours), `is_split`."""
    found = flow(code)
    way_back = split_retests(found)
    segments = Segments(flow(way_back.code) if way_back else found)
    probed = add_probes(segments, plan_probes(segments))
    made = probed.code
    numbers = {id(each): number for number, each in enumerate(probed.flags)}
    own = made.co_consts[max(1, len(code.co_consts)) :]
    pieces = (
        made.co_code,
        made.co_linetable,
        made.co_exceptiontable,
        made.co_stacksize,
        made.co_names[len(code.co_names) :],
        tuple(_told(each, numbers) for each in own),
    )
    says = tuple(tuple(map(int, each)) if isinstance(each, Edge) else each for each in probed.says)
    return pieces, says, probed.origins, way_back is not None


def _told(constant: Any, numbers: dict[int, int]) -> int:
    if isinstance(constant, Raised):
        return RAISED
    return numbers[id(constant)] if isinstance(constant, Flags) else constant - 1


def derive(
    code: CodeType,
    is_split: bool,
    told: list[Edge | int],
    raised: set[int],
    standing: set[int],
) -> Hits:
    """The hits of `code`.

    `told` by flags; `raised`: original offsets that exceptions left; `standing`: those where frames
    are.
    """
    found = flow(code)
    way_back = split_retests(found) if is_split else None
    segments = Segments(flow(way_back.code) if way_back else found)
    derivation = Derivation(segments, {_blamed(segments, each) for each in raised})
    for offset in standing:
        derivation.reach(offset)
    for says in told:
        if isinstance(says, Edge):
            derivation.take(says)
        else:
            derivation.complete(segments.of[says])
    hits = derivation.hits()
    return way_back.restore(hits) if way_back else hits


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
