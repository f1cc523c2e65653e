"""Why an outcome never happened: never reached, reached but never so, or impossible.

What was never reached is followed back over the flow graph: from the branch up its dominators, the
blocks that every way to it goes through, to the last one that ran; and to the **gates**, the edges
by which control would have left what ran for where it had to go.  One of them must be taken.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from types import CodeType
from typing import NamedTuple

from bytecov.bytecode.instruction import Instruction
from bytecov.bytecode.nesting import walk
from bytecov.diagnose.evidence import Evidence
from bytecov.flow.blocks import Block, Flow
from bytecov.model.edge import Edge, EdgeKind
from bytecov.model.obligation import ObligationKey
from bytecov.model.result import Status
from bytecov.source.link import DEAD


class Reason(Enum):
    """What an outcome that never happened lacks."""

    NEVER_CALLED = "never called"  # nothing of its code object ran
    NEVER_REACHED = "never reached"
    NEVER_SO = "reached, never so"
    IMPOSSIBLE = "impossible"  # no code, or the author says so
    EXCLUDED = "excluded"
    UNDETERMINED = "undetermined"  # nothing tests it
    UNKNOWN = "unknown"  # no bytecode of this Python to look at


class Gate(NamedTuple):
    """An edge that was never taken, from an instruction that ran towards what was not reached.
    `keys`: the outcomes that it is; none for the way of an exception and for what nobody wrote."""

    code: CodeType
    edge: Edge
    source: Instruction
    keys: tuple[ObligationKey, ...]


@dataclass(frozen=True, slots=True)
class Why:
    """The reason, and what would have to happen first.

    `last` is the last instruction of the nearest dominator that ran; `skipped` are the lines of the
    dominators behind it that did not; `count` how often the test came out otherwise, 0 if that is
    not known.
    """

    reason: Reason
    gates: tuple[Gate, ...] = ()
    last: Instruction | None = None
    skipped: tuple[int, ...] = ()
    count: int = 0
    function: str = ""
    said: str | None = None  # the author's reason


def why(evidence: Evidence, key: ObligationKey) -> Why | None:
    """Why an outcome never happened; None if it did."""
    found = evidence.outcomes.get(key)
    if found is None or found.status is Status.COVERED:
        return None
    if found.status is Status.EXCLUDED:
        unfound = evidence.links.unfound
        dead = any(one.key == key and one.reason == DEAD for one in unfound)
        impossible = dead or found.reason
        return Why(Reason.IMPOSSIBLE if impossible else Reason.EXCLUDED, said=found.reason)
    if found.status is Status.UNDETERMINED:
        return Why(Reason.UNDETERMINED)
    found_why = _why_never(evidence, _places(evidence, key))
    if found_why.reason is Reason.NEVER_SO:  # a branch counts values that it tests again, too
        return replace(found_why, count=_reached(evidence, key))
    return found_why


def _reached(evidence: Evidence, key: ObligationKey) -> int:
    """How often something else came of the test; 0 if that is not known."""
    others = [
        found.count
        for other, found in evidence.outcomes.items()
        if other[:2] == key[:2] and other != key and found.status is Status.COVERED
    ]
    return sum(count or 0 for count in others) if all(others) else 0


def why_line(evidence: Evidence, line: int) -> Why | None:
    """Why a line never ran; None if it did, or has no code."""
    places = [
        (code, one.offset)
        for code, flow in evidence.links.flows.items()
        for one in flow.instructions
        if one.line == line and one.name != "RESUME"
    ]
    if not places or any(evidence.ran(*place) is not None for place in places):
        return None
    return _why_never(evidence, places[:1])


def _why_never(evidence: Evidence, places: list[tuple[CodeType, int]]) -> Why:
    """Why none of these instructions went on as it should."""
    if not places or not evidence.measured_here:
        return Why(Reason.UNKNOWN)
    ran = [(code, offset) for code, offset in places if evidence.ran(code, offset) is not None]
    if ran:
        return Why(Reason.NEVER_SO)
    called = [place for place in places if is_called(evidence, place[0])]
    if not called:
        return _uncalled(evidence, places[0][0])
    code, offset = called[0]
    last, skipped = _dominators(evidence, code, offset)
    found = tuple(gates(evidence, called))
    return Why(Reason.NEVER_REACHED, found, last, skipped, function=code.co_qualname)


def is_called(evidence: Evidence, code: CodeType) -> bool:
    """Whether anything of a code object ran."""
    return code in evidence.hits and bool(evidence.hits[code].offsets)


def _places(evidence: Evidence, key: ObligationKey) -> list[tuple[CodeType, int]]:
    """The instructions that decide an outcome."""
    places = [(code, edge.source) for code, edge in evidence.edges_of(key)]
    result = evidence.decision_of.get(key)
    conditions = [part.condition for part in result.conditions] if result else []
    if not places and key.kind != "condition" and conditions:  # decided by its conditions
        first = conditions[0]
        ways = (first.key("true"), first.key("false"))
        places = [(code, edge.source) for way in ways for code, edge in evidence.edges_of(way)]
    if not places:  # the last operand of a value is tested by nothing: where its code begins
        places = [
            (code, edge.destination)
            for one in conditions
            for way, after in ((one.key("true"), one.if_true), (one.key("false"), one.if_false))
            if not isinstance(after, bool) and conditions[after].span == key.span
            for code, edge in evidence.edges_of(way)
        ]
    if not places:  # a bare `except` has no branch: running its first instruction is the outcome
        places = [
            (code, offset)
            for code, offsets in evidence.links.offsets.items()
            for offset, keys in offsets.items()
            if key in keys
        ]
    return list(dict.fromkeys(places))


def _uncalled(evidence: Evidence, code: CodeType) -> Why:
    """Nothing of its code object ran; where it is made is reached, or is not."""
    for outer in walk(evidence.module):
        for one in evidence.links.flows[outer].instructions:
            made = one.name == "LOAD_CONST" and outer.co_consts[one.oparg] is code
            if not made:
                continue
            if evidence.ran(outer, one.offset) is not None:
                return Why(Reason.NEVER_CALLED, last=one, function=code.co_qualname)
            if is_called(evidence, outer):
                found = tuple(gates(evidence, [(outer, one.offset)]))
                return Why(Reason.NEVER_REACHED, found, function=outer.co_qualname)
    return Why(Reason.NEVER_CALLED, function=code.co_qualname)


def gates(evidence: Evidence, places: Sequence[tuple[CodeType, int]]) -> list[Gate]:
    """The edges out of what ran from which a way that never ran leads to one of these instructions,
    without those behind which an outcome is needed that is a gate itself: into the body of a loop
    whose test, at its end, is the same again."""
    found = list(
        dict.fromkeys(gate for code, offset in places for gate in _gates(evidence, code, offset))
    )
    for gate in list(found):
        keys = {key for other in found if other.keys != gate.keys for key in other.keys}
        if keys and not _leads(evidence, gate, places, keys):
            found.remove(gate)
    return found


def _leads(
    evidence: Evidence,
    gate: Gate,
    places: Sequence[tuple[CodeType, int]],
    without: set[ObligationKey],
) -> bool:
    """Whether a way from a gate to one of the places needs none of these outcomes."""
    flow, outcomes = evidence.links.flows[gate.code], evidence.links.outcomes[gate.code]
    goals = {flow.block_of[offset].start for code, offset in places if code is gate.code}
    closed = {edge for edge, keys in outcomes.items() if without.intersection(keys)}
    onward: dict[int, list[int]] = {}
    for edge in flow.edges - closed:
        onward.setdefault(flow.block_of[edge.source].start, []).append(edge.destination)
    waiting, seen = [gate.edge.destination], set[int]()
    while waiting:
        block = waiting.pop()
        if block not in seen:
            seen.add(block)
            waiting += onward.get(block, ())
    return bool(goals & seen)


def _gates(evidence: Evidence, code: CodeType, offset: int) -> Iterator[Gate]:
    """Those of one instruction."""
    flow = evidence.links.flows[code]
    behind = _backwards(evidence, flow, offset)
    keys = evidence.links.outcomes[code]
    handlers: set[int] = set()
    for edge in sorted(flow.edges):
        if edge.destination not in behind or evidence.ran(code, edge.source) is None:
            continue
        if evidence.taken(code, edge) is not None:
            continue
        if edge.kind is EdgeKind.RAISE:
            if edge.destination in handlers:
                continue  # one is enough to say: no exception came there
            handlers.add(edge.destination)
        yield Gate(code, edge, flow.by_offset[edge.source], keys.get(edge, ()))


def _backwards(evidence: Evidence, flow: Flow, offset: int) -> set[int]:
    """The blocks that never ran and from which others like them lead to the one of `offset`."""
    before = flow.graph.predecessors
    start = flow.block_of[offset].start
    found, waiting = {start}, [start]
    while waiting:
        for block in before[waiting.pop()]:
            if block not in found and not _has_run(evidence, flow, flow.block_of[block]):
                found.add(block)
                waiting.append(block)
    return found


def _has_run(evidence: Evidence, flow: Flow, block: Block) -> bool:
    return evidence.ran(flow.code, block.start) is not None


def _dominators(
    evidence: Evidence, code: CodeType, offset: int
) -> tuple[Instruction | None, tuple[int, ...]]:
    """Up the dominators to the first that ran: the last of its instructions that did, and the
    lines of those passed on the way, from the top."""
    flow = evidence.links.flows[code]
    above = flow.graph.immediate_dominators
    block: int | None = flow.block_of[offset].start
    skipped: list[int] = []
    while block is not None and evidence.ran(code, block) is None:
        line = next((one.line for one in flow.block_of[block].instructions if one.line), None)
        if line is not None and line not in skipped:
            skipped.append(line)
        block = above.get(block)
    if block is None:
        return None, tuple(reversed(skipped))
    inside = flow.block_of[block].instructions
    ran = [one for one in inside if evidence.ran(code, one.offset) is not None]
    return ran[-1], tuple(reversed(skipped))
