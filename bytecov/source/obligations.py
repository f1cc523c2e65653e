"""What a source's author owes a test for: every decision, from the tree alone.

The same source gives the same decisions on every Python version.  Left out are decisions that
are none when the program runs: constant tests, TYPE_CHECKING, code behind a `return`, and
annotations, which most programs never evaluate.

Both statements and expressions wait on one list instead of the call stack: `elif` chains and
sums of strings get longer than it is deep.
"""

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from bytecov.model.decision import Condition, Decision, DecisionKind
from bytecov.model.obligation import ObligationKey
from bytecov.model.span import Span
from bytecov.source.parse import Source
from bytecov.source.patterns import pattern_diagram
from bytecov.source.sites import Handler, Loop, Sites, Test, With
from bytecov.source.truth import (
    Diagram,
    Leaf,
    short_circuits,
    span_of,
    test_diagram,
    value_diagram,
)

TRUTH = ("true", "false")
LEAVES = frozenset((ast.Return, ast.Raise, ast.Break, ast.Continue))
"""Statements behind which nothing is compiled."""
CHILDLESS = frozenset((ast.Name, ast.Constant, ast.alias))
PLAIN = frozenset(
    (*("ctx", "op", "ops", "id", "attr", "arg", "names", "module", "level"), "type_comment")
)
"""Fields without anything that decides, wherever they are."""
FIELDS = {
    kind: tuple(name for name in kind._fields if name not in PLAIN)
    for kind in vars(ast).values()
    if isinstance(kind, type) and issubclass(kind, ast.AST)
}
"""{kind of node: fields that may have something inside that decides}"""


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """What one walk over the tree finds."""

    decisions: tuple[Decision, ...]
    sites: Sites
    destinations: dict[ObligationKey, int]
    """{outcome: the line where control goes then}, where the tree tells"""


def obligations(source: Source) -> tuple[Decision, ...]:
    """The decisions of a source in source order."""
    return (_owed.get(source) or survey(source)).decisions


def destinations(source: Source) -> dict[ObligationKey, int]:
    """{outcome: the line where control goes then}, where the tree tells"""
    return (_owed.get(source) or survey(source)).destinations


def survey(source: Source) -> Survey:
    """Decisions, where their branches can be found, and where their outcomes lead."""
    if source not in _surveys:
        _surveys[source] = _Walk(source).run()
    return _surveys[source]


class Owed(NamedTuple):
    """The part of a survey that can be kept from one process to the next (`cache.py`)."""

    decisions: tuple[Decision, ...]
    destinations: dict[ObligationKey, int]


def remember(source: Source, owed: Owed) -> None:
    """Spare the walk over a source of which the obligations are known."""
    _owed[source] = owed


_surveys: WeakKeyDictionary[Source, Survey] = WeakKeyDictionary()
_owed: WeakKeyDictionary[Source, Owed] = WeakKeyDictionary()


@dataclass(slots=True)
class _Place:
    """What a waiting node must know of its surroundings."""

    function: str = ""
    after: int | None = None  # line of the statement behind it, where the tree tells
    tail_of: Leaf | None = None  # see `Test.tail_of`

    @property
    def is_plain(self) -> bool:
        return self.after is None and self.tail_of is None


