"""Questions about how statements stand on lines and inside each other."""

import ast
from collections.abc import Iterator
from functools import cached_property

from bytecov.source.obligations import first_line_of
from bytecov.source.parse import Source
from bytecov.source.statements import DEFINITIONS, Statements

Around = tuple[ast.AST, ...]
WITHS = (ast.With, ast.AsyncWith)
TRIES = (ast.Try, ast.TryStar)


class Shapes:
    """The statements, clauses and cases of a source by the line on which each starts: the first
    of its statement, as everywhere in this part."""

    def __init__(self, source: Source, statements: Statements) -> None:
        self._source = source
        self._first = statements.first_line

    @cached_property
    def _by_line(self) -> dict[int, list[tuple[ast.AST, Around]]]:
        found: dict[int, list[tuple[ast.AST, Around]]] = {}
        waiting: list[tuple[ast.AST, Around]] = [(self._source.tree, ())]
        while waiting:
            node, around = waiting.pop()
            if around:
                found.setdefault(self.line(node), []).append((node, around))
            waiting.extend((child, (*around, node)) for child in _suites(node))
        return found

    def line(self, node: ast.AST) -> int:
        """The line of a statement, clause or case."""
        if isinstance(node, ast.match_case):
            return self._first(node.pattern.lineno)
        if isinstance(node, ast.stmt):
            return self._first(first_line_of(node))
        return self._first(getattr(node, "lineno", 0))

    def at(self, line: int) -> list[tuple[ast.AST, Around]]:
        """What starts on a line, each with what is around it, the outermost first."""
        return self._by_line.get(line, [])

    def defines(self, line: int) -> bool:
        """Whether a function or class starts there."""
        return any(isinstance(node, DEFINITIONS) for node, _ in self.at(line))

    def inline_bodies(self, line: int) -> Iterator[ast.AST]:
        """Statements on the line of the header that they belong to."""
        for node, _ in self.at(line):
            for child in getattr(node, "body", []):
                if self.line(child) == line:
                    yield child

    def in_with(self, line: int) -> bool:
        """Whether a `with` of the same function is around what starts there."""
        return any(isinstance(outer, WITHS) for outer in self._same_function(line))

    def in_try(self, line: int) -> bool:
        """Whether a `try` of the same function is around what starts there."""
        return any(isinstance(outer, TRIES) for outer in self._same_function(line))

    def ends_finally(self, line: int) -> bool:
        """Whether the way behind a statement there is the way out of a `finally`."""
        for node, around in self.at(line):
            inner = node
            for outer in reversed(around):
                suite = next((one for one in _suite_lists(outer) if inner in one), None)
                if suite is None or suite[-1] is not inner:
                    break
                if isinstance(outer, TRIES) and suite is outer.finalbody:
                    return True
                inner = outer
        return False

    def _same_function(self, line: int) -> Iterator[ast.AST]:
        for _, around in self.at(line):
            for outer in reversed(around):
                if isinstance(outer, DEFINITIONS):
                    break
                yield outer


def _suite_lists(node: ast.AST) -> Iterator[list[ast.AST]]:
    for name in ("body", "orelse", "finalbody", "handlers", "cases"):
        inside = getattr(node, name, None)
        if isinstance(inside, list):
            yield inside


def _suites(node: ast.AST) -> Iterator[ast.AST]:
    for suite in _suite_lists(node):
        yield from suite
