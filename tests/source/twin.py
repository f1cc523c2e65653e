"""A twin of a program that notes for itself what its conditions came to.

The tree is rewritten: each condition, each whole test, each body of a loop, case and handler
tells a notebook that it was there; nothing is evaluated twice or in another order.  The twin
knows nothing of bytecode, so what it notes can be compared with what the edges say.
"""

import ast
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from bytecov.model.decision import Decision, DecisionKind
from bytecov.model.obligation import ObligationKey
from bytecov.model.span import Span
from bytecov.source.obligations import obligations
from bytecov.source.parse import Source

TESTS = {
    ast.If: DecisionKind.IF,
    ast.While: DecisionKind.WHILE,
    ast.IfExp: DecisionKind.TERNARY,
    ast.Assert: DecisionKind.ASSERT,
}


class Notebook:
    """What the twin writes in."""

    def __init__(self) -> None:
        self.counts: dict[ObligationKey, int] = {}
        self.matched: set[Span] = set()

    def note(self, kind: str, span: tuple[int, int, int, int], value: Any) -> Any:
        """Note a condition's or a decision's truth; the value passes through."""
        try:
            outcome = "true" if value else "false"
        except Exception:  # an operand that nothing tests need not have a truth
            return value
        self.count(ObligationKey(kind, Span(*span), outcome))
        return value

    def mark(self, kind: str, span: tuple[int, int, int, int], outcome: str) -> bool:
        """Note that control came here."""
        self.count(ObligationKey(kind, Span(*span), outcome))
        return True

    def match(self, span: tuple[int, int, int, int]) -> bool:
        """Note that a pattern matched."""
        self.matched.add(Span(*span))
        return self.mark("match-case", span, "matched")

    def taken(self, span: tuple[int, int, int, int]) -> bool:
        """Note that a pattern without guard matched."""
        return self.mark("match-case", span, "matched")

    def guarded(self, span: tuple[int, int, int, int], value: Any) -> Any:
        """Forget the match if its case is taken."""
        if value:
            self.matched.discard(Span(*span))
        return value

    def passed(self, span: tuple[int, int, int, int]) -> bool:
        """Note that the case behind a pattern was come to: it did not match, or its guard
        failed."""
        if Span(*span) in self.matched:
            self.matched.remove(Span(*span))
        else:
            self.mark("match-case", span, "not matched")
        return False

    def count(self, key: ObligationKey) -> None:
        self.counts[key] = self.counts.get(key, 0) + 1


def run_twin(source: Source, names: dict[str, Any] | None = None) -> Notebook:
    """Run the twin of a program; exceptions that leave it are its own affair."""
    notebook = Notebook()
    code = compile(twin(source), source.path, "exec", dont_inherit=True)
    given = {"__name__": "program", **calls(notebook), **(names or {})}
    with suppress(Exception):
        exec(code, given)
    return notebook


def calls(notebook: Notebook, suffix: str = "") -> dict[str, Any]:
    """What a twin calls, by the names that it calls it."""
    names = ("note", "mark", "match", "taken", "guarded", "passed")
    return {f"_{name}{suffix}": getattr(notebook, name) for name in names}


def twin(source: Source, suffix: str = "") -> ast.Module:
    """The rewritten tree; `suffix` ends the names that it calls."""
    tree = ast.parse(source.text)
    found = {(d.kind, d.span): d for d in obligations(source)}
    tree = _Rewriter(source, found, suffix).visit(tree)
    return ast.fix_missing_locations(tree)


