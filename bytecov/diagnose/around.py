"""How one run of a function came to a line, or passed it: from the instructions that it went
through, in their order."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import CodeType

from bytecov.diagnose.evidence import Evidence
from bytecov.diagnose.goals import PHASE, sizes_of
from bytecov.diagnose.reach import why_line
from bytecov.flow.blocks import Flow
from bytecov.model.edge import Edge, EdgeKind
from bytecov.model.obligation import ObligationKey

STEP = re.compile(r"\s*(?P<offset>\d+)  (?P<name>[A-Z][A-Z_0-9]+)\b")


@dataclass(frozen=True, slots=True)
class Stop:
    """A line that a call came to, what was decided there, and whether it is the one asked about.
    `turned`: here control went another way than to it."""

    line: int
    outcomes: tuple[ObligationKey, ...]
    is_target: bool
    turned: bool


@dataclass(frozen=True, slots=True)
class Passage:
    """One call: the `number`th of `calls`.  `reached` tells whether it came to the line."""

    code: CodeType
    number: int
    calls: int
    reached: bool
    stops: tuple[Stop, ...]


def code_at(evidence: Evidence, line: int) -> CodeType | None:
    """The innermost code object with instructions on a line."""
    found = [
        code
        for code, flow in evidence.links.flows.items()
        if any(one.line == line and one.name != "RESUME" for one in flow.instructions)
    ]
    return max(found, key=lambda code: code.co_firstlineno, default=None)


def tests_near(evidence: Evidence, code: CodeType, line: int) -> list[str]:
    """The tests that came to a line, else to where they would have had to turn, else into its
    function: small ones first.  Known where contexts were kept."""
    gates = why.gates if (why := why_line(evidence, line)) else ()
    spans = {key.span for gate in gates for key in gate.keys}
    leading = {key for key in evidence.tests if key.span in spans} or _leading(evidence, code, line)
    sizes = sizes_of([evidence])
    found = {test for key in leading for test in evidence.tests.get(key, ())}
    if not found:
        inside = {key for keys in evidence.links.outcomes[code].values() for key in keys}
        found = {test for key in inside for test in evidence.tests.get(key, ())}
    names = dict.fromkeys(sorted(found, key=lambda test: (sizes[test], test)))
    return list(dict.fromkeys(PHASE.sub("", name) for name in names))


def _leading(evidence: Evidence, code: CodeType, line: int) -> set[ObligationKey]:
    """The outcomes on a line; of one that decides nothing, those behind which control cannot miss
    it, though it can before."""
    flow, outcomes = evidence.links.flows[code], evidence.links.outcomes[code]
    here = [one.offset for one in flow.instructions if one.line == line and one.name != "RESUME"]
    own = {key for edge, keys in outcomes.items() if edge.source in here for key in keys}
    goal, after = flow.block_of[min(here)].start, flow.normal_graph.post_dominators
    leading: set[ObligationKey] = set()
    for edges in flow.branches.values():
        behind = [edge for edge in edges if goal in after.get(edge.destination, ())]
        if len(behind) < len(edges):
            leading.update(key for edge in behind for key in outcomes.get(edge, ()))
    return own or leading


def passage(
    evidence: Evidence, code: CodeType, line: int, traced: Iterable[str]
) -> Passage | None:
    """What `bytecov trace --ops --function …` told of a function, as one passage: the last call
    that came to the line, else the last that came to where it would have had to turn."""
    calls = _calls(evidence, code, traced)
    if not calls:
        return None
    flow = evidence.links.flows[code]
    here = {one.offset for one in flow.instructions if one.line == line and one.name != "RESUME"}
    reached = [i for i, call in enumerate(calls) if here.intersection(call)]
    sources = deciding(flow, min(here))
    ranks = [max((sources.get(offset, 0) for offset in call), default=0) for call in calls]
    near = [i for i, rank in enumerate(ranks) if rank == max(ranks)]
    chosen = (reached or near)[-1]
    turn = next((offset for offset, rank in sources.items() if rank == ranks[chosen]), -1)
    stops = tuple(_stops(evidence, code, calls[chosen], line, -1 if reached else turn))
    return Passage(code, chosen + 1, len(calls), bool(reached), stops)


def deciding(flow: Flow, offset: int) -> dict[int, int]:
    """{branch that decides whether control comes to an instruction: how near, more is nearer}

    An instruction depends on an edge that it cannot be missed behind, although it can be missed
    before (Ferrante, Ottenstein, Warren 1987, control dependence); on the branches that these
    depend on, too.  The nearest lies deepest in the tree of dominators.
    """
    after = flow.normal_graph.post_dominators
    depth = flow.graph.dominators
    found: dict[int, int] = {}
    waiting, seen = [flow.block_of[offset].start], set[int]()
    while waiting:
        goal = waiting.pop()
        if goal in seen:
            continue
        seen.add(goal)
        for source, edges in flow.branches.items():
            block = flow.block_of[source].start
            behind = [goal in after.get(edge.destination, ()) for edge in edges]
            if any(behind) and not (all(behind) and goal != block):
                found[source] = len(depth.get(block, ()))
                waiting.append(block)
    return found


def _calls(evidence: Evidence, code: CodeType, traced: Iterable[str]) -> list[list[int]]:
    """The offsets that each call went through.  Calls inside calls are indented."""
    known = evidence.links.flows[code].by_offset
    first = min(known)
    calls: list[list[int]] = []
    innermost: dict[int, list[int]] = {}  # by indentation
    for text in traced:
        found = STEP.match(text)
        instruction = known.get(int(found["offset"])) if found else None
        if found is None or instruction is None or instruction.name != found["name"]:
            continue
        margin = found.end("offset")
        if instruction.offset == first or margin not in innermost:
            innermost[margin] = []
            calls.append(innermost[margin])
        innermost[margin].append(instruction.offset)
    return calls


def _stops(
    evidence: Evidence, code: CodeType, offsets: Sequence[int], target: int, turn: int
) -> Iterable[Stop]:
    """Offsets put together by line, with the outcomes that the edges between them are; `turn` is
    the branch that decided against the line, the last time that it ran."""
    flow = evidence.links.flows[code]
    meanings = evidence.links.outcomes[code]
    last_turn = max((i for i, offset in enumerate(offsets) if offset == turn), default=-1)
    line: int | None = None
    keys: list[ObligationKey] = []
    turned = False
    for i, (offset, following) in enumerate(pairwise([*offsets, -1])):
        instruction = flow.by_offset[offset]
        now = instruction.line if instruction.name != "RESUME" else None
        if now is not None and now != line:
            if line is not None:
                yield Stop(line, tuple(keys), line == target, turned)
            line, keys, turned = now, [], False
        for kind in (EdgeKind.NEXT, EdgeKind.JUMP):
            keys += meanings.get(Edge(offset, following, kind), ())
        turned = turned or i == last_turn
    if line is not None:
        yield Stop(line, tuple(keys), line == target, turned)
