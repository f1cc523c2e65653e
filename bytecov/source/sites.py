"""Where in a source each obligation's branches can come from, by position.

All spans here count bytes, as the compiler's positions do; the keys inside count characters.
Filled by `obligations.py`, read by `locate.py`.
"""

import ast
from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

from bytecov.model.decision import Decision
from bytecov.model.obligation import ObligationKey
from bytecov.model.span import Span
from bytecov.source.parse import Source
from bytecov.source.patterns import PatternDiagram, PatternTest
from bytecov.source.truth import Diagram, Join, Leaf, span_of


@dataclass(slots=True, eq=False)
class Test:
    """A decision made of conditions, with its diagram."""

    decision: Decision
    diagram: Diagram
    tail_of: Leaf | None = None
    """A tested leaf whose value is this decision's: the decision stands in the arm of a ternary
    that is an operand itself, and the compiler may jump from here over that operand's test."""


class Loop(NamedTuple):
    """A `for` statement or clause: the obligations of its two outcomes."""

    entered: ObligationKey
    exhausted: ObligationKey


class Handler(NamedTuple):
    """A typed except clause; `failed` of the last one of its `try` only."""

    matched: ObligationKey
    failed: ObligationKey | None = None


class With(NamedTuple):
    """One item of a `with`: its outcomes when an exception arrives at its exit."""

    suppressed: ObligationKey
    propagated: ObligationKey


@dataclass(slots=True, eq=False)
class Sites:
    """Everything that a branch can be looked up in."""

    owners: dict[Leaf, Test] = field(default_factory=dict)
    keys: dict[Leaf, tuple[ObligationKey, ObligationKey]] = field(default_factory=dict)
    """{leaf: (its outcome `false`, its outcome `true`)}"""
    leaves: dict[Span, Leaf] = field(default_factory=dict)
    """Leaves that stand in a test, chains left out; also by the `not` around them."""
    chains: dict[Span, tuple[Leaf, ...]] = field(default_factory=dict)
    joins: dict[Span, list[Join]] = field(default_factory=lambda: defaultdict(list))
    """{value BoolOp: its operands but the last, in order}"""
    none_operands: dict[Span, Leaf] = field(default_factory=dict)
    """{x: the leaf `x is None` or `x is not None`}: such a test may be left with x's position"""
    patterns: dict[Span, PatternTest] = field(default_factory=dict)
    captures: dict[Span, list[Leaf]] = field(default_factory=dict)
    """{capture pattern: the leaves of its case's guard}"""
    elements: dict[Span, list[Leaf]] = field(default_factory=lambda: defaultdict(list))
    """{element of a comprehension: the leaves of the comprehension's conditions}"""
    loops: dict[Span, Loop] = field(default_factory=dict)
    """By where the item is stored first: the target, or the innermost x of x.y and x[y]."""
    handlers: dict[Span, Handler] = field(default_factory=dict)
    bare_handlers: dict[Span, ObligationKey] = field(default_factory=dict)
    withs: dict[Span, tuple[With, ...]] = field(default_factory=dict)
    """By the whole statement, items in order, and each alone by its context expression."""
    asserts: set[Span] = field(default_factory=set)
    static: set[Span] = field(default_factory=set)
    """Tests that make no obligation: constants, TYPE_CHECKING, what they leave unreachable."""
    own_names: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    """{name like __this__: first lines of functions that the author calls so}"""
    genexp_callees: set[Span] = field(default_factory=set)
    """f of `f(x for ...)`"""
    uncounted: set[Span] = field(default_factory=set)
    """Annotations, bounds and defaults of type parameters, values of type aliases."""

    def add_test(self, source: Source, test: Test) -> None:
        """Make a decision's leaves findable.  An outer decision comes before one inside it."""
        diagram = test.diagram
        for leaf, condition in zip(diagram.leaves, test.decision.conditions, strict=True):
            self.owners.setdefault(leaf, test)
            self.keys[leaf] = (condition.key("false"), condition.key("true"))
        reached = set(diagram.leaves)
        in_chain = {leaf for _, chain in diagram.chains for leaf in chain}
        in_value = bool(diagram.joins) or not all(leaf.tested for leaf in diagram.leaves)
        for leaf in diagram.leaves:
            if leaf.tested and leaf not in in_chain and not in_value:
                self.leaves.setdefault(leaf.span, leaf)
                for span in leaf.negated:
                    self.leaves.setdefault(span, leaf)
            if operand := _none_operand(leaf):
                self.none_operands.setdefault(span_of(operand), leaf)
        for node, chain in diagram.chains:
            if chain[0] in reached:
                self.chains.setdefault(span_of(node), chain)
        for join in reversed(diagram.joins):
            if join.leaf not in reached:
                join = join._replace(leaf=None)
                self.static.add(span_of(join.operand))
            self.joins[span_of(join.boolop)].append(join)
        self.static.update(diagram.static_spans)

    def add_patterns(self, diagram: PatternDiagram) -> None:
        """Make a case's pattern nodes findable."""
        for test in diagram.tests:
            self.patterns.setdefault(test.span, test)


def _none_operand(leaf: Leaf) -> ast.expr | None:
    """x of a leaf `x is None` or `x is not None`; of a chain, its last comparison only."""
    node = leaf.node
    # By position: parsed operators are shared objects.
    if not isinstance(node, ast.Compare) or leaf.span[2:] != span_of(node)[2:]:
        return None
    right = node.comparators[-1]
    if not isinstance(leaf.op, ast.Is | ast.IsNot):
        return None
    if not isinstance(right, ast.Constant) or right.value is not None:
        return None
    return node.left if len(node.ops) == 1 else node.comparators[-2]
