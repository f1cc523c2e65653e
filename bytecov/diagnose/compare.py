"""coverage.py's verdict beside ours: what it hides, and what it misses without need.

An outcome that never happened is **hidden** when coverage.py would be content without it: its line
ran, and no exit that coverage.py still waits for needs it.  `if a and b:` that was never true is
no secret, and neither is that `b` was never true; that `b` was never false is.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bytecov.diagnose.causes import WHY, BothSides, Cause
from bytecov.diagnose.coverage_py import Verdict, Verdicts
from bytecov.diagnose.evidence import BranchFact, Evidence, RaiseFact
from bytecov.diagnose.reach import why
from bytecov.model.arc import Arc
from bytecov.model.decision import DecisionKind
from bytecov.model.diagram import Way, successor
from bytecov.model.obligation import ObligationKey
from bytecov.model.result import DecisionResult, Status
from bytecov.model.span import Span


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake.  `hidden` tells a false negative from a false alarm.

    `key` is the outcome it is about, None of a false alarm about what is no outcome; `text` the
    source there; `arc` the pair of lines that coverage.py goes by, where there is one.
    """

    hidden: bool
    cause: Cause
    span: Span
    text: str
    key: ObligationKey | None
    kind: DecisionKind | None = None
    evaluated: bool = True
    arc: Arc | None = None
    branches: tuple[BranchFact, ...] = ()
    raised: tuple[RaiseFact, ...] = ()

    @property
    def why(self) -> str:
        return WHY[self.cause]


@dataclass(frozen=True, slots=True)
class FileDiagnosis:
    """One file that both tools measured.  `never` counts the outcomes that never happened,
    hidden ones among them; `exits` and `taken` are coverage.py's branches."""

    path: str
    findings: tuple[Finding, ...]
    outcomes: int
    never: int
    exits: int
    taken: int

    @property
    def hidden(self) -> tuple[Finding, ...]:
        return tuple(one for one in self.findings if one.hidden)

    @property
    def alarms(self) -> tuple[Finding, ...]:
        return tuple(one for one in self.findings if not one.hidden)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All files that both measured."""

    version: str  # of coverage.py
    origin: str  # of its verdict, in words
    files: tuple[FileDiagnosis, ...]
    notes: tuple[str, ...] = ()

    def total(self, name: str) -> int:
        """Sum of a number over the files, by the name of its attribute."""
        return sum(getattr(one, name) for one in self.files)

    @property
    def hidden(self) -> int:
        return sum(len(one.hidden) for one in self.files)

    @property
    def alarms(self) -> int:
        return sum(len(one.alarms) for one in self.files)


def diagnose(verdicts: Verdicts, evidences: Iterable[tuple[str, Evidence]]) -> Diagnosis:
    """Compare; evidence comes with the absolute path under which a verdict is kept."""
    found, only_ours, differ = [], 0, 0
    for path, evidence in evidences:
        verdict = verdicts.files.get(path)
        if verdict is None:
            only_ours += 1
            continue
        differ += _lines_differ(verdict, evidence)
        found.append(diagnose_file(evidence, verdict))
    notes = []
    if only_ours:
        files = "1 file" if only_ours == 1 else f"{only_ours} files"
        notes.append(f"left out: {files} that coverage.py does not know")
    if differ:
        files = "1 file" if differ == 1 else f"{differ} files"
        notes.append(
            f"in {files} the two do not agree which lines ran: two runs that did not do the same,"
            " or lines that one of the tools does not see"
        )
    return Diagnosis(verdicts.version, verdicts.origin, tuple(found), tuple(notes))


def diagnose_file(evidence: Evidence, verdict: Verdict) -> FileDiagnosis:
    """Everything that coverage.py's verdict on one file gets wrong."""
    sides = BothSides(evidence, verdict)
    never = list(_never_happened(evidence))
    findings = [
        *(_hidden(sides, *one) for one in never if not is_announced(sides, *one)),
        *_alarms(sides),
        *_lost_lines(sides),
    ]
    return FileDiagnosis(
        path=evidence.result.path,
        findings=tuple(sorted(findings, key=lambda one: (one.span, one.key or ()))),
        outcomes=sum(1 for _ in _owed(evidence)),
        never=len(never),
        exits=len(verdict.arcs | verdict.missing_arcs),
        taken=len(verdict.arcs),
    )


def _owed(evidence: Evidence) -> Iterator[tuple[DecisionResult, ObligationKey]]:
    """Every outcome that counts, once: of conditions, and of decisions that have none."""
    seen: set[ObligationKey] = set()
    for result in evidence.result.decisions:
        keys = [part.condition.key(name) for part in result.conditions for name in part.outcomes]
        for key in keys or map(result.decision.key, result.outcomes):
            excluded = evidence.outcomes[key].status is Status.EXCLUDED
            if key not in seen and not excluded:
                seen.add(key)
                yield result, key


def _never_happened(evidence: Evidence) -> Iterator[tuple[DecisionResult, ObligationKey]]:
    for result, key in _owed(evidence):
        if evidence.outcomes[key].status is Status.MISSED:
            yield result, key


