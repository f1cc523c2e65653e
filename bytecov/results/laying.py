"""Recorded hits laid on obligations: what happened, in the words of the source.

Laying needs the code objects that ran; what comes of it needs only the source, so results of
several Python versions add up.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import CodeType
from typing import NamedTuple

from bytecov.model.decision import Condition, Decision
from bytecov.model.edge import Edge
from bytecov.model.hits import Hits, Recorded
from bytecov.model.obligation import ObligationKey
from bytecov.model.span import Span
from bytecov.results.retests import told_by_paths
from bytecov.results.vectors import ends_of_diamonds, unkept
from bytecov.source.link import DEAD, Links, Unexplained
from bytecov.source.obligations import obligations
from bytecov.source.parse import Source


class Contradiction(NamedTuple):
    """A recorded edge that the code object does not have; a bug of ours."""

    code: CodeType
    edge: Edge


@dataclass(frozen=True, slots=True)
class Covered:
    """What runs of one source covered.  A count of 0 stands for "happened, count unknown"."""

    outcomes: dict[ObligationKey, int] = field(default_factory=dict)
    lines: frozenset[int] = frozenset()
    contradictions: tuple[Contradiction, ...] = ()
    unexplained: tuple[Unexplained, ...] = ()
    undetermined: frozenset[ObligationKey] = frozenset()
    """May have happened: the bytecode that ran does not tell."""
    absent: frozenset[ObligationKey] = frozenset()
    """The compiler left them out of the code: dead."""
    witnesses: Mapping[ObligationKey, str] = field(default_factory=dict)
    """A context in which an outcome happened, where one is known."""


def lay(source: Source, links: Links, recorded: Iterable[Recorded]) -> Covered:
    """Lay the hits of a module's code objects on the obligations of its source."""
    return _lay(_Ground(source, links), recorded)


def _lay(ground: "_Ground", recorded: Iterable[Recorded]) -> Covered:
    layer = _Layer(ground.links)
    recorded = list(recorded)
    for item in recorded:
        if item.code in ground.links.flows:
            layer.add(item.code, item.hits)
            layer.unclear.update(unkept(ground.diamonds, layer.happened(item.code, item.hits)))
    for key, count in list(layer.outcomes.items()):
        for decided in ground.decides.get(key, ()):
            layer.count(decided, count)
    layer.outcomes |= dict.fromkeys(_begun(ground, layer, recorded), 0)
    return Covered(
        outcomes=layer.outcomes,
        lines=frozenset(layer.lines),
        contradictions=tuple(layer.contradictions),
        unexplained=tuple(ground.links.unexplained),
        undetermined=frozenset(layer.unclear | ground.unseen) - ground.dead - layer.outcomes.keys(),
        absent=ground.dead - layer.outcomes.keys(),
    )


def lay_by_context(
    source: Source, links: Links, recorded: Iterable[Recorded]
) -> dict[str, Covered]:
    """The same for each context.  What is shared between contexts (`Recorder.take`) is laid once,
    so that ten thousand tests that mostly do the same cost little more than one."""
    recorded = list(recorded)
    if len(contexts := {one.context for one in recorded}) == 1:
        return {contexts.pop(): lay(source, links, recorded)}
    ground = _Ground(source, links)
    laid: dict[int, Covered] = {}
    parts: dict[str, list[Covered]] = {}
    for one in recorded:
        found = laid.get(id(one.hits))
        if found is None:
            found = laid[id(one.hits)] = _lay(ground, (one,))
        parts.setdefault(one.context, []).append(found)
    return {context: _together(of_context) for context, of_context in parts.items()}


def _together(parts: list[Covered]) -> Covered:
    """What several code objects of one source covered."""
    if len(parts) == 1:
        return parts[0]
    outcomes: dict[ObligationKey, int] = {}
    for part in parts:
        if not any(part.outcomes.values()):  # nobody counted, and nothing adds up
            outcomes.update(part.outcomes)
            continue
        for key, count in part.outcomes.items():
            before = outcomes.get(key)
            outcomes[key] = count if before is None else before and count and before + count
    covered = outcomes.keys()
    return Covered(
        outcomes=outcomes,
        lines=frozenset().union(*(part.lines for part in parts)),
        contradictions=tuple(one for part in parts for one in part.contradictions),
        unexplained=parts[0].unexplained,
        undetermined=frozenset().union(*(part.undetermined for part in parts)) - covered,
        absent=parts[0].absent - covered,
    )


