"""Line arcs as coverage.py counts them, from the same hits.

coverage.py calls a line with several exits a branch, and each exit an arc to another line.  The
exits of a line are those of the `if`, `while`, `for` or `case` on it, so an arc happened where the
outcome happened that takes it.  docs/differences-from-coverage.md lists where that is not what
coverage.py says.
"""

import ast
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from bytecov.model.arc import Arc
from bytecov.model.decision import Decision, DecisionKind
from bytecov.model.obligation import ObligationKey
from bytecov.model.result import ArcsResult
from bytecov.model.span import Span
from bytecov.source.exclusion import Exclusions, is_irrefutable
from bytecov.source.obligations import first_line_of, obligations
from bytecov.source.parse import Source
from bytecov.source.statements import Statements
from bytecov.source.statements import statements as statements_of
from bytecov.source.truth import span_of

Suite = Sequence[ast.stmt]


class Exit(NamedTuple):
    """One way out of a line that branches, and the outcomes that take it."""

    arc: Arc
    keys: tuple[ObligationKey, ...]


class LineBranch(NamedTuple):
    """A line with two exits.  They may lead to one line, or stay: `if a: b = 1`."""

    line: int
    exits: tuple[Exit, ...]


def arcs_result(
    source: Source,
    outcomes: Collection[ObligationKey],
    exclusions: Exclusions,
    absent: Collection[ObligationKey] = (),
) -> ArcsResult:
    """The branch arcs of a source, by whether one of the `outcomes` that happened takes them.
    Outcomes that are `absent` from the code take none."""
    happened: list[Arc] = []
    missed: list[Arc] = []
    excused: list[Arc] = []
    for line, exits in line_branches(source, statements_of(source)):
        if line in exclusions.excluded:
            continue
        never = excused if line in exclusions.no_branch else missed
        for arc, keys in exits:
            dead = all(key in absent for key in keys)
            if not dead and arc.destination not in exclusions.excluded:
                (happened if any(key in outcomes for key in keys) else never).append(arc)
    return ArcsResult(tuple(happened), tuple(missed), tuple(excused))


