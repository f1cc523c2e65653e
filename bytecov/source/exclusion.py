"""What the author told us not to count, by coverage.py's rules.

A line that matches an exclusion pattern is out, with its statement; a match on a line that
opens a suite takes the suite along, one on a decorator or a signature the whole function or
class.  Lines that match a partial pattern keep their line and owe no outcome.
"""

import ast
import re
import token
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

from bytecov.model.errors import UsageError
from bytecov.source.statements import DEFINITIONS, Statements
from bytecov.source.truth import span_of

EXCLUDE = (
    r"#\s*(?:pragma|PRAGMA)[:\s]?\s*(?:no|NO)\s*(?:cover|COVER)",
    # A suite that is only `...`, on its own line or behind a signature.
    r"^\s*(?:(?:(?:async )?def .*?)?[\])]+(?:\s*->.*?)?:\s*)?\.\.\.\s*(?:#|$)",
    r"^\s*if (?:typing\.)?TYPE_CHECKING:",
)
PARTIAL = (r"#\s*(?:pragma|PRAGMA)[:\s]?\s*(?:no|NO)\s*(?:branch|BRANCH)",)
PARTIAL_ALWAYS = (r"^\s*(?:while|if) (?:True|False|1|0):",)


@dataclass(frozen=True, slots=True)
class Exclusions:
    """Line numbers.  Multi-line statements are named by their first line, among others."""

    excluded: frozenset[int] = frozenset()
    no_branch: frozenset[int] = frozenset()


def exclusions(
    statements: Statements,
    exclude: Iterable[str] = EXCLUDE,
    partial: Iterable[str] = (*PARTIAL, *PARTIAL_ALWAYS),
) -> Exclusions:
    """What the patterns exclude.  UsageError for a pattern that is no regular expression."""
    excluded = _suites(statements, _matching(statements.text, exclude))
    excluded = set(statements.first_of(excluded))
    for node in statements.nodes:
        if isinstance(node, DEFINITIONS):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            if not excluded.isdisjoint(range(first, node.lineno + 1)):
                excluded.update(range(first, span_of(node).end_line + 1))
        elif isinstance(node, ast.match_case) and is_irrefutable(node):
            lines = range(node.body[0].lineno, span_of(node.body[-1]).end_line + 1)
            body = statements.with_code.intersection(lines)
            if body and body <= excluded:
                excluded.update(range(node.pattern.lineno, node.pattern.end_lineno + 1))
    no_branch = statements.first_of(_matching(statements.text, partial))
    return Exclusions(frozenset(excluded), no_branch)


def _matching(text: str, patterns: Iterable[str]) -> set[int]:
    """Lines that a match of one of the patterns touches."""
    patterns = [pattern for pattern in patterns if pattern]
    if not patterns:
        return set()
    ends = [match.start() for match in re.finditer("\n", text)]
    try:
        found = re.finditer("|".join(f"(?:{p})" for p in patterns), text, re.MULTILINE)
    except re.error as error:
        raise UsageError(f"an exclusion pattern is no regular expression: {error}") from error
    lines: set[int] = set()
    for match in found:
        first, last = (bisect_left(ends, place) + 1 for place in match.span())
        lines.update(range(first, last + 1))
    return lines


def _suites(statements: Statements, excluded: set[int]) -> set[int]:
    """The excluded lines and the suites that they open."""
    excluded = set(excluded)
    indent = opened_at = nesting = first = 0
    inside = False
    for kind, text, (start, _), (end, _), _ in statements.tokens:
        if kind == token.INDENT:
            indent += 1
        elif kind == token.DEDENT:
            indent -= 1
        elif kind == token.OP:
            opens = text == ":" and nesting == 0 and not inside
            if opens and not excluded.isdisjoint(range(first, end + 1)):
                excluded.add(end)
                inside, opened_at = True, indent
            nesting += (text in "([{") - (text in ")]}")
        elif kind == token.NEWLINE:
            first = 0
        if not first and kind != token.COMMENT and text.strip():
            first = start
            inside = inside and indent > opened_at
            if inside:
                excluded.add(end)
    return excluded


def is_irrefutable(case: ast.match_case) -> bool:
    """`case _:` and the like: the match statement's `else`."""
    pattern: ast.pattern | None = case.pattern
    while True:
        match pattern:
            case ast.MatchOr(patterns=patterns):
                pattern = patterns[-1]
            case ast.MatchAs(pattern=inner) if inner is not None:
                pattern = inner
            case _:
                return case.guard is None and isinstance(pattern, ast.MatchAs)
