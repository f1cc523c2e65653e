"""The whole story of one line: what was decided on it, what ran, and why the rest did not."""

from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType
from typing import NamedTuple

from bytecov.diagnose.evidence import Evidence
from bytecov.diagnose.fixed import Behind, Fixed, fixed_tests, why_dead
from bytecov.diagnose.nearness import NearestWay, NearMiss, near_miss, nearest_way
from bytecov.diagnose.reach import Why, why, why_line
from bytecov.diagnose.shapes import Shapes
from bytecov.flow.blocks import Flow
from bytecov.model.decision import Condition, Decision
from bytecov.model.hits import Hits
from bytecov.model.obligation import ObligationKey
from bytecov.model.result import DecisionResult, OutcomeResult, Status
from bytecov.model.span import Span


@dataclass(frozen=True, slots=True)
class OutcomeStory:
    """One outcome: what came of it, in which tests; if it never happened, why, and what came
    nearest."""

    key: ObligationKey
    result: OutcomeResult
    tests: tuple[str, ...]
    why: Why | None
    near: NearMiss | NearestWay | None = None


@dataclass(frozen=True, slots=True)
class DecisionStory:
    """A decision with the outcomes of the whole, and of each condition if there are several."""

    decision: Decision
    outcomes: tuple[OutcomeStory, ...]
    conditions: tuple[tuple[Condition, tuple[OutcomeStory, ...]], ...]


class CodeStory(NamedTuple):
    """The part of a code object that speaks of the line: whole blocks, by their start, with those
    that lead to them and those they lead to; and what no one wrote in it, {offset: idiom}."""

    flow: Flow
    hits: Hits | None
    blocks: tuple[int, ...]
    around: tuple[int, ...]
    artifacts: dict[int, str]


@dataclass(frozen=True, slots=True)
class Story:
    """A line.  `count` None: it never ran; 0: it ran, how often is not known."""

    evidence: Evidence
    line: int
    text: str
    function: str
    has_code: bool
    count: int | None
    why: Why | None
    decisions: tuple[DecisionStory, ...]
    codes: tuple[CodeStory, ...]
    fixed: tuple[Fixed, ...] = ()  # tests on the line that always come out alike
    dead: Fixed | Behind | None = None  # why the line cannot run


def story(evidence: Evidence, line: int, col: int | None = None) -> Story:
    """The story of a line, or of the innermost decision at a column of it."""
    chosen = [
        one for one in evidence.result.decisions if one.decision.span.line <= line <= _end(one)
    ]
    if col is not None:
        inside = [one for one in chosen if _holds(one.decision.span, line, col)]
        smallest = min(inside, key=lambda one: _size(one.decision.span), default=None)
        chosen = [smallest] if smallest else []
    lines = {line}
    for one in chosen:
        lines.update(range(one.decision.span.line, one.decision.span.end_line + 1))
    codes = tuple(_codes(evidence, lines))
    has_code = any(
        one.line == line for flow in evidence.links.flows.values() for one in flow.instructions
    )
    count, shapes = _times(evidence, line), Shapes(evidence.source, evidence.statements)
    return Story(
        evidence=evidence,
        line=line,
        text=evidence.source.lines[line - 1],
        function=_function(evidence, line),
        has_code=has_code,
        count=count,
        why=why_line(evidence, line),
        decisions=tuple(_told(evidence, one) for one in chosen),
        codes=codes,
        fixed=tuple(fixed_tests(evidence.source, shapes, line)),
        dead=why_dead(evidence.source, shapes, line) if count is None else None,
    )


def _end(result: DecisionResult) -> int:
    return result.decision.span.end_line


def _size(span: Span) -> tuple[int, int]:
    lines = span.end_line - span.line
    return lines, span.end_col - span.col


def _holds(span: Span, line: int, col: int) -> bool:
    return span[:2] <= (line, col) < span[2:]


def _told(evidence: Evidence, result: DecisionResult) -> DecisionStory:
    decision = result.decision
    alone = len(result.conditions) == 1
    outcomes = tuple(
        _outcome(evidence, decision.key(name), found) for name, found in result.outcomes.items()
    )
    return DecisionStory(
        decision,
        outcomes,
        ()
        if alone
        else tuple(
            (
                part.condition,
                tuple(
                    _outcome(evidence, part.condition.key(name), found)
                    for name, found in part.outcomes.items()
                ),
            )
            for part in result.conditions
        ),
    )


def _outcome(evidence: Evidence, key: ObligationKey, found: OutcomeResult) -> OutcomeStory:
    near: NearMiss | NearestWay | None = None
    if found.status is Status.MISSED:
        near = near_miss(evidence.values, evidence.condition_key(key))
        result = evidence.decision_of.get(key)
        if near is None and result and key.kind != "condition":
            near = nearest_way(evidence.values, result, key.outcome)
    return OutcomeStory(key, found, evidence.tests.get(key, ()), why(evidence, key), near)


def _times(evidence: Evidence, line: int) -> int | None:
    """How often control came to a line from another one; None for never, 0 for not known."""
    counts: list[int] = []
    ran = False
    for code, flow in evidence.links.flows.items():
        here = {one.offset for one in flow.instructions if one.line == line}
        for offset in here:
            if evidence.ran(code, offset) is not None:
                ran = True
                counts += _arrivals(evidence, flow, offset, here)
    if not ran:
        return None
    return sum(counts) if all(counts) else 0


def _arrivals(evidence: Evidence, flow: Flow, offset: int, here: set[int]) -> Iterator[int]:
    """The counts of the ways to an instruction from instructions that are not `here`."""
    block = flow.block_of[offset]
    if offset != block.start:
        before = max(one.offset for one in block.instructions if one.offset < offset)
        if before not in here:
            yield evidence.ran(flow.code, offset) or 0
        return
    hits = evidence.hits[flow.code]
    if offset == flow.blocks[0].start:
        yield hits.offsets[offset]
    for edge, count in hits.edges.items():
        if edge.destination == offset and edge.source not in here:
            yield count


def _function(evidence: Evidence, line: int) -> str:
    """The innermost function whose code has the line, "" for the module's own."""
    found = [
        (code.co_firstlineno, code.co_qualname)
        for code, flow in evidence.links.flows.items()
        if any(one.line == line and one.name != "RESUME" for one in flow.instructions)
    ]
    name = max(found)[1] if found else ""
    return "" if name == "<module>" else name


def _codes(evidence: Evidence, lines: set[int]) -> Iterator[CodeStory]:
    for code, flow in evidence.links.flows.items():
        blocks = tuple(
            block.start
            for block in flow.blocks
            if any(one.line in lines and one.name != "RESUME" for one in block.instructions)
        )
        if not blocks:
            continue
        around = {
            other
            for start in blocks
            for other in (
                *flow.normal_graph.predecessors[start],
                *flow.normal_graph.successors[start],
            )
        }
        yield CodeStory(
            flow=flow,
            hits=evidence.hits.get(code),
            blocks=blocks,
            around=tuple(sorted(around - set(blocks))),
            artifacts=_artifacts(evidence, code, lines),
        )


def _artifacts(evidence: Evidence, code: CodeType, lines: set[int]) -> dict[int, str]:
    flow = evidence.links.flows[code]
    return {
        offset: name
        for (owner, offset), name in evidence.links.artifacts.items()
        if owner == code and flow.by_offset[offset].line in lines
    }