def is_announced(sides: BothSides, result: DecisionResult, key: ObligationKey) -> bool:
    """Whether coverage.py asks for something that cannot be had without this outcome."""
    decision, verdict = result.decision, sides.verdict
    line = sides.line(decision.span.line)
    if line in verdict.missing_lines or sides.line(key.span.line) in verdict.missing_lines:
        return True
    if Arc(line, -line) in verdict.missing_arcs and sides.shapes.defines(line):
        return True  # a definition on one line, its body never entered
    for name in decision.outcomes:
        whole = decision.key(name)
        arc = sides.arc_of.get(whole)
        wanted = arc in verdict.missing_arcs if arc else False
        if (wanted or _leads_to_missing(sides, whole)) and is_needed(result, key, whole):
            return True
    return False


def _leads_to_missing(sides: BothSides, whole: ObligationKey) -> bool:
    """An except clause is no exit of a line; that its body never ran is seen all the same."""
    destination = sides.evidence.destinations.get(whole)
    return destination is not None and sides.line(destination) in sides.verdict.missing_lines


def is_needed(result: DecisionResult, key: ObligationKey, whole: ObligationKey) -> bool:
    """Whether a decision cannot come to its outcome `whole` without `key` happening."""
    if key == whole:
        return True
    conditions = [part.condition for part in result.conditions]
    ways: dict[Way, ObligationKey] = {
        (i, value): one.key("true" if value else "false")
        for i, one in enumerate(conditions)
        for value in (True, False)
    }
    if key not in ways.values() or whole.outcome not in ("true", "false"):
        return False
    goal, waiting, seen = whole.outcome == "true", [0], {0}
    while waiting:
        node = waiting.pop()
        for value in (True, False):
            if ways[node, value] == key:
                continue
            after = successor(conditions, (node, value))
            if isinstance(after, bool):
                if after is goal:
                    return False
            elif after not in seen:
                seen.add(after)
                waiting.append(after)
    return True


def _hidden(sides: BothSides, result: DecisionResult, key: ObligationKey) -> Finding:
    evidence = sides.evidence
    cause = sides.hidden_cause(result, key)
    raised: list[RaiseFact] = []
    if cause in (Cause.EXCEPTION_LEAVES, Cause.EXCEPTION_ARRIVES):
        raised = evidence.raised_on(result.decision.span.line, result.decision.span.end_line)
    return Finding(
        hidden=True,
        cause=cause,
        span=key.span,
        text=evidence.source.segment(key.span),
        key=key,
        kind=result.decision.kind,
        evaluated=evidence.outcomes[key].evaluated,
        arc=sides.arc_of.get(key) or sides.arc_of.get(result.decision.key(key.outcome)),
        branches=tuple(evidence.branches_of(key) or _branches_to(evidence, key)),
        raised=tuple(raised),
    )


def _branches_to(evidence: Evidence, key: ObligationKey) -> Iterator[BranchFact]:
    """Those that ran and never took the way to what nothing tests and what never ran."""
    found = why(evidence, key)
    for gate in found.gates if found else ():
        if gate.edge.source in evidence.links.flows[gate.code].branches:
            yield evidence.branch_fact(gate.code, gate.edge.source)


def _alarms(sides: BothSides) -> Iterator[Finding]:
    """Exits that coverage.py waits for: taken, or without code."""
    evidence = sides.evidence
    for arc in sorted(sides.verdict.missing_arcs):
        if sides.never_ran & {arc.source, arc.destination}:
            continue  # no secret, and not wrong
        keys = sides.keys_of.get(arc, ())
        happened = [key for key in keys if sides.happened(key)]
        owed = [key for key in keys if _is_owed(evidence, key)]
        if keys and not happened and owed:
            continue  # it is right
        if not keys and any(one.source == arc.source for one in sides.keys_of):
            continue  # the exits of the line are other ones to us: nothing to compare
        key = next(iter(happened or keys), None)
        line = evidence.source.lines[arc.source - 1]
        indent = len(line) - len(line.lstrip())
        span = key.span if key else Span(arc.source, indent, arc.source, len(line))
        yield Finding(
            hidden=False,
            cause=sides.alarm_cause(arc),
            span=span,
            text=evidence.source.segment(span),
            key=key if happened else None,
            arc=arc,
            branches=tuple(_proofs(evidence, key)) if key else (),
        )


def _is_owed(evidence: Evidence, key: ObligationKey) -> bool:
    found = evidence.outcomes.get(key)
    return found is not None and found.status is not Status.EXCLUDED


def _proofs(evidence: Evidence, key: ObligationKey) -> Iterator[BranchFact]:
    """The branches that made an outcome of a decision: its conditions', or its own."""
    yield from evidence.branches_of(key)
    result = evidence.decision_of.get(key)
    for part in result.conditions if result else ():
        yield from evidence.branches_of(part.condition.key("true"))


def _lost_lines(sides: BothSides) -> Iterator[Finding]:
    """Lines that ran and that coverage.py calls missing."""
    lines = sides.evidence.source.lines
    for number in sorted(sides.verdict.missing_lines & set(sides.evidence.result.lines.covered)):
        text = lines[number - 1]
        span = Span(number, len(text) - len(text.lstrip()), number, len(text))
        yield Finding(False, Cause.LINE_LOST, span, text.strip(), None)


def _lines_differ(verdict: Verdict, evidence: Evidence) -> bool:
    return verdict.missing_lines != frozenset(evidence.result.lines.missed)
