"""Where a decision's own mark goes: the keyword that the author wrote for it."""

import re
import sys
from collections.abc import Sequence

from bytecov.model.decision import Decision, DecisionKind
from bytecov.model.span import Span

WORDS = {
    DecisionKind.IF: "if|elif",
    DecisionKind.WHILE: "while",
    DecisionKind.FOR: "for",
    DecisionKind.TERNARY: "if",
    DecisionKind.COMPREHENSION_IF: "if",
    DecisionKind.COMPREHENSION_FOR: "for",
    DecisionKind.MATCH_CASE: "case",
    DecisionKind.GUARD: "if",
    DecisionKind.EXCEPT: "except",
    DecisionKind.ASSERT: "assert",
}  # an item of a `with` has no keyword of its own

_LINES_BACK = 8  # a test in brackets may start some lines below its keyword


def keyword_span(decision: Decision, lines: Sequence[str]) -> Span:
    """The keyword at the decision's start, else the nearest one before its first condition,
    else the first line of the decision."""
    start = decision.conditions[0].span if decision.conditions else decision.span
    words = WORDS.get(decision.kind)
    if words and 0 < start.line <= len(lines) and not _is_inner_pattern(decision, lines):
        here = re.compile(rf"(?:async\s+)?\b({words})\b").match(lines[start.line - 1], start.col)
        if here and not decision.conditions:
            return _on(start.line, here)
        for number in range(start.line, max(start.line - _LINES_BACK, 0), -1):
            text = lines[number - 1]
            before = text[: start.col] if number == start.line else text
            if found := list(re.finditer(rf"\b({words})\b", before)):
                return _on(number, found[-1])
    span = decision.span
    end = span.end_col if span.end_line == span.line else sys.maxsize
    return Span(span.line, span.col, span.line, end)


def _is_inner_pattern(decision: Decision, lines: Sequence[str]) -> bool:
    """An alternative of a pattern, where the `case` belongs to the whole pattern."""
    span = decision.span
    if decision.kind is not DecisionKind.MATCH_CASE or span.end_line > len(lines):
        return False
    before = lines[span.line - 1][: span.col].rstrip(" \t(").split()
    after = lines[span.end_line - 1][span.end_col :].lstrip(" \t)")
    return before[-1:] != ["case"] or not re.match(r"if\b|as\b|:", after)


def _on(line: int, found: re.Match[str]) -> Span:
    return Span(line, found.start(1), line, found.end(1))
