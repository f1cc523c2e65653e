"""Match patterns as decision diagrams: which node is tested after which.

A node may cost the bytecode several jumps (a mapping: is it one, is it long enough, has it the
keys); they are one test here.  Captures and wildcards are never tested.
"""

import ast
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

from bytecov.model.obligation import ObligationKey
from bytecov.model.span import Span
from bytecov.source.truth import span_of

FAILED: Final = "not matched"


class Way(NamedTuple):
    """Where a test leads: what is known to have happened by then, and the next test.  `after`
    is True or False when the whole pattern has matched or failed.  `failures` are alternatives
    that did not match; nobody owes that."""

    keys: tuple[ObligationKey, ...]
    after: "PatternTest | bool"
    failures: tuple[ObligationKey, ...] = ()


@dataclass(slots=True, eq=False)
class PatternTest:
    """A pattern node that something can fail.  The span counts bytes."""

    node: ast.pattern
    span: Span
    matched: Way
    failed: Way


@dataclass(slots=True)
class PatternDiagram:
    root: Way
    tests: tuple[PatternTest, ...]
    parts: tuple[ast.pattern, ...]  # patterns in patterns that can fail
    alternatives: tuple[ast.pattern, ...]  # of all or-patterns
    captures: tuple[Span, ...]


def pattern_diagram(
    pattern: ast.pattern,
    matched: ObligationKey,
    not_matched: ObligationKey,
    key_of_alternative: Callable[[ast.pattern], ObligationKey],
    keys_of_part: Callable[[ast.pattern], tuple[ObligationKey, ObligationKey]],
) -> PatternDiagram:
    """The diagram of a whole case pattern.  `keys_of_part`: a sub-pattern matched, or did not."""
    builder = _Builder(key_of_alternative, keys_of_part, [], [], [], [])
    root = builder.connect(pattern, Way((matched,), True), Way((not_matched,), False))
    return PatternDiagram(
        root,
        tuple(builder.tests),
        tuple(builder.parts),
        tuple(builder.alternatives),
        tuple(builder.captures),
    )


@dataclass(slots=True)
class _Builder:
    """Connects from the last node backwards."""

    key_of_alternative: Callable[[ast.pattern], ObligationKey]
    keys_of_part: Callable[[ast.pattern], tuple[ObligationKey, ObligationKey]]
    tests: list[PatternTest]
    parts: list[ast.pattern]
    alternatives: list[ast.pattern]
    captures: list[Span]

    def connect(self, node: ast.pattern, matched: Way, failed: Way) -> Way:
        """Where matching `node` starts, given where its outcomes lead."""
        match node:
            case ast.MatchOr(patterns=patterns):
                return self.connect_alternatives(patterns, matched, failed)
            case ast.MatchAs(pattern=None) | ast.MatchStar():
                self.captures.append(span_of(node))
                return matched
            case ast.MatchAs(pattern=ast.pattern() as inner):
                self.captures.append(span_of(node))
                return self.connect(inner, matched, failed)
            case ast.MatchSequence(patterns=inside) | ast.MatchMapping(patterns=inside):
                pass
            case ast.MatchClass(patterns=positional, kwd_patterns=named):
                inside = [*positional, *named]
            case _:
                inside = []
        for part in reversed(inside):
            matched = self.connect_part(part, matched, failed)
        test = PatternTest(node, span_of(node), matched, failed)
        self.tests.append(test)
        return Way((), test)

    def connect_part(self, node: ast.pattern, matched: Way, failed: Way) -> Way:
        """A pattern in a pattern: if it can fail, that it matched or not is known by then."""
        if _always_matches(node):
            return self.connect(node, matched, failed)
        self.parts.append(node)
        ways = zip(self.keys_of_part(node), (matched, failed), strict=True)
        return self.connect(
            node, *(way._replace(keys=(key, *way.keys)) for key, way in ways)
        )

    def connect_alternatives(self, patterns: list[ast.pattern], matched: Way, failed: Way) -> Way:
        """Alternatives are tried in order; each that matches ends the or-pattern."""
        for pattern in reversed(patterns):
            self.alternatives.append(pattern)
            key = self.key_of_alternative(pattern)
            ways = (
                matched._replace(keys=(key, *matched.keys)),
                failed._replace(failures=(key._replace(outcome=FAILED), *failed.failures)),
            )
            failed = self.connect(pattern, *ways)
        return failed


def _always_matches(node: ast.pattern) -> bool:
    match node:
        case ast.MatchAs(pattern=None) | ast.MatchStar():
            return True
        case ast.MatchAs(pattern=ast.pattern() as inner):
            return _always_matches(inner)
        case ast.MatchOr(patterns=patterns):
            return any(map(_always_matches, patterns))
    return False
