"""Coverage of each function and class: what a file's tallies say, by where it stands."""

import ast
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping

from bytecov.model.obligation import ObligationKey
from bytecov.model.result import LinesResult, ScopeKind, ScopeResult, Status, Tally
from bytecov.source.parse import Source
from bytecov.source.statements import DEFINITIONS
from bytecov.source.truth import span_of

BODIES = ("body", "orelse", "finalbody", "handlers", "cases")
COUNTED = (Status.COVERED, Status.MISSED, Status.UNDETERMINED)


def scopes(
    source: Source, lines: LinesResult, statuses: Mapping[str, Mapping[ObligationKey, Status]]
) -> Iterator[ScopeResult]:
    """All functions and classes in source order.  `statuses`: {"branch", "condition" or "mcdc":
    {obligation: status}}."""
    by_line = _Counts(
        [(line, Status.COVERED) for line in lines.covered]
        + [(line, Status.MISSED) for line in lines.missed]
    )
    levels = {
        level: _Counts((key.span.line, status) for key, status in found.items())
        for level, found in statuses.items()
    }
    owed = [levels[level] for level in ("branch", "condition", "mcdc")]
    for name, node in _definitions(source.tree):
        first, last = node.body[0].lineno, span_of(node).end_line
        yield ScopeResult(
            name,
            ScopeKind.CLASS if isinstance(node, ast.ClassDef) else ScopeKind.FUNCTION,
            node.lineno,
            last,
            by_line.between(first, last),
            *(counts.between(node.lineno, last) for counts in owed),
        )


class _Counts:
    """How many of each status stand between two lines."""

    def __init__(self, found: Iterable[tuple[int, Status]]) -> None:
        self.lines: dict[Status, list[int]] = {status: [] for status in COUNTED}
        for line, status in sorted(found, key=lambda one: one[0]):
            if status in self.lines:
                self.lines[status].append(line)

    def between(self, first: int, last: int) -> Tally:
        return Tally(
            *(bisect_right(at, last) - bisect_left(at, first) for at in self.lines.values())
        )


def _definitions(
    tree: ast.Module,
) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]]:
    waiting: list[tuple[ast.AST, str]] = [(tree, "")]
    while waiting:
        node, prefix = waiting.pop()
        if isinstance(node, DEFINITIONS):
            prefix = f"{prefix}.{node.name}" if prefix else node.name
            yield prefix, node
        children = (child for name in BODIES for child in getattr(node, name, ()))
        waiting.extend((child, prefix) for child in reversed(list(children)))