def line_branches(source: Source, statements: Statements) -> tuple[LineBranch, ...]:
    """Every line that branches, from the top of the source to its end."""
    return tuple(sorted(_Walk(source, statements).run()))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where control goes behind a suite, out of the function around it, and by `continue` and
    `break`."""

    after: int
    leave: int
    top: int
    out: int

    def then(self, after: int) -> "_Place":
        return replace(self, after=after)


class _Walk:
    """Takes each suite once; suites inside it wait."""

    def __init__(self, source: Source, statements: Statements) -> None:
        self.source = source
        self.first = statements.first_line
        self.with_code = statements.first_of(statements.with_code)
        self.decisions = {(one.kind, one.span): one for one in obligations(source)}
        self.waiting: list[tuple[Suite, _Place]] = []

    def run(self) -> Iterator[LineBranch]:
        self.wait(self.source.tree.body, _Place(-1, -1, -1, -1))
        while self.waiting:
            suite, place = self.waiting.pop()
            after = place.after
            for node in reversed(suite):
                yield from self.statement(node, place.then(after))
                after = self.start([node], after)

    def wait(self, suite: Suite, place: _Place) -> None:
        self.waiting.append((suite, place))

    def start(self, suite: Suite, after: int) -> int:
        """The first line of a suite that has code."""
        lines = (self.first(first_line_of(node)) for node in suite)
        return next((line for line in lines if line in self.with_code), after)

    def goal(self, line: int, suite: Suite, place: _Place) -> int:
        """Where a suite starts; of one on its header's `line`, where it leads."""
        start = self.start(suite, place.after)
        if start != line:
            return start
        match suite[-1]:
            case ast.Return() | ast.Raise():
                return place.leave
            case ast.Break():
                return place.out
            case ast.Continue():
                return place.top
        return place.after

    def decision(self, kind: DecisionKind, span: Span) -> Decision | None:
        return self.decisions.get((kind, self.source.in_characters(span)))

    def statement(self, node: ast.stmt, place: _Place) -> Iterator[LineBranch]:
        """The branches of a statement's header; what lies inside waits."""
        match node:
            case ast.If():
                yield from self.test(DecisionKind.IF, node, place)
                self.wait(node.body, place)
                self.wait(node.orelse, place)
            case ast.While():
                yield from self.test(DecisionKind.WHILE, node, place)
                self.loop(node, self.first(node.test.lineno), place)
            case ast.For() | ast.AsyncFor():
                yield from self.for_loop(node, place)
                self.loop(node, self.first(node.iter.lineno), place)
            case ast.Match():
                yield from self.cases(node, place)
            case ast.Try() | ast.TryStar():
                self.try_statement(node, place)
            case ast.With() | ast.AsyncWith():
                self.wait(node.body, place)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                leave = -self.first(first_line_of(node))
                self.wait(node.body, _Place(leave, leave, leave, leave))

    def loop(self, node: ast.For | ast.AsyncFor | ast.While, top: int, place: _Place) -> None:
        self.wait(node.body, _Place(top, place.leave, top, place.after))
        self.wait(node.orelse, place)

    def try_statement(self, node: ast.Try | ast.TryStar, place: _Place) -> None:
        behind = place.then(self.start(node.finalbody, place.after))
        self.wait(node.body, behind.then(self.start(node.orelse, behind.after)))
        for handler in node.handlers:
            self.wait(handler.body, behind)
        self.wait(node.orelse, behind)
        ends = [node.orelse or node.body, *(handler.body for handler in node.handlers)]
        goes_on = any(map(_completes, ends)) and (not node.orelse or _completes(node.body))
        # Behind the `finally` of a `try` that always returns, the function is left.
        self.wait(node.finalbody, place if goes_on else place.then(place.leave))

    # headers

    def branch(
        self, line: int, ways: Iterable[tuple[int, tuple[ObligationKey, ...]]]
    ) -> Iterator[LineBranch]:
        exits = tuple(Exit(Arc(line, goal), keys) for goal, keys in ways if keys)
        if len(exits) > 1:
            yield LineBranch(line, exits)

    def test(
        self, kind: DecisionKind, node: ast.If | ast.While, place: _Place
    ) -> Iterator[LineBranch]:
        line = self.first(node.test.lineno)
        inside = place
        if kind is DecisionKind.WHILE:
            inside = _Place(line, place.leave, line, place.after)
        goals = {
            "true": self.goal(line, node.body, inside),
            "false": self.start(node.orelse, place.after),
        }
        if decision := self.decision(kind, span_of(node.test)):
            ways = ((goals[name], (decision.key(name),)) for name in decision.outcomes)
            yield from self.branch(line, ways)

    def for_loop(self, node: ast.For | ast.AsyncFor, place: _Place) -> Iterator[LineBranch]:
        whole, end = span_of(node), span_of(node.iter)
        header = Span(whole.line, whole.col, end.end_line, end.end_col)
        line = self.first(node.iter.lineno)
        inside = _Place(line, place.leave, line, place.after)
        if decision := self.decision(DecisionKind.FOR, header):
            ways = (
                (self.goal(line, node.body, inside), (decision.key("entered"),)),
                (self.start(node.orelse, place.after), (decision.key("exhausted"),)),
            )
            yield from self.branch(line, ways)

    def cases(self, node: ast.Match, place: _Place) -> Iterator[LineBranch]:
        starts = [self.first(case.pattern.lineno) for case in node.cases]
        for case, line, following in zip(
            node.cases, starts, [*starts[1:], place.after], strict=True
        ):
            self.wait(case.body, place)
            if not is_irrefutable(case):
                taken, passed = self.case_keys(case)
                body = self.goal(line, case.body, place)
                yield from self.branch(line, ((body, taken), (following, passed)))

    def case_keys(
        self, case: ast.match_case
    ) -> tuple[tuple[ObligationKey, ...], tuple[ObligationKey, ...]]:
        """What shows that a case was taken, and that it was not: the pattern, then the guard."""
        if isinstance(case.guard, ast.Constant) and not case.guard.value:
            return (), ()
        pattern = self.decision(DecisionKind.MATCH_CASE, span_of(case.pattern))
        guard = self.decision(DecisionKind.GUARD, span_of(case.guard)) if case.guard else None
        taken = _keys(guard, "true") if guard else _keys(pattern, "matched")
        return taken, (*_keys(pattern, "not matched"), *_keys(guard, "false"))


def _keys(decision: Decision | None, outcome: str) -> tuple[ObligationKey, ...]:
    known = decision is not None and outcome in decision.outcomes
    return (decision.key(outcome),) if decision and known else ()


def _completes(suite: Suite) -> bool:
    """Whether control can get behind a suite other than by an exception."""
    return all(map(_goes_on, suite))


def _goes_on(node: ast.stmt) -> bool:
    match node:
        case ast.Return() | ast.Raise() | ast.Break() | ast.Continue():
            return False
        case ast.If():
            while len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
                if _completes(node.body):
                    return True
                node = node.orelse[0]
            return _completes(node.body) or _completes(node.orelse)
        case ast.While(test=ast.Constant(value=value)) if value:
            return any(isinstance(inside, ast.Break) for inside in ast.walk(node))
        case ast.With() | ast.AsyncWith():
            return _completes(node.body)
        case ast.Try() | ast.TryStar():
            ways = [[*node.body, *node.orelse], *(handler.body for handler in node.handlers)]
            return any(map(_completes, ways)) and _completes(node.finalbody)
        case ast.Match():
            bodies = any(_completes(case.body) for case in node.cases)
            return bodies or not is_irrefutable(node.cases[-1])
    return True