class _Layer:
    """Counts, code object by code object."""

    def __init__(self, links: Links) -> None:
        self.links = links
        self.outcomes: dict[ObligationKey, int] = {}
        self.unclear: set[ObligationKey] = set()
        self.lines: set[int] = set()
        self.contradictions: list[Contradiction] = []

    def add(self, code: CodeType, hits: Hits) -> None:
        flow = self.links.flows[code]
        self.contradictions += [
            Contradiction(code, edge) for edge in hits.edges if edge not in flow.edges
        ]
        for edge, keys in self.links.outcomes[code].items():
            count = hits.edges.get(edge)
            if count is None:
                continue
            before = [one for one in self.links.retests[code].get(edge, ()) if one in hits.edges]
            fresh = _fresh(count, [hits.edges[one] for one in before])
            if fresh is None:
                fresh = told_by_paths(flow, hits, edge, before)
            for key in keys:
                if fresh is None:
                    self.unclear.add(key)
                elif fresh >= 0:
                    self.count(key, fresh)
        for vector, count in hits.vectors.items():
            self.count(vector, count)
        for offset, keys in self.links.offsets[code].items():
            if offset in hits.offsets:
                for key in keys:
                    self.count(key, hits.offsets[offset])
        for offset in hits.offsets:
            instruction = flow.by_offset.get(offset)
            if instruction is not None and instruction.line:
                self.lines.add(instruction.line)

    def happened(self, code: CodeType, hits: Hits) -> set[ObligationKey]:
        """What one code object's hits speak of."""
        found = self.links.outcomes[code].items()
        return {key for edge, keys in found if edge in hits.edges for key in keys} | {*hits.vectors}

    def count(self, key: ObligationKey, count: int) -> None:
        known = self.outcomes.get(key)
        if known is None or (known and count):
            self.outcomes[key] = (known or 0) + count
        else:
            self.outcomes[key] = 0


def _begun(
    ground: "_Ground", layer: _Layer, recorded: Iterable[Recorded]
) -> Iterator[ObligationKey]:
    """First conditions that came to no outcome, though instructions of theirs ran."""
    for code, _, hits in recorded:
        known = layer.links.flows[code].by_offset if code in layer.links.flows else {}
        for offset in hits.offsets.keys() & known.keys():
            span = known[offset].span
            if span and span.line in ground.firsts and span[:2] != span[2:]:  # RESUME has no width
                for inside, first in ground.firsts[span.line]:
                    came = (first.key(name) in layer.outcomes for name in ("true", "false"))
                    if inside.contains(span) and not any(came):
                        yield first.begun_key


def _fresh(count: int, known_before: list[int]) -> int | None:
    """How often an edge was taken with a value that had not been tested before: -1 for never,
    0 for "some times", None where counts are missing to tell."""
    if not known_before:
        return count
    if count == 0 or 0 in known_before:
        return None
    return count - sum(known_before) or -1


class _Ground:
    """What there is to lay hits on: the same for all contexts of a module."""

    def __init__(self, source: Source, links: Links) -> None:
        self.links = links
        decisions = obligations(source)
        self.diamonds = ends_of_diamonds(decisions)
        self.decides: dict[ObligationKey, list[ObligationKey]] = {}
        """{outcome of a condition: outcomes of decisions that it decides}"""
        self.firsts: dict[int, list[tuple[Span, Condition]]] = {}
        """{line: first conditions of decisions there, with their spans in bytes}"""
        for decision in decisions:
            for condition in decision.conditions:
                for key, name in _decided(decision, condition):
                    self.decides.setdefault(key, []).append(decision.key(name))
            for first in decision.conditions[:1]:
                inside = source.in_bytes(first.span)
                for line in range(inside.line, inside.end_line + 1):
                    self.firsts.setdefault(line, []).append((inside, first))
        reasons = {found.key: found.reason for found in links.unfound if found.reason}
        self.dead = frozenset(key for key, reason in reasons.items() if reason == DEAD)
        self.unseen = frozenset(reasons)


def _decided(decision: Decision, condition: Condition) -> Iterator[tuple[ObligationKey, str]]:
    """A condition's outcomes that end the decision, and how."""
    for name, after in (("true", condition.if_true), ("false", condition.if_false)):
        if isinstance(after, bool) and condition.tested:
            yield condition.key(name), ("true" if after else "false")
