"""Why coverage.py is wrong about an outcome: the classes, and how each is recognised.

A class is told from the source and from what both tools recorded, so it stays true when
coverage.py improves: what it no longer gets wrong is no longer found.
"""

from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from bytecov.diagnose.coverage_py import Verdict
from bytecov.diagnose.evidence import Evidence
from bytecov.diagnose.shapes import Shapes
from bytecov.model.arc import Arc
from bytecov.model.decision import DecisionKind
from bytecov.model.obligation import ObligationKey
from bytecov.model.result import DecisionResult, Status
from bytecov.results.arcs import line_branches


class Cause(Enum):
    """The class of a mistake; its value is its name in words and in JSON."""

    # of what is hidden
    OPERAND = "operand inside a line"
    TERNARY = "conditional expression"
    VALUE = "and / or as a value"
    CHAIN = "chained comparison"
    COMPREHENSION = "comprehension"
    GUARD = "guard of a case"
    ALTERNATIVE = "alternative of a pattern"
    SUB_PATTERN = "part of a pattern"
    ASSERT = "assert"
    WITH = "with that may suppress"
    EXCEPT = "exception that no clause takes"
    ONE_LINE_BODY = "body on the line of its header"
    END_OF_FINALLY = "if at the end of finally"
    EXCLUDED_WAY = "excluded inner statement"
    EXCEPTION_LEAVES = "exception credited as the way out"
    EXCEPTION_ARRIVES = "exception that arrives where the way leads"
    # of false alarms
    CONSTANT = "constant folding"
    PHANTOM = "phantom exit"
    RAISE_ON_LINE = "sysmon line resolution"
    LINE_LOST = "line not recorded"
    # of both
    WITH_EXIT = "way out through a with"
    UNKNOWN = "cause not recognised"


WHY = {
    Cause.OPERAND: "pairs of lines do not tell which operand decided",
    Cause.TERNARY: "both results stand on lines that run either way",
    Cause.VALUE: "no line tells which operand gave the value",
    Cause.CHAIN: "each comparison of a chain decides, and all stand inside one line",
    Cause.COMPREHENSION: "what a comprehension takes, skips or never sees leaves no other line",
    Cause.GUARD: "a guard that fails and a pattern that does not match leave by one exit",
    Cause.ALTERNATIVE: "all alternatives lead to the same body",
    Cause.SUB_PATTERN: "all parts of a pattern are on the line of their case",
    Cause.ASSERT: "an assertion is a statement like any other to it",
    Cause.WITH: "whether an exception was suppressed or let through is no exit of a line",
    Cause.EXCEPT: "an exception that no clause takes is no exit of a line",
    Cause.ONE_LINE_BODY: "with the body behind the colon both ways come to the same next line",
    Cause.END_OF_FINALLY: "behind a `try` that always returns it sees no way on, so no branch",
    Cause.EXCLUDED_WAY: "one way is excluded, and a line with one exit left is no branch to it",
    Cause.EXCEPTION_LEAVES: "an exception left the test; it saw the line, then the way out",
    Cause.EXCEPTION_ARRIVES: "an exception left the test for the line where this way leads",
    Cause.CONSTANT: "the compiler knows the test and made no code for the other way",
    Cause.PHANTOM: "a definition and its body on one line have two exits and decide nothing",
    Cause.RAISE_ON_LINE: "sysmon waits for the line behind a branch; this way raises on its own",
    Cause.LINE_LOST: "the line ran, and the interpreter did not report it",
    Cause.WITH_EXIT: "leaving a `with` goes back to its line, which blurs where the way came from",
    Cause.UNKNOWN: "no known class fits: please report it",
}

SUB_LINE = {
    DecisionKind.TERNARY: Cause.TERNARY,
    DecisionKind.BOOLOP: Cause.VALUE,
    DecisionKind.COMPARE_CHAIN: Cause.CHAIN,
    DecisionKind.COMPREHENSION_IF: Cause.COMPREHENSION,
    DecisionKind.COMPREHENSION_FOR: Cause.COMPREHENSION,
    DecisionKind.GUARD: Cause.GUARD,
    DecisionKind.ASSERT: Cause.ASSERT,
    DecisionKind.WITH: Cause.WITH,
    DecisionKind.EXCEPT: Cause.EXCEPT,
    DecisionKind.MATCH_CASE: Cause.ALTERNATIVE,
    DecisionKind.SUB_PATTERN: Cause.SUB_PATTERN,
}
"""Of decisions that are no exit of a line, or not alone."""


