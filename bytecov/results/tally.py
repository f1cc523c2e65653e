"""Obligations given their status, by what was covered."""

import dataclasses
from collections.abc import Collection, Iterable, Iterator

from bytecov.model.decision import OPT_IN, STEERING, Condition, Decision, DecisionKind
from bytecov.model.obligation import ObligationKey
from bytecov.model.result import (
    ConditionResult,
    DecisionResult,
    FileResult,
    OutcomeResult,
    Status,
    Tally,
)
from bytecov.model.vector import Variant
from bytecov.results.arcs import arcs_result
from bytecov.results.laying import Covered
from bytecov.results.lines import lines_result
from bytecov.results.scopes import scopes
from bytecov.results.vectors import with_mcdc, with_witnesses
from bytecov.source.exclusion import Exclusions
from bytecov.source.justification import Justification, justifications
from bytecov.source.obligations import destinations, obligations
from bytecov.source.parse import Source
from bytecov.source.statements import Statements
from bytecov.source.statements import statements as statements_of


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