class _Rewriter(ast.NodeTransformer):
    def __init__(
        self, source: Source, found: dict[tuple[DecisionKind, Span], Decision], suffix: str
    ) -> None:
        self.source = source
        self.suffix = suffix
        self.found = found
        self.conditions = {c.span for d in found.values() for c in d.conditions}
        self.temporary = 0

    def span(self, node: ast.AST) -> Span:
        return self.source.in_characters(
            Span(node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)
        )

    def visit(self, node: ast.AST) -> Any:
        """Children first, then the node's own part."""
        if isinstance(node, ast.pattern):
            return node
        span = self.span(node) if hasattr(node, "lineno") else None
        chain = isinstance(node, ast.Compare) and len(node.ops) > 1
        spans = list(self.chain_spans(node)) if chain else []
        test_span = self.span(node.test) if type(node) in TESTS else None
        if_spans = [[self.span(i) for i in g.ifs] for g in getattr(node, "generators", ())]
        handler_spans = [self.handler_span(h) for h in getattr(node, "handlers", ())]
        loop_span = self.loop_span(node) if isinstance(node, ast.For | ast.AsyncFor) else None
        cases = [
            (self.span(c.pattern), self.span(c.guard) if c.guard else None)
            for c in getattr(node, "cases", ())
        ]
        self.generic_visit(node)
        if test_span and (TESTS[type(node)], test_span) in self.found:
            node.test = self.note(TESTS[type(node)].value, test_span, node.test)
        for generator, inside in zip(getattr(node, "generators", ()), if_spans, strict=True):
            generator.ifs = [
                self.note("comprehension-if", s, i)
                if (DecisionKind.COMPREHENSION_IF, s) in self.found
                else i
                for s, i in zip(inside, generator.ifs, strict=True)
            ]
        for handler, where in zip(getattr(node, "handlers", ()), handler_spans, strict=True):
            handler.body.insert(0, ast.Expr(self.mark("except", where, "matched")))
        if isinstance(node, ast.Try) and node.handlers and node.handlers[-1].type:
            mark = ast.Expr(self.mark("except", handler_spans[-1], "not matched"))
            node.handlers.append(ast.ExceptHandler(None, None, [mark, ast.Raise()]))
        if loop_span:
            node.body.insert(0, ast.Expr(self.mark("for", loop_span, "entered")))
            node.orelse.insert(0, ast.Expr(self.mark("for", loop_span, "exhausted")))
        if cases:
            node.cases = list(self.cases(node.cases, cases))
        if chain and (spans[0] in self.conditions):
            node = self.rewrite_chain(node, spans)
        if isinstance(node, ast.expr) and span in self.conditions and not chain:
            node = self.note("condition", span, node)
        for kind in (DecisionKind.BOOLOP, DecisionKind.COMPARE_CHAIN):
            if isinstance(node, ast.expr) and (kind, span) in self.found:
                node = self.note(kind.value, span, node)
        return node

    # pieces

    def call(self, name: str, *arguments: ast.expr) -> ast.Call:
        return ast.Call(ast.Name(name + self.suffix, ast.Load()), list(arguments), [])

    def note(self, kind: str, span: Span, value: ast.expr) -> ast.Call:
        return self.call("_note", ast.Constant(kind), _constant(span), value)

    def mark(self, kind: str, span: Span, outcome: str) -> ast.Call:
        return self.call("_mark", ast.Constant(kind), _constant(span), ast.Constant(outcome))

    def chain_spans(self, node: ast.Compare) -> Iterator[Span]:
        whole = self.span(node)
        operands = [node.left, *node.comparators]
        for i in range(len(node.ops)):
            start = whole if i == 0 else self.span(operands[i])
            end = whole if i == len(node.ops) - 1 else self.span(operands[i + 1])
            yield Span(start.line, start.col, end.end_line, end.end_col)

    def rewrite_chain(self, node: ast.Compare, spans: list[Span]) -> ast.expr:
        """`a < b < c` as `a < (t := b) and t < c`."""
        parts: list[ast.expr] = []
        left = node.left
        for i, (op, right) in enumerate(zip(node.ops, node.comparators, strict=True)):
            following = right
            if i < len(node.ops) - 1:
                self.temporary += 1
                name = f"_t{self.temporary}"
                right = ast.NamedExpr(ast.Name(name, ast.Store()), right)
                following = ast.Name(name, ast.Load())
            parts.append(self.note("condition", spans[i], ast.Compare(left, [op], [right])))
            left = following
        return ast.BoolOp(ast.And(), parts)

    def loop_span(self, node: ast.For | ast.AsyncFor) -> Span:
        whole, end = self.span(node), self.span(node.iter)
        return Span(whole.line, whole.col, end.end_line, end.end_col)

    def handler_span(self, node: ast.ExceptHandler) -> Span:
        whole = self.span(node)
        if node.type is None:
            return Span(whole.line, whole.col, whole.line, whole.col + len("except"))
        end = self.span(node.type)
        return Span(whole.line, whole.col, end.end_line, end.end_col)

    def cases(
        self, cases: list[ast.match_case], spans: list[tuple[Span, Span | None]]
    ) -> Iterator[ast.match_case]:
        for case, (pattern, guard) in zip(cases, spans, strict=True):
            counted = (DecisionKind.MATCH_CASE, pattern) in self.found
            if counted:
                matched = self.call("_match" if guard else "_taken", _constant(pattern))
            else:
                matched = ast.Constant(True)
            if case.guard is not None and (DecisionKind.GUARD, guard) in self.found:
                case.guard = self.note("guard", guard, case.guard)
            if case.guard is not None:
                case.guard = self.call("_guarded", _constant(pattern), case.guard)
            if guard is None and counted:
                case.guard = matched
            elif guard is not None:
                case.guard = ast.BoolOp(ast.And(), [matched, case.guard])
            yield case
            if counted:
                passed = self.call("_passed", _constant(pattern))
                yield ast.match_case(ast.MatchAs(None, None), passed, [ast.Pass()])


def _constant(span: Span) -> ast.expr:
    return ast.Tuple([ast.Constant(part) for part in span], ast.Load())
