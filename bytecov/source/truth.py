"""Boolean expressions as decision diagrams.

A diagram's leaves are the parts whose truth the bytecode tests one by one: operands of `and`,
`or`, `not`, single comparisons of a chain, and the three parts of a ternary that stands in a
test.  Each leaf says what is decided next when it is true and when it is false.

In a *test* (`if`, `while`, ternary, `assert`, comprehension, guard) every leaf is tested.  As a
*value* (`x = a or b`) the last operand is the result and nothing tests it, and a ternary is a
leaf, because its arms meet before the test.

Constants decide at compile time and names like TYPE_CHECKING by convention: neither is a leaf.
Nor is the last operand of a value where it is known by how it is made, as in `given or []`.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from bytecov.model.span import Span

STATIC_NAMES = frozenset({"TYPE_CHECKING", "MYPY"})
"""False when the program runs, whatever a type checker thinks."""


@dataclass(slots=True, eq=False)
class Leaf:
    """One condition.  Spans count bytes.  `if_true` and `if_false`: what is decided next."""

    node: ast.expr
    span: Span
    if_true: "Leaf | bool"
    if_false: "Leaf | bool"
    tested: bool = True
    op: ast.cmpop | None = None  # a single comparison's operator
    negated: tuple[Span, ...] = ()  # the `not`s around it, which CPython folds into in / is

    def successor(self, outcome: bool) -> "Leaf | bool":
        return self.if_true if outcome else self.if_false


class Join(NamedTuple):
    """The test that a value BoolOp makes of one of its operands, all but the last.

    `leaf` is the part of the operand that was evaluated last, unless an earlier part decided;
    `inverted` when the operand is true where the leaf is false.  None where a constant is last.
    """

    boolop: ast.BoolOp
    operand: ast.expr
    leaf: Leaf | None
    inverted: bool


@dataclass(slots=True)
class Diagram:
    """A boolean expression: where it starts and its leaves in the order of evaluation.

    `static` are the parts that make no condition: constants, TYPE_CHECKING, and what they
    leave unreachable.
    """

    root: "Leaf | bool"
    leaves: tuple[Leaf, ...]
    static: tuple[ast.expr, ...]
    known: tuple[ast.expr, ...]  # in values only: last operands that need no test
    ternaries: tuple[ast.IfExp, ...]  # in tests only: their parts are among the leaves
    chains: tuple[tuple[ast.Compare, tuple[Leaf, ...]], ...]
    joins: tuple["Join", ...]  # in values only
    negations: tuple[Span, ...]  # of the `not` around unreachable leaves: `not a in b` is `not in`

    @property
    def static_spans(self) -> set[Span]:
        """Where code may stand that tests what is known."""
        return {*map(span_of, self.static), *self.negations}

    @property
    def outcomes(self) -> frozenset[bool]:
        """The results that some evaluation can have."""
        ends = {leaf.successor(way) for leaf in self.leaves for way in (True, False)}
        return frozenset(end for end in ends if isinstance(end, bool))


def test_diagram(node: ast.expr) -> Diagram:
    """The diagram of an expression that stands in a test."""
    return _Builder(in_test=True).build(node)


def value_diagram(node: ast.expr) -> Diagram:
    """The diagram of a boolean expression whose value is used."""
    return _Builder(in_test=False).build(node)


def short_circuits(node: ast.expr) -> bool:
    """Whether it is `and`, `or`, or a comparison chain, below any number of `not`."""
    while isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        node = node.operand
    return isinstance(node, ast.BoolOp) or is_chain(node)


def is_chain(node: ast.expr) -> bool:
    return isinstance(node, ast.Compare) and len(node.ops) > 1


def static_truth(node: ast.expr) -> bool | None:
    """What a test is known to be before the program runs; None for all real conditions."""
    match node:
        case ast.Constant(value=value):
            return bool(value)
        case ast.Name(id="__debug__"):
            return True
        case ast.Name(id=name) | ast.Attribute(attr=name) if name in STATIC_NAMES:
            return False
        case ast.Tuple(elts=[]):
            return False
        case ast.Tuple(elts=elements) if None not in map(static_truth, elements):
            return True
        case ast.UnaryOp(op=op, operand=ast.Constant(value=int() | float() | complex() as value)):
            return _unary_truth(op, value)
    return None


def made_truth(node: ast.expr) -> bool | None:
    """What is known of a value by how it is made: `[]` is false, a lambda true.

    For the last operand of a value alone.  Where such a thing is tested, code tests it.
    """
    match node:
        case ast.List(elts=[]) | ast.Dict(keys=[]):
            return False
        case ast.List(elts=elements) | ast.Set(elts=elements) | ast.Tuple(elts=elements):
            known = any(not isinstance(element, ast.Starred) for element in elements)
        case ast.Dict(keys=keys):
            known = any(key is not None for key in keys)
        case ast.JoinedStr(values=parts):
            known = any(isinstance(part, ast.Constant) and part.value for part in parts)
        case _:
            known = isinstance(node, ast.Lambda | ast.GeneratorExp)
    return True if known else None


def _unary_truth(op: ast.unaryop, value: int | float | complex) -> bool:
    """Truth of -1, +0, ~0, not 1."""
    if isinstance(op, ast.Not):
        return not value
    return value != -1 if isinstance(op, ast.Invert) else bool(value)


def span_of(node: ast.AST) -> Span:
    """A node's position, columns in bytes."""
    return Span(node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]


