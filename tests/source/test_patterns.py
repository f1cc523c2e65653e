"""What edges say of patterns is what a matcher of our own says, part by part."""

import ast
from collections import Counter
from collections.abc import Mapping, Sequence
from types import CodeType, SimpleNamespace

import pytest

from bytecov.model.decision import DecisionKind
from bytecov.model.hits import Recorded
from bytecov.model.obligation import ObligationKey
from bytecov.record.vm import VMRecorder
from bytecov.results.laying import lay
from bytecov.source.link import link
from bytecov.source.obligations import obligations
from bytecov.source.parse import Source, parse
from bytecov.source.truth import span_of
from tests.record.natively import native
from tests.source.oracle import observe

PATTERNS = [
    "1",
    "[1, 2]",
    "[1, *rest, 2]",
    "[x, [1, y]]",
    "[1 | 2, x]",
    "[1 | [2, _] | None, 2]",
    "[(1 | 2) as y, _]",
    "[[1 | 2], 2] | [_, 1] | 1",
    '{"a": 1}',
    '{"a": [1, {"b": 2 | 3}], **rest}',
    '{"a": _, "b": None}',
    "P(x=1, y=2)",
    "P(x=[1, _], y=P(x=1 | 2))",
    "[P(), str() | int(1)]",
    "[1, P(x=y), 2] as z",
    "int(1 | 2) | [int(), *_]",
]
P = SimpleNamespace
ATOMS = [1, 2, 3, None, "s"]
VALUES = [
    *ATOMS,
    *([one, other] for one in [*ATOMS, [1, 2], [2, 1], P()] for other in [1, 2, [1, 3], [2, 2]]),
    *([1, P(x=1), 2], [1, P(), 2], [1, P(x=1), 3], [], [[1], 2], [[3], 2], [P(), 1], [P(), "s"]),
    *({}, {"a": 1}, {"a": 2, "b": None}, {"a": [1, {"b": 3}]}, {"a": [1, {}]}, {"a": [1, 2]}),
    *(P(x=1, y=2), P(x=1), P(x=1, y=1), P(x=[1, 2], y=P(x=2)), P(x=[1, 2], y=P(x=3)), P(x=[1])),
]


class Matcher:
    """The language reference's rules, one function; counts what each pattern came to."""

    def __init__(self) -> None:
        self.counts: Counter[ObligationKey] = Counter()

    def note(self, kind: str, node: ast.pattern, outcome: str) -> None:
        self.counts[ObligationKey(kind, span_of(node), outcome)] += 1

    def whole(self, node: ast.pattern, value: object) -> None:
        matched = self.matches(node, value)
        self.note("match-case", node, "matched" if matched else "not matched")

    def part(self, node: ast.pattern, value: object) -> bool:
        matched = self.matches(node, value)
        if not (isinstance(node, ast.MatchAs) and node.pattern is None):  # a name takes anything
            self.note("sub-pattern", node, "matched" if matched else "not matched")
        return matched

    def matches(self, node: ast.pattern, value: object) -> bool:
        match node:
            case ast.MatchValue(value=ast.expr() as constant):
                return value == ast.literal_eval(constant)
            case ast.MatchSingleton(value=constant):
                return value is constant
            case ast.MatchAs(pattern=None) | ast.MatchStar():
                return True
            case ast.MatchAs(pattern=ast.pattern() as inner):
                return self.matches(inner, value)
            case ast.MatchOr(patterns=ways):
                for way in ways:
                    if self.matches(way, value):
                        self.note("match-case", way, "matched")
                        return True
                return False
            case ast.MatchSequence(patterns=parts):
                return self.sequence(parts, value)
            case ast.MatchMapping(keys=keys, patterns=parts):
                names = [ast.literal_eval(key) for key in keys]
                if not isinstance(value, Mapping) or not all(name in value for name in names):
                    return False
                return all(map(self.part, parts, [value[name] for name in names]))
            case ast.MatchClass(cls=ast.Name(name), patterns=own, kwd_attrs=names):
                if not isinstance(value, {"P": P, "str": str, "int": int}[name]):
                    return False
                if not all(hasattr(value, each) for each in names):
                    return False
                values = [*[value] * len(own), *(getattr(value, each) for each in names)]
                return all(map(self.part, [*own, *node.kwd_patterns], values))
        raise NotImplementedError(ast.dump(node))

    def sequence(self, parts: list[ast.pattern], value: object) -> bool:
        if not isinstance(value, Sequence) or isinstance(value, str):
            return False
        starred = [i for i, part in enumerate(parts) if isinstance(part, ast.MatchStar)]
        if not starred:
            return len(value) == len(parts) and all(map(self.part, parts, value))
        if len(value) < len(parts) - 1:
            return False
        before, behind = parts[: starred[0]], parts[starred[0] + 1 :]
        last = value[len(value) - len(behind) :]
        return all(map(self.part, [*before, *behind], [*value[: len(before)], *last]))


KINDS = (DecisionKind.MATCH_CASE, DecisionKind.SUB_PATTERN)
PROGRAM = "def f(value):\n  match value:\n    case {}: return 1\nfor value in VALUES: f(value)\n"
NAMES = {"VALUES": VALUES, "P": P}


def expected(source: Source) -> dict[ObligationKey, int]:
    """What happened, of what is owed."""
    [case] = [one for one in ast.walk(source.tree) if isinstance(one, ast.match_case)]
    matcher = Matcher()
    for value in VALUES:
        matcher.whole(case.pattern, value)
    owed = {d.key(name) for d in obligations(source) if d.kind in KINDS for name in d.outcomes}
    assert matcher.counts.keys() - owed == set()
    return dict(matcher.counts)


def found(source: Source, recorded: list[Recorded], code: CodeType) -> dict[ObligationKey, int]:
    covered = lay(source, link(source, code), recorded)
    assert covered.contradictions == covered.unexplained == ()
    kinds = [kind.value for kind in KINDS]
    return {key: count for key, count in covered.outcomes.items() if key.kind in kinds}


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_part(pattern: str) -> None:
    source = parse(PROGRAM.format(pattern), "program.py")
    code = compile(source.text, "program.py", "exec", dont_inherit=True)
    wanted = expected(source)
    assert len(wanted) > 1
    assert found(source, observe(code, dict(NAMES)), code) == wanted
    vm = VMRecorder()
    exec(vm.prepare(code), dict(NAMES))
    assert found(source, vm.take(""), code) == wanted
    exec(native.prepare(code), dict(NAMES))
    assert found(source, native.take(""), code).keys() == wanted.keys()