class _Walk:
    """Visits each node once; `visit_X` leaves what lies inside X on the waiting list."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.sites = Sites()
        self.decisions: list[Decision] = []
        self.destinations: dict[ObligationKey, int] = {}
        self.waiting: list[tuple[ast.AST, _Place]] = []

    def run(self) -> Survey:
        self.suite(self.source.tree.body, _Place())
        while self.waiting:
            node, place = self.waiting.pop()
            visit = VISITORS.get(type(node))
            if visit is None:
                self.inside(node, place)
            else:
                visit(self, node, place)
        ordered = sorted(self.decisions, key=lambda decision: (decision.span, decision.kind.value))
        return Survey(tuple(ordered), self.sites, self.destinations)

    # what waits

    def wait(self, nodes: Iterable[ast.AST | None], place: _Place) -> None:
        self.waiting.extend((node, place) for node in nodes if node is not None)

    def inside(self, node: ast.AST, place: _Place) -> None:
        """Everything inside a node that has no say in it."""
        plain = place if place.is_plain else _Place(place.function)
        wait = self.waiting.append
        for name in FIELDS[type(node)]:
            value = getattr(node, name, None)
            for child in value if isinstance(value, list) else (value,):
                if type(child) not in CHILDLESS and isinstance(child, ast.AST):
                    wait((child, plain))

    def suite(self, statements: Sequence[ast.stmt], place: _Place) -> None:
        """Statements in order, up to one that always leaves: the rest is never compiled."""
        for i, statement in enumerate(statements):
            following = statements[i + 1] if i + 1 < len(statements) else None
            after = first_line_of(following) if following else place.after
            self.waiting.append((statement, _Place(place.function, after)))
            if type(statement) in LEAVES:
                break

    # what is found

    def add(
        self,
        kind: DecisionKind,
        span: Span,
        place: _Place,
        outcomes: tuple[str, ...],
        conditions: tuple[Condition, ...] = (),
    ) -> Decision:
        """A decision at a span that counts bytes."""
        span = self.source.in_characters(span)
        text = self.source.segment(span)
        decision = Decision(kind, span, text, place.function, outcomes, conditions)
        self.decisions.append(decision)
        return decision

    def add_diagram(
        self, kind: DecisionKind, node: ast.expr, diagram: Diagram, place: _Place
    ) -> Test | None:
        """A decision made of conditions; None when nothing of it is tested at run time."""
        if not any(leaf.tested for leaf in diagram.leaves):
            self.sites.static.update(diagram.static_spans)
            return None
        outcomes = tuple(name for name in TRUTH if (name == "true") in diagram.outcomes)
        conditions = tuple(self.conditions(diagram))
        decision = self.add(kind, span_of(node), place, outcomes, conditions)
        test = Test(decision, diagram, place.tail_of)
        self.sites.add_test(self.source, test)
        return test

    def conditions(self, diagram: Diagram) -> Iterator[Condition]:
        index = {leaf: i for i, leaf in enumerate(diagram.leaves)}
        for leaf in diagram.leaves:
            span = self.source.in_characters(leaf.span)
            if_true, if_false = (
                after if isinstance(after, bool) else index[after]
                for after in (leaf.if_true, leaf.if_false)
            )
            yield Condition(span, self.source.segment(span), if_true, if_false, leaf.tested)

    def test(self, kind: DecisionKind, node: ast.expr, place: _Place) -> Test | None:
        """An expression that stands in a test, and the ternaries that stand in it."""
        diagram = test_diagram(node)
        test = self.add_diagram(kind, node, diagram, _Place(place.function))
        for ternary in diagram.ternaries:
            self.add_diagram(
                DecisionKind.TERNARY,
                ternary.test,
                test_diagram(ternary.test),
                _Place(place.function),
            )
        self.parts(diagram, place)
        return test

    def parts(self, diagram: Diagram, place: _Place) -> None:
        """What lies inside a diagram's leaves."""
        compared: set[ast.expr] = set()
        for leaf in diagram.leaves:
            if isinstance(leaf.node, ast.Compare):
                if leaf.node not in compared:
                    self.inside(leaf.node, place)
                compared.add(leaf.node)
            else:
                self.wait([leaf.node], _Place(place.function, None, leaf if leaf.tested else None))
        for node in dict.fromkeys((*diagram.static, *diagram.known)):
            if isinstance(node, ast.Compare):
                self.inside(node, place)
            else:
                self.wait([node], _Place(place.function))

    def leads(self, found: Test | Decision | None, **lines: int | None) -> None:
        """Note where outcomes lead."""
        decision = found.decision if isinstance(found, Test) else found
        for outcome, line in lines.items():
            if decision is not None and line is not None:
                self.destinations[decision.key(outcome.replace("_", " "))] = line

    # statements

    def visit_if(self, node: ast.If, place: _Place) -> None:
        test = self.test(DecisionKind.IF, node.test, place)
        self.leads(
            test,
            true=first_line_of(node.body[0]),
            false=first_line_of(node.orelse[0]) if node.orelse else place.after,
        )
        self.suite(node.body, place)
        self.suite(node.orelse, place)

    def visit_while(self, node: ast.While, place: _Place) -> None:
        test = self.test(DecisionKind.WHILE, node.test, place)
        self.leads(
            test,
            true=first_line_of(node.body[0]),
            false=first_line_of(node.orelse[0]) if node.orelse else place.after,
        )
        self.suite(node.body, _Place(place.function))
        self.suite(node.orelse, place)

    def visit_for(self, node: ast.For | ast.AsyncFor, place: _Place) -> None:
        whole, iterable = span_of(node), span_of(node.iter)
        header = Span(whole.line, whole.col, iterable.end_line, iterable.end_col)
        decision = self.add(DecisionKind.FOR, header, place, ("entered", "exhausted"))
        loop = Loop(decision.key("entered"), decision.key("exhausted"))
        self.sites.loops[_stored_first(node.target)] = loop
        self.leads(
            decision,
            entered=first_line_of(node.body[0]),
            exhausted=first_line_of(node.orelse[0]) if node.orelse else place.after,
        )
        self.wait([node.target, node.iter], _Place(place.function))
        self.suite(node.body, _Place(place.function))
        self.suite(node.orelse, place)

    def visit_try(self, node: ast.Try | ast.TryStar, place: _Place) -> None:
        end = first_line_of(node.finalbody[0]) if node.finalbody else place.after
        inside = _Place(place.function, end)
        for handler in node.handlers:
            last = handler is node.handlers[-1] and isinstance(node, ast.Try)
            self.handler(handler, inside, last)
        self.suite(node.body, _Place(place.function))
        self.suite(node.orelse, inside)
        self.suite(node.finalbody, place)

    def handler(self, node: ast.ExceptHandler, place: _Place, last: bool) -> None:
        """An except clause.  What the last does not match propagates; not so of `except*`, which
        is asked for what is left even if nothing is."""
        whole = span_of(node)
        if node.type is None:
            header = Span(whole.line, whole.col, whole.line, whole.col + len("except"))
        else:
            end = span_of(node.type)
            header = Span(whole.line, whole.col, end.end_line, end.end_col)
        passes = last and node.type is not None
        outcomes = ("matched", "not matched") if passes else ("matched",)
        decision = self.add(DecisionKind.EXCEPT, header, place, outcomes)
        if node.type is None:
            self.sites.bare_handlers[whole] = decision.key("matched")
        else:
            handler = Handler(*map(decision.key, outcomes))
            self.sites.handlers[whole] = handler
            self.sites.handlers.setdefault(span_of(node.type), handler)
            self.wait([node.type], _Place(place.function))
        self.leads(decision, matched=first_line_of(node.body[0]))
        self.suite(node.body, place)

    def visit_with(self, node: ast.With | ast.AsyncWith, place: _Place) -> None:
        items = []
        for item in node.items:
            start = span_of(item.context_expr)
            end = span_of(item.optional_vars) if item.optional_vars else start
            header = Span(start.line, start.col, end.end_line, end.end_col)
            decision = self.add(DecisionKind.WITH, header, place, ("suppressed", "propagated"))
            ways = With(decision.key("suppressed"), decision.key("propagated"))
            self.sites.withs.setdefault(start, (ways,))
            items.append(ways)
            self.wait([item.context_expr, item.optional_vars], _Place(place.function))
        self.sites.withs[span_of(node)] = tuple(items)
        self.suite(node.body, place)

    def visit_match(self, node: ast.Match, place: _Place) -> None:
        self.wait([node.subject], _Place(place.function))
        lines: list[int | None] = [case.pattern.lineno for case in node.cases[1:]]
        for case, following in zip(node.cases, [*lines, place.after], strict=True):
            self.case(case, following, place)

    def case(self, node: ast.match_case, following: int | None, place: _Place) -> None:
        """A case: its pattern, the alternatives in it, its guard, its body."""
        span = self.source.in_characters(span_of(node.pattern))
        ways = [ObligationKey("match-case", span, way) for way in ("matched", "not matched")]
        diagram = pattern_diagram(
            node.pattern, ways[0], ways[1], self.alternative_key, self.part_keys
        )
        known = set(chain.from_iterable(t.matched.keys + t.failed.keys for t in diagram.tests))
        body = first_line_of(node.body[0])
        if diagram.tests:
            outcomes = tuple(key.outcome for key in ways if key in known)
            decision = self.add(DecisionKind.MATCH_CASE, span_of(node.pattern), place, outcomes)
            self.leads(decision, matched=body if not node.guard else None, not_matched=following)
        for pattern in diagram.alternatives:
            if self.alternative_key(pattern) in known:
                self.add(DecisionKind.MATCH_CASE, span_of(pattern), place, ("matched",))
        for pattern in diagram.parts:
            outcomes = tuple(key.outcome for key in self.part_keys(pattern) if key in known)
            self.add(DecisionKind.SUB_PATTERN, span_of(pattern), place, outcomes)
        self.sites.add_patterns(diagram)
        if node.guard:
            test = self.test(DecisionKind.GUARD, node.guard, place)
            self.leads(test, true=body, false=following)
            if test:
                for span in diagram.captures:
                    self.sites.captures[span] = list(test.diagram.leaves)
        self.wait([node.pattern], _Place(place.function))
        self.suite(node.body, place)

    def alternative_key(self, node: ast.pattern) -> ObligationKey:
        return ObligationKey("match-case", self.source.in_characters(span_of(node)), "matched")

    def part_keys(self, node: ast.pattern) -> tuple[ObligationKey, ObligationKey]:
        kind, span = DecisionKind.SUB_PATTERN.value, self.source.in_characters(span_of(node))
        return ObligationKey(kind, span, "matched"), ObligationKey(kind, span, "not matched")

    def visit_assert(self, node: ast.Assert, place: _Place) -> None:
        self.sites.asserts.add(span_of(node))
        self.test(DecisionKind.ASSERT, node.test, place)
        self.wait([node.msg], _Place(place.function))

    def visit_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, place: _Place) -> None:
        inner = _Place(f"{place.function}.{node.name}" if place.function else node.name)
        if node.name.startswith("__"):
            self.sites.own_names[node.name].add(first_line_of(node))
        self.suite(node.body, inner)
        self.wait(node.decorator_list, _Place(place.function))
        self.arguments(node.args, place)
        self.uncount([node.returns, *getattr(node, "type_params", [])])

    def visit_lambda(self, node: ast.Lambda, place: _Place) -> None:
        name = f"{place.function}.<lambda>" if place.function else "<lambda>"
        self.wait([node.body], _Place(name))
        self.arguments(node.args, place)

    def arguments(self, node: ast.arguments, place: _Place) -> None:
        self.wait([*node.defaults, *node.kw_defaults], _Place(place.function))
        every = [*node.posonlyargs, *node.args, node.vararg, *node.kwonlyargs, node.kwarg]
        self.uncount(arg.annotation for arg in every if arg)

    def visit_class(self, node: ast.ClassDef, place: _Place) -> None:
        self.suite(node.body, _Place(f"{place.function}.{node.name}".lstrip(".")))
        self.wait([*node.decorator_list, *node.bases, *node.keywords], _Place(place.function))
        self.uncount(getattr(node, "type_params", []))

    def visit_annotated(self, node: ast.AnnAssign, place: _Place) -> None:
        self.wait([node.target, node.value], _Place(place.function))
        self.uncount([node.annotation])

    def visit_type_alias(self, node: ast.AST, place: _Place) -> None:
        self.uncount([node])

    def uncount(self, nodes: Iterable[ast.AST | None]) -> None:
        self.sites.uncounted.update(span_of(node) for node in nodes if node is not None)

    # expressions

    def visit_boolean(self, node: ast.expr, place: _Place) -> None:
        """`and`, `or`, `not` or a comparison as a value."""
        if not short_circuits(node):
            self.inside(node, place)
            return
        diagram = value_diagram(node)
        chained = isinstance(node, ast.Compare)
        kind = DecisionKind.COMPARE_CHAIN if chained else DecisionKind.BOOLOP
        self.add_diagram(kind, node, diagram, place)
        self.parts(diagram, place)

    def visit_ternary(self, node: ast.IfExp, place: _Place) -> None:
        self.test(DecisionKind.TERNARY, node.test, place)
        self.wait([node.body, node.orelse], place)

    def visit_call(self, node: ast.Call, place: _Place) -> None:
        if len(node.args) == 1 and isinstance(node.args[0], ast.GeneratorExp):
            self.sites.genexp_callees.add(span_of(node.func))
        self.inside(node, place)

    def visit_comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, place: _Place
    ) -> None:
        plain = _Place(place.function)
        parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        for i, clause in enumerate(node.generators):
            if i == 0 or not _is_single(clause.iter):
                self.clause(clause, plain)
            self.wait([clause.target, clause.iter], plain)
            for condition in clause.ifs:
                test = self.test(DecisionKind.COMPREHENSION_IF, condition, plain)
                for span in _element_spans(parts):
                    leaves = test.diagram.leaves if test else ()
                    self.sites.elements[span].extend(leaves)
        self.wait(parts, plain)

    def clause(self, node: ast.comprehension, place: _Place) -> None:
        """A `for` clause of a comprehension."""
        start, end = span_of(node.target), span_of(node.iter)
        header = Span(start.line, start.col, end.end_line, end.end_col)
        kind = DecisionKind.COMPREHENSION_FOR
        decision = self.add(kind, header, place, ("entered", "exhausted"))
        self.sites.loops[_stored_first(node.target)] = Loop(
            decision.key("entered"), decision.key("exhausted")
        )