def comparison_spans(node: ast.Compare) -> Iterator[Span]:
    """For each operator of a chain: from its left operand to its right one."""
    whole = span_of(node)
    operands = [span_of(operand) for operand in (node.left, *node.comparators)]
    for i, (left, right) in enumerate(pairwise(operands)):
        start = whole if i == 0 else left
        end = whole if i == len(operands) - 2 else right
        yield Span(start.line, start.col, end.end_line, end.end_col)


@dataclass(slots=True)
class _Builder:
    """Connects from the last leaf backwards: a leaf is made when what follows it is known."""

    in_test: bool
    made: list[Leaf] = field(default_factory=list)
    static: list[ast.expr] = field(default_factory=list)
    known: list[ast.expr] = field(default_factory=list)
    ternaries: list[ast.IfExp] = field(default_factory=list)
    chains: list[tuple[ast.Compare, tuple[Leaf, ...]]] = field(default_factory=list)
    joins: list[Join] = field(default_factory=list)

    def build(self, node: ast.expr) -> Diagram:
        root = self.connect(node, True, False, self.in_test, ())
        reachable = _reachable(root)
        dead = [leaf for leaf in self.made if leaf not in reachable]
        self.static.extend(leaf.node for leaf in dead)
        leaves = tuple(leaf for leaf in reversed(self.made) if leaf in reachable)
        return Diagram(
            root,
            leaves,
            tuple(self.static),
            tuple(self.known),
            tuple(self.ternaries),
            tuple(self.chains),
            tuple(self.joins),
            tuple(span for leaf in dead for span in leaf.negated),
        )

    def connect(
        self,
        node: ast.expr,
        if_true: Leaf | bool,
        if_false: Leaf | bool,
        tested: bool,
        negated: tuple[Span, ...],
    ) -> Leaf | bool:
        """Where the evaluation of `node` starts, given where its outcomes lead."""
        truth = static_truth(node)
        if truth is not None:
            self.static.append(node)
            return if_true if truth else if_false
        if not tested and (truth := made_truth(node)) is not None:
            self.known.append(node)
            return if_true if truth else if_false
        match node:
            case ast.BoolOp():
                return self.connect_operands(node, if_true, if_false, tested)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                around = (*negated, span_of(node))
                return self.connect(operand, if_false, if_true, tested, around)
            case ast.Compare() if is_chain(node):
                return self.connect_chain(node, if_true, if_false, tested)
            case ast.IfExp() if self.in_test:
                self.ternaries.append(node)
                orelse = self.connect(node.orelse, if_true, if_false, tested, ())
                body = self.connect(node.body, if_true, if_false, tested, ())
                return self.connect(node.test, body, orelse, True, ())
        op = node.ops[0] if isinstance(node, ast.Compare) else None
        return self.leaf(Leaf(node, span_of(node), if_true, if_false, tested, op, negated))

    def connect_operands(
        self, node: ast.BoolOp, if_true: Leaf | bool, if_false: Leaf | bool, tested: bool
    ) -> Leaf | bool:
        """`and` goes on while operands are true, `or` while they are false."""
        entry = self.connect(node.values[-1], if_true, if_false, tested, ())
        for value in reversed(node.values[:-1]):
            before = len(self.made)
            if isinstance(node.op, ast.And):
                entry = self.connect(value, entry, if_false, True, ())
            else:
                entry = self.connect(value, if_true, entry, True, ())
            if not self.in_test:
                part, inverted = _last_part(value)
                last = self.made[before] if static_truth(part) is None else None
                self.joins.append(Join(node, value, last, inverted))
        return entry

    def connect_chain(
        self, node: ast.Compare, if_true: Leaf | bool, if_false: Leaf | bool, tested: bool
    ) -> Leaf:
        """`a < b < c` is `a < b and b < c` with b evaluated once."""
        entry = if_true
        links: list[Leaf] = []
        for span, op in reversed(list(zip(comparison_spans(node), node.ops, strict=True))):
            entry = self.leaf(Leaf(node, span, entry, if_false, tested, op))
            links.insert(0, entry)
            tested = True
        self.chains.append((node, tuple(links)))
        return links[0]

    def leaf(self, leaf: Leaf) -> Leaf:
        self.made.append(leaf)
        return leaf


def _last_part(node: ast.expr) -> tuple[ast.expr, bool]:
    """What is evaluated last in an operand, and whether `not` turns it an odd number of times."""
    inverted = False
    while True:
        match node:
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                inverted, node = not inverted, operand
            case ast.BoolOp(values=values):
                node = values[-1]
            case _:
                return node, inverted


def _reachable(root: Leaf | bool) -> set[Leaf]:
    """The leaves that an evaluation can come to."""
    found: set[Leaf] = set()
    waiting = [root]
    while waiting:
        leaf = waiting.pop()
        if isinstance(leaf, Leaf) and leaf not in found:
            found.add(leaf)
            waiting += [leaf.if_true, leaf.if_false]
    return found
