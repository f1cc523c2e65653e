"""What is known before the program runs: tests that always come out alike, and the code that
therefore cannot run."""

import ast
from collections.abc import Iterator
from typing import NamedTuple

from bytecov.diagnose.shapes import Shapes
from bytecov.model.span import Span
from bytecov.source.obligations import first_line_of
from bytecov.source.parse import Source
from bytecov.source.truth import span_of, test_diagram

LEAVING = (ast.Return, ast.Raise, ast.Break, ast.Continue)


class Fixed(NamedTuple):
    """A test that always comes out alike."""

    span: Span
    text: str
    truth: bool


class Behind(NamedTuple):
    """A statement that control never goes on from, by its line."""

    line: int


def fixed_tests(source: Source, shapes: Shapes, line: int) -> Iterator[Fixed]:
    """The tests in what starts on a line that always come out alike."""
    for node, _ in shapes.at(line):
        for one in _headers(node):
            if isinstance(one, ast.If | ast.While | ast.IfExp | ast.Assert) and (
                found := _fixed(source, one.test)
            ):
                yield found


def why_dead(source: Source, shapes: Shapes, line: int) -> Fixed | Behind | None:
    """Why what starts on a line cannot run; None where nothing is known to forbid it."""
    for node, around in shapes.at(line):
        for outer, inner in zip(around, (*around[1:], node), strict=True):
            if isinstance(outer, ast.If | ast.While) and (found := _fixed(source, outer.test)):
                closed = outer.orelse if found.truth else outer.body
                if inner in closed:
                    return found
            for suite in (getattr(outer, name, []) for name in ("body", "orelse", "finalbody")):
                if isinstance(suite, list) and inner in suite:
                    before = suite[: suite.index(inner)]
                    if stop := next(filter(_leaves, before), None):
                        return Behind(first_line_of(stop))
    return None


def _headers(node: ast.AST) -> Iterator[ast.AST]:
    """A statement and what stands in it, without the statements inside."""
    yield node
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case):
            yield from _headers(child)


def _fixed(source: Source, test: ast.expr) -> Fixed | None:
    diagram = test_diagram(test)
    outcomes = {diagram.root} if isinstance(diagram.root, bool) else diagram.outcomes
    if len(outcomes) != 1:
        return None
    span = source.in_characters(span_of(test))
    [truth] = outcomes
    return Fixed(span, source.segment(span), truth)


def _leaves(statement: ast.stmt) -> bool:
    """Whether control never goes on to the statement behind."""
    if isinstance(statement, ast.If) and statement.orelse:
        return all(any(map(_leaves, suite)) for suite in (statement.body, statement.orelse))
    return isinstance(statement, LEAVING)