VISITORS: dict[Any, Callable[[_Walk, Any, _Place], None]] = {
    ast.If: _Walk.visit_if,
    ast.While: _Walk.visit_while,
    ast.For: _Walk.visit_for,
    ast.AsyncFor: _Walk.visit_for,
    ast.Try: _Walk.visit_try,
    ast.TryStar: _Walk.visit_try,
    ast.With: _Walk.visit_with,
    ast.AsyncWith: _Walk.visit_with,
    ast.Match: _Walk.visit_match,
    ast.Assert: _Walk.visit_assert,
    ast.FunctionDef: _Walk.visit_function,
    ast.AsyncFunctionDef: _Walk.visit_function,
    ast.Lambda: _Walk.visit_lambda,
    ast.ClassDef: _Walk.visit_class,
    ast.AnnAssign: _Walk.visit_annotated,
    getattr(ast, "TypeAlias", None): _Walk.visit_type_alias,  # 3.12+
    ast.BoolOp: _Walk.visit_boolean,
    ast.UnaryOp: _Walk.visit_boolean,
    ast.Compare: _Walk.visit_boolean,
    ast.IfExp: _Walk.visit_ternary,
    ast.Call: _Walk.visit_call,
    ast.ListComp: _Walk.visit_comprehension,
    ast.SetComp: _Walk.visit_comprehension,
    ast.DictComp: _Walk.visit_comprehension,
    ast.GeneratorExp: _Walk.visit_comprehension,
}


def first_line_of(node: ast.stmt) -> int:
    """Where a statement starts, its decorators included."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min(node.lineno, decorators[0].lineno) if decorators else node.lineno


def _stored_first(target: ast.expr) -> Span:
    """The part of a loop's target that its first instruction speaks of."""
    while isinstance(target, ast.Attribute | ast.Subscript):
        target = target.value
    return span_of(target)


def _element_spans(parts: list[ast.expr]) -> set[Span]:
    """What may stand for a comprehension's element: `key: value` as a whole too."""
    spans = [span_of(part) for part in parts]
    first, last = spans[0], spans[-1]
    return {*spans, Span(first.line, first.col, last.end_line, last.end_col)}


def _is_single(node: ast.expr) -> bool:
    """`for x in [y]` in a second clause: CPython assigns y to x and does not loop."""
    return (
        isinstance(node, ast.List | ast.Tuple)
        and len(node.elts) == 1
        and not isinstance(node.elts[0], ast.Starred)
    )
