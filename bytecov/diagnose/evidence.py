"""One file with all that is known of it: its results, its links, and what ran in its bytecode."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import CodeType
from typing import NamedTuple

from bytecov.bytecode.instruction import Instruction
from bytecov.flow.blocks import Flow
from bytecov.model.edge import Edge, EdgeKind
from bytecov.model.hits import Hits
from bytecov.model.obligation import ObligationKey
from bytecov.model.result import DecisionResult, FileResult, OutcomeResult
from bytecov.model.values import Witnessed
from bytecov.source.link import Links
from bytecov.source.obligations import destinations
from bytecov.source.parse import Source
from bytecov.source.statements import Statements


class Way(NamedTuple):
    """One edge out of a branch.  `ran` None: never; 0: yes, how often is not known.
    `again`: as often, the value had been tested before, which decides nothing anew."""

    edge: Edge
    keys: tuple[ObligationKey, ...]
    ran: int | None
    again: int = 0


class BranchFact(NamedTuple):
    """A branch of the bytecode with its two ways: the proof of an outcome."""

    code: CodeType
    instruction: Instruction
    ran: int | None
    ways: tuple[Way, ...]
    called: bool = True
    """Whether anything of its code object ran."""


class RaiseFact(NamedTuple):
    """Exceptions that left an instruction: to a handler, or (None) out of the function."""

    code: CodeType
    instruction: Instruction
    handler: Instruction | None
    ran: int | None


@dataclass(frozen=True, eq=False)
class Evidence:
    """What the explanations of one file start from.

    `hits` are those of the code that this Python makes of the source; `measured_here` is False
    where only other Pythons measured it.  `tests`: the contexts in which an outcome happened;
    `values`: what conditions were tested with, where it was kept.
    """

    result: FileResult
    source: Source
    links: Links
    hits: Mapping[CodeType, Hits]
    measured_here: bool = True
    tests: Mapping[ObligationKey, tuple[str, ...]] = field(default_factory=dict)
    values: tuple[Witnessed, ...] = ()

    @cached_property
    def statements(self) -> Statements:
        return Statements(self.source)

    @property
    def module(self) -> CodeType:
        """The module's own code object."""
        return next(iter(self.links.flows))

    @property
    def destinations(self) -> dict[ObligationKey, int]:
        """{outcome: the line where control goes then}, where the tree tells"""
        return destinations(self.source)

    @cached_property
    def outcomes(self) -> dict[ObligationKey, OutcomeResult]:
        """The status of every outcome that counts, of decisions and of their conditions."""
        found: dict[ObligationKey, OutcomeResult] = {}
        for one in self.result.decisions:
            found |= {one.decision.key(name): what for name, what in one.outcomes.items()}
            for part in one.conditions:
                found |= {part.condition.key(name): what for name, what in part.outcomes.items()}
        return found

    @cached_property
    def decision_of(self) -> dict[ObligationKey, DecisionResult]:
        """{outcome of a decision or of one of its conditions: the decision}, the outermost one"""
        found: dict[ObligationKey, DecisionResult] = {}
        for one in self.result.decisions:
            keys = [one.decision.key(name) for name in one.outcomes]
            for part in one.conditions:
                keys += [part.condition.key(name) for name in part.outcomes]
            for key in keys:
                found.setdefault(key, one)
        return found

    @cached_property
    def _edges_by_key(self) -> dict[ObligationKey, list[tuple[CodeType, Edge]]]:
        found: dict[ObligationKey, list[tuple[CodeType, Edge]]] = {}
        for code, edges in self.links.outcomes.items():
            for edge, keys in edges.items():
                for key in keys:
                    found.setdefault(key, []).append((code, edge))
        return found

    def condition_key(self, key: ObligationKey) -> ObligationKey:
        """The outcome of its only condition that an outcome of a decision is; else itself."""
        result = self.decision_of.get(key)
        if key.kind == "condition" or result is None or len(result.conditions) != 1:
            return key
        condition = result.conditions[0].condition
        return condition.key("true" if condition.if_true is (key.outcome == "true") else "false")

    def ran(self, code: CodeType, offset: int) -> int | None:
        """How often an instruction ran; None for never."""
        return self.hits[code].offsets.get(offset) if code in self.hits else None

    def taken(self, code: CodeType, edge: Edge) -> int | None:
        """How often an edge was taken; None for never."""
        return self.hits[code].edges.get(edge) if code in self.hits else None

    def edges_of(self, key: ObligationKey) -> list[tuple[CodeType, Edge]]:
        """The edges that prove an outcome, one for each copy of the code."""
        return self._edges_by_key.get(key, [])

    def branch_fact(self, code: CodeType, offset: int) -> BranchFact:
        """What is known of one branch."""
        flow = self.links.flows[code]
        keys = self.links.outcomes[code]
        edges = flow.branches.get(offset) or flow.leaving[offset]
        ways = tuple(
            Way(edge, keys.get(edge, ()), self.taken(code, edge), self._again(code, edge))
            for edge in edges
            if edge.kind is not EdgeKind.RAISE
        )
        called = bool(code in self.hits and self.hits[code].offsets)
        return BranchFact(code, flow.by_offset[offset], self.ran(code, offset), ways, called)

    def _again(self, code: CodeType, edge: Edge) -> int:
        before = self.links.retests.get(code, {}).get(edge, ())
        return sum(self.taken(code, known) or 0 for known in before)

    def branches_of(self, key: ObligationKey) -> list[BranchFact]:
        """The branches that decide an outcome."""
        places = dict.fromkeys((code, edge.source) for code, edge in self.edges_of(key))
        return [self.branch_fact(code, offset) for code, offset in places]

    def raised_on(self, first: int, last: int) -> list[RaiseFact]:
        """Exceptions that left an instruction on one of the lines first … last."""
        return [
            fact
            for code, flow in self.links.flows.items()
            if code in self.hits
            for fact in _raised(code, flow, self.hits[code])
            if first <= (fact.instruction.line or 0) <= last
        ]


def _raised(code: CodeType, flow: Flow, hits: Hits) -> Iterator[RaiseFact]:
    """Recorded exception edges; and what went in and neither went on nor to a handler."""
    for edge, count in hits.edges.items():
        if edge.kind is EdgeKind.RAISE and edge.source in flow.by_offset:
            handler = flow.by_offset.get(edge.destination)
            yield RaiseFact(code, flow.by_offset[edge.source], handler, count)
    for one in flow.instructions:
        ran, after = hits.offsets.get(one.offset), _gone_on(flow, hits, one)
        if ran and after is not None and ran > after:
            yield RaiseFact(code, one, None, ran - after)


def _gone_on(flow: Flow, hits: Hits, one: Instruction) -> int | None:
    """How often control went on from an instruction inside this code object; None where it may
    have left it otherwise than by an exception, or where counts are missing."""
    if "RETURN" in one.name or "YIELD" in one.name or one.name in ("SEND", "RESUME", "RERAISE"):
        return None
    counts = [hits.edges[edge] for edge in flow.leaving[one.offset] if edge in hits.edges]
    after = one.offset + one.size
    if after < flow.block_of[one.offset].end and after in hits.offsets:
        counts.append(hits.offsets[after])
    return sum(counts) if all(counts) else None
