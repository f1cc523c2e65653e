"""Recorded hits laid on obligations, and obligations given their status.

`lay` needs the code objects that ran; what it returns needs only the source, so results of
several Python versions add up.
"""

import dataclasses
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import CodeType
from typing import NamedTuple

from bytecov.model.decision import OPT_IN, STEERING, Condition, Decision, DecisionKind
from bytecov.model.edge import Edge
from bytecov.model.hits import Hits, Recorded
from bytecov.model.obligation import ObligationKey
from bytecov.model.result import (
    ConditionResult,
    DecisionResult,
    FileResult,
    OutcomeResult,
    Status,
    Tally,
)
from bytecov.model.span import Span
from bytecov.model.vector import Variant
from bytecov.results.arcs import arcs_result
from bytecov.results.lines import lines_result
from bytecov.results.retests import told_by_paths
from bytecov.results.scopes import scopes
from bytecov.results.vectors import ends_of_diamonds, unkept, with_mcdc, with_witnesses
from bytecov.source.exclusion import Exclusions
from bytecov.source.justification import Justification, justifications
from bytecov.source.link import DEAD, Links, Unexplained
from bytecov.source.obligations import destinations, obligations
from bytecov.source.parse import Source
from bytecov.source.statements import Statements
from bytecov.source.statements import statements as statements_of


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
    layer = _Layer(links)
    recorded = list(recorded)
    decisions = obligations(source)
    diamonds = ends_of_diamonds(decisions)
    for item in recorded:
        if item.code in links.flows:
            layer.add(item.code, item.hits)
            layer.unclear.update(unkept(diamonds, layer.happened(item.code, item.hits)))
    for decision in decisions:
        for name, count in _decided(decision, layer.outcomes):
            layer.count(decision.key(name), count)
    layer.outcomes |= dict.fromkeys(_begun(source, decisions, layer, recorded), 0)
    unseen = {found.key: found.reason for found in links.unfound if found.reason}
    dead = frozenset(key for key, reason in unseen.items() if reason == DEAD)
    return Covered(
        outcomes=layer.outcomes,
        lines=frozenset(layer.lines),
        contradictions=tuple(layer.contradictions),
        unexplained=tuple(links.unexplained),
        undetermined=frozenset(layer.unclear | unseen.keys()) - dead - layer.outcomes.keys(),
        absent=dead - layer.outcomes.keys(),
    )


def lay_by_context(
    source: Source, links: Links, recorded: Iterable[Recorded]
) -> dict[str, Covered]:
    """The same for each context.  What is shared between contexts (`Recorder.take`) is laid once,
    so that ten thousand tests that mostly do the same cost little more than one."""
    recorded = list(recorded)
    if len(contexts := {one.context for one in recorded}) == 1:
        return {contexts.pop(): lay(source, links, recorded)}
    laid: dict[int, Covered] = {}
    parts: dict[str, list[Covered]] = {}
    for one in recorded:
        found = laid.get(id(one.hits))
        if found is None:
            found = laid[id(one.hits)] = lay(source, links, (one,))
        parts.setdefault(one.context, []).append(found)
    return {context: _together(of_context) for context, of_context in parts.items()}


def _together(parts: list[Covered]) -> Covered:
    """What several code objects of one source covered."""
    if len(parts) == 1:
        return parts[0]
    outcomes: dict[ObligationKey, int] = {}
    for part in parts:
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
    source: Source, decisions: Iterable[Decision], layer: "_Layer", recorded: Iterable[Recorded]
) -> Iterator[ObligationKey]:
    """First conditions that came to no outcome, though instructions of theirs ran."""
    waiting: dict[int, list[tuple[Span, ObligationKey]]] = {}  # by line
    for decision in decisions:
        for first in decision.conditions[:1]:
            if not any(first.key(name) in layer.outcomes for name in ("true", "false")):
                inside = source.in_bytes(first.span)
                for line in range(inside.line, inside.end_line + 1):
                    waiting.setdefault(line, []).append((inside, first.begun_key))
    for code, _, hits in recorded if waiting else ():
        known = layer.links.flows[code].by_offset if code in layer.links.flows else {}
        for offset in hits.offsets.keys() & known.keys():
            span = known[offset].span
            if span and span.line in waiting and span[:2] != span[2:]:  # RESUME has no width
                yield from (key for inside, key in waiting[span.line] if inside.contains(span))