@dataclass(frozen=True, eq=False)
class BothSides:
    """One file as both tools see it: outcomes here, exits of lines there."""

    evidence: Evidence
    verdict: Verdict

    @cached_property
    def shapes(self) -> Shapes:
        return Shapes(self.evidence.source, self.evidence.statements)

    @cached_property
    def keys_of(self) -> dict[Arc, tuple[ObligationKey, ...]]:
        """{exit of a line that branches: the outcomes that take it}"""
        found: dict[Arc, tuple[ObligationKey, ...]] = {}
        for branch in line_branches(self.evidence.source, self.evidence.statements):
            for arc, keys in branch.exits:
                found[arc] = (*found.get(arc, ()), *keys)
        return found

    @cached_property
    def arc_of(self) -> dict[ObligationKey, Arc]:
        """{outcome of a decision: the exit that it takes}"""
        return {key: arc for arc, keys in self.keys_of.items() for key in keys}

    @cached_property
    def never_ran(self) -> frozenset[int]:
        """Lines that both tools call missing."""
        return self.verdict.missing_lines & frozenset(self.evidence.result.lines.missed)

    def line(self, line: int) -> int:
        """The first line of a statement: coverage.py knows no other."""
        return self.evidence.statements.first_line(line)

    def happened(self, key: ObligationKey) -> bool:
        found = self.evidence.outcomes.get(key)
        return found is not None and found.status is Status.COVERED

    # of what is hidden

    def hidden_cause(self, result: DecisionResult, key: ObligationKey) -> Cause:
        """Why coverage.py says nothing of `key`, which never happened: an outcome of the
        decision or of one of its conditions."""
        line = self.line(result.decision.span.line)
        keys = map(result.decision.key, result.outcomes)
        arcs = [self.arc_of[each] for each in keys if each in self.arc_of]
        decided = key if key in self.arc_of else decided_by(result, key)
        if not arcs:
            return self._inside(result, key, line)
        if line not in self.verdict.branch_lines:
            return self._no_branch(line, arcs)
        arc = self.arc_of.get(decided) if decided else None
        if arc is None or decided is None or self.happened(decided):
            return self._operand(result, key)
        if arc not in self.verdict.arcs:
            return self._no_exit(arc, result, key)
        return self._credited(result, arc)

    def _inside(self, result: DecisionResult, key: ObligationKey, line: int) -> Cause:
        if result.decision.kind is DecisionKind.EXCEPT and key.outcome == "matched":
            return Cause.ONE_LINE_BODY
        return self._operand(result, key)

    def _operand(self, result: DecisionResult, key: ObligationKey) -> Cause:
        if key.kind == "condition" and self._is_chained(result, key):
            return Cause.CHAIN
        return SUB_LINE.get(result.decision.kind, Cause.OPERAND)

    def _is_chained(self, result: DecisionResult, key: ObligationKey) -> bool:
        """Whether a condition is a step of `a < b < c`: it shares an operand with another."""
        start, end = key.span[:2], key.span[2:]
        spans = [part.condition.span for part in result.conditions]
        return any(start < one[:2] < end or one[:2] < start < one[2:] for one in spans)

    def _no_branch(self, line: int, arcs: list[Arc]) -> Cause:
        """The line decides, and is no branch to coverage.py."""
        goals = {arc.destination for arc in arcs}
        if goals & self.verdict.excluded_lines:
            return Cause.EXCLUDED_WAY
        if len(goals) < 2 or line in goals or any(self.shapes.inline_bodies(line)):
            return Cause.ONE_LINE_BODY
        return Cause.END_OF_FINALLY if self.shapes.ends_finally(line) else Cause.UNKNOWN

    def _no_exit(self, arc: Arc, result: DecisionResult, key: ObligationKey) -> Cause:
        """coverage.py knows no such exit of the line, or is waiting for it too."""
        if arc in self.verdict.missing_arcs:
            return self._operand(result, key)
        if arc.destination == arc.source or any(self.shapes.inline_bodies(arc.source)):
            return Cause.ONE_LINE_BODY
        return Cause.UNKNOWN

    def _credited(self, result: DecisionResult, arc: Arc) -> Cause:
        """coverage.py saw the exit, and it was never taken."""
        if any(self.happened(key) for key in self.keys_of[arc]):
            return Cause.GUARD
        span = result.decision.span
        raised = self.evidence.raised_on(span.line, span.end_line)
        if arc.destination < 0:
            leaves = raised or not self.shapes.in_with(arc.source)
            return Cause.EXCEPTION_LEAVES if leaves else Cause.WITH_EXIT
        if raised:
            return Cause.EXCEPTION_ARRIVES
        if self.shapes.in_with(arc.source):
            return Cause.WITH_EXIT
        return Cause.EXCEPTION_ARRIVES if self.shapes.in_try(arc.source) else Cause.UNKNOWN

    # of false alarms

    def alarm_cause(self, arc: Arc) -> Cause:
        """Why coverage.py misses an exit that was taken, or that does not exist."""
        keys = self.keys_of.get(arc, ())
        if not any(map(self.happened, keys)):
            return Cause.PHANTOM if self.shapes.defines(arc.source) else Cause.CONSTANT
        ends = {arc.source, arc.destination}
        if ends & self.verdict.missing_lines & set(self.evidence.result.lines.covered):
            return Cause.LINE_LOST
        inline = {type(node).__name__ for node in self.shapes.inline_bodies(arc.source)}
        if "Raise" in inline:
            return Cause.RAISE_ON_LINE
        return Cause.WITH_EXIT if self.shapes.in_with(arc.source) else Cause.UNKNOWN


def decided_by(result: DecisionResult, key: ObligationKey) -> ObligationKey | None:
    """The outcome of the whole decision that follows at once from an outcome of a condition."""
    for part in result.conditions:
        condition = part.condition
        for name, after in (("true", condition.if_true), ("false", condition.if_false)):
            if isinstance(after, bool) and condition.key(name) == key:
                return result.decision.key("true" if after else "false")
    return None