def _fresh(count: int, known_before: list[int]) -> int | None:
    """How often an edge was taken with a value that had not been tested before: -1 for never,
    0 for "some times", None where counts are missing to tell."""
    if not known_before:
        return count
    if count == 0 or 0 in known_before:
        return None
    return count - sum(known_before) or -1


def _decided(decision: Decision, counts: dict[ObligationKey, int]) -> Iterator[tuple[str, int]]:
    """Outcomes of a decision that its conditions' outcomes decided, with their counts."""
    for condition in decision.conditions:
        for name, after in (("true", condition.if_true), ("false", condition.if_false)):
            key = condition.key(name)
            if isinstance(after, bool) and condition.tested and key in counts:
                yield ("true" if after else "false"), counts[key]


def file_result(
    source: Source,
    path_shown: str,
    covered: Covered,
    exclusions: Exclusions,
    count_kinds: Collection[DecisionKind] = (),
    variant: Variant = Variant.MASKING,
) -> FileResult:
    """Statuses for everything that the source owes.  `count_kinds`: which of the kinds that
    count nowhere by default do; `variant` of MC/DC."""
    statements = statements_of(source)
    claims = justifications(source, statements)
    judge = _Judge(source, covered, exclusions, statements, variant, claims)
    decisions = tuple(
        judge.decision(counted)
        for decision in obligations(source)
        if (counted := _counted(decision, count_kinds))
    )
    lines = lines_result(statements, exclusions, covered.lines)
    statuses = {
        "branch": _branch_statuses(decisions, count_kinds),
        "condition": _condition_statuses(decisions),
        "mcdc": _mcdc_statuses(decisions),
    }
    return FileResult(
        path=path_shown,
        source=source.text,
        lines=lines,
        decisions=decisions,
        unexplained=len(covered.unexplained),
        contradictions=len(covered.contradictions),
        warnings=tuple(_doubtful(claims, covered)),
        branch=_count(statuses["branch"]),
        condition=_count(statuses["condition"]),
        mcdc=_count(statuses["mcdc"]),
        scopes=tuple(scopes(source, lines, statuses)),
        arcs=arcs_result(source, covered.outcomes, exclusions, covered.absent),
    )


def _counted(decision: Decision, count_kinds: Collection[DecisionKind]) -> Decision | None:
    """A decision with the outcomes that count, if any do."""
    if decision.kind in count_kinds:
        return decision
    if decision.kind is DecisionKind.EXCEPT:  # an exception that goes on counts on request
        return dataclasses.replace(decision, outcomes=("matched",))
    return None if decision.kind in OPT_IN else decision


class _Judge:
    """Gives each outcome its status."""

    def __init__(
        self,
        source: Source,
        covered: Covered,
        exclusions: Exclusions,
        statements: Statements,
        variant: Variant,
        claims: Iterable[Justification],
    ) -> None:
        self.covered = covered
        self.variant = variant
        self.reasons = {
            key: claim.reason
            for claim in claims
            for key in claim.keys
            if key not in covered.outcomes
        }
        self.closed = covered.absent | self.reasons.keys()
        self.excluded = statements.first_of(exclusions.excluded) | exclusions.excluded
        self.no_branch = exclusions.no_branch
        self.statements = statements
        self.destinations = destinations(source)

    def decision(self, decision: Decision) -> DecisionResult:
        line = self.statements.first_line(decision.span.line)
        whole = line in self.excluded or line in self.no_branch
        evaluated = {
            i: _is_evaluated(decision, i, self.covered) for i in range(len(decision.conditions))
        }
        outcomes = {
            name: self.outcome(decision, name, whole, evaluated) for name in decision.outcomes
        }
        excluded = {n: one.reason for n, one in outcomes.items() if one.status is Status.EXCLUDED}
        conditions = tuple(
            ConditionResult(condition, self.condition(condition, evaluated[i], whole, excluded))
            for i, condition in enumerate(decision.conditions)
        )
        result = DecisionResult(decision, outcomes, conditions)
        covered = self.covered
        return with_witnesses(
            with_mcdc(result, covered.outcomes, covered.undetermined, self.closed, self.variant),
            covered.witnesses,
        )

    def outcome(
        self, decision: Decision, name: str, whole: bool, evaluated: dict[int, bool]
    ) -> OutcomeResult:
        key = decision.key(name)
        line = self.destinations.get(key)
        leads_out = line is not None and self.statements.first_line(line) in self.excluded
        reached = evaluated.get(0, False) or any(
            decision.key(other) in self.covered.outcomes for other in decision.outcomes
        )
        if whole or leads_out:
            return OutcomeResult(Status.EXCLUDED, evaluated=reached)
        if key in self.covered.outcomes:
            return OutcomeResult(Status.COVERED, self.covered.outcomes[key] or None)
        ways = list(_ways_to(decision, name))
        ends = [condition.key(way) for _, condition, way in ways]
        if key in self.closed or (ends and self.closed.issuperset(ends)):
            given = (self.reasons[one] for one in (key, *ends) if one in self.reasons)
            return OutcomeResult(Status.EXCLUDED, evaluated=reached, reason=next(given, None))
        unclear = any(
            condition.key(way) in self.covered.undetermined
            or (not condition.tested and evaluated[i])
            for i, condition, way in ways
        )
        return OutcomeResult(Status.UNDETERMINED if unclear else Status.MISSED, 0, reached)

    def condition(
        self,
        condition: Condition,
        evaluated: bool,
        whole: bool,
        excluded: dict[str, str | None],
    ) -> dict[str, OutcomeResult]:
        result = {}
        for name, after in (("true", condition.if_true), ("false", condition.if_false)):
            key = condition.key(name)
            decided = ("true" if after else "false") if isinstance(after, bool) else ""
            reason = self.reasons.get(key) or excluded.get(decided)
            if whole or decided in excluded or key in self.closed:
                status = Status.EXCLUDED
            elif key in self.covered.outcomes:
                status = Status.COVERED
            elif key in self.covered.undetermined or (evaluated and not condition.tested):
                status = Status.UNDETERMINED
            else:
                status = Status.MISSED
            count = self.covered.outcomes.get(key) or None if status is Status.COVERED else None
            reason = reason if status is Status.EXCLUDED else None
            result[name] = OutcomeResult(status, count, evaluated, reason)
        return result


def _doubtful(claims: Iterable[Justification], covered: Covered) -> Iterator[str]:
    """Sentences about justifications that do not hold."""
    for line, claim, _, keys, problem in claims:
        if problem:
            yield f"line {line}: `unreachable {claim}` {problem}"
        elif any(key in covered.outcomes for key in keys):
            yield f"line {line}: `unreachable {claim}` is stale: it happened"


def _is_evaluated(decision: Decision, index: int, covered: Covered) -> bool:
    """Whether a condition was come to: it had an outcome, or one before it led to it."""
    own = decision.conditions[index]
    if any(key in covered.outcomes for key in (own.key("true"), own.key("false"), own.begun_key)):
        return True
    return any(
        condition.key(name) in covered.outcomes
        for condition in decision.conditions
        for name, after in (("true", condition.if_true), ("false", condition.if_false))
        if after is not True and after is not False and after == index
    )


def _ways_to(decision: Decision, name: str) -> Iterator[tuple[int, Condition, str]]:
    """The outcomes of conditions that decide a decision's outcome."""
    for i, condition in enumerate(decision.conditions):
        for way, after in (("true", condition.if_true), ("false", condition.if_false)):
            if isinstance(after, bool) and after is (name == "true"):
                yield i, condition, way


def _branch_statuses(
    decisions: Iterable[DecisionResult], count_kinds: Collection[DecisionKind]
) -> dict[ObligationKey, Status]:
    return {
        result.decision.key(name): outcome.status
        for result in decisions
        if result.decision.kind in STEERING or result.decision.kind in count_kinds
        for name, outcome in result.outcomes.items()
    }


def _condition_statuses(decisions: Iterable[DecisionResult]) -> dict[ObligationKey, Status]:
    """A condition of a ternary inside a test belongs to two decisions and counts once."""
    return {
        part.condition.key(name): outcome.status
        for result in decisions
        for part in result.conditions
        for name, outcome in part.outcomes.items()
    }


def _mcdc_statuses(decisions: Iterable[DecisionResult]) -> dict[ObligationKey, Status]:
    """A condition that belongs to two decisions must decide each of them."""
    return {
        result.decision.key(f"condition {i}"): part.mcdc
        for result in decisions
        for i, part in enumerate(result.conditions)
    }


def _count(statuses: dict[ObligationKey, Status]) -> Tally:
    found = list(statuses.values())
    return Tally(
        found.count(Status.COVERED),
        found.count(Status.MISSED),
        found.count(Status.UNDETERMINED),
    )
