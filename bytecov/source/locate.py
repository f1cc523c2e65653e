"""Which of the author's tests a branch makes.

Positions alone do not tell: 3.11 gives a jump the statement's position or that of the comparison
before it, 3.13 gives the jump of a comprehension's `if` the element's, superinstructions keep
the first half's.  So the rules go from what is certain to what is left:

1. opcodes that only one construct has: loops, exception matching;
2. the position of TO_BOOL, or of the instruction that made the tested value, is a condition's;
3. `x is None` fused with its jump: the value comes from x;
4. the jump's own position is that of an `and` / `or` used as a value: the operand in which the
   value was made;
5. it is that of a comparison chain: the comparisons come in order;
6. it is a pattern's;
7. it is that of a comprehension's element, or of a capture before a guard: the first condition
   of the comprehension or the guard that was found least often;
8. the jump's own position is a condition's.
"""

import ast
from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from bytecov.bytecode.instruction import Instruction
from bytecov.model.edge import Edge, EdgeKind
from bytecov.model.obligation import ObligationKey
from bytecov.model.span import Span
from bytecov.source.cursor import At, tests_none
from bytecov.source.patterns import PatternTest
from bytecov.source.sites import Loop
from bytecov.source.truth import Join, Leaf, span_of

SUPERINSTRUCTIONS = frozenset(
    {
        "LOAD_FAST_LOAD_FAST",
        "LOAD_FAST_BORROW_LOAD_FAST_BORROW",
        "STORE_FAST_LOAD_FAST",
        "STORE_FAST_STORE_FAST",
    }
)
COMPARISONS = ("COMPARE_OP", "CONTAINS_OP", "IS_OP")


class Tested(NamedTuple):
    """A branch on a condition: the edge taken when it is false, the edge when it is true."""

    leaf: Leaf
    when_false: Edge
    when_true: Edge
    join: Join | None = None  # where operands of a value meet


class TestedPattern(NamedTuple):
    """A branch on a pattern node; a node may have several."""

    test: PatternTest
    failed: Edge
    matched: Edge


class Keyed(NamedTuple):
    """A branch whose edges name their obligations directly, and instructions that cover one
    by running."""

    keys: dict[Edge, ObligationKey]
    offsets: dict[int, ObligationKey] = {}  # noqa: RUF012 (a field of a NamedTuple)


Found = Tested | TestedPattern | Keyed


@dataclass(slots=True)
class Locator:
    """Looks branches up in the order of their offsets; one per code object."""

    seen_chains: Counter[Leaf] = field(default_factory=Counter)
    seen_leaves: Counter[Leaf] = field(default_factory=Counter)

    def locate(self, at: At) -> Found | None:
        """What the author wrote that this branch tests; None when nothing is known."""
        if "POP" in at.branch.name:
            found = self._handler(at) or self._by_value(at) or self._by_own_position(at)
        else:
            found = self._by_opcode(at)
        if isinstance(found, Tested):
            self.seen_leaves[found.leaf] += 1
        return found

    # rule 1

    def _by_opcode(self, at: At) -> Found | None:
        name = at.branch.name
        if name == "FOR_ITER":
            loop = _loop(at, at.next)
            return loop and Keyed({at.next: loop.entered, at.jump: loop.exhausted})
        if name == "SEND":
            loop = _loop(at, at.jump) if at.asks_next() else None
            return loop and _async_loop(at, loop)
        return None

    def _handler(self, at: At) -> Found | None:
        """An except clause: that an inner one did not match is for the next to say."""
        handler = at.sites.handlers.get(at.branch.span) if at.branch.span else None
        if handler is None:
            return None
        if at.match("CHECK_EXC_MATCH", "*"):
            matched, failed = at.edge_when(True), at.edge_when(False)
        elif at.match("CHECK_EG_MATCH", "COPY", "*"):  # 3.11.2 jumps if something was matched
            matched, failed = at.edge_when(False), at.edge_when(True)
        else:
            return None
        keys = {matched: handler.matched}
        return Keyed({**keys, failed: handler.failed} if handler.failed else keys)

    # rules 2 and 3

    def _by_value(self, at: At) -> Found | None:
        makers = list(_makers(at))
        for maker in makers:
            leaf = at.sites.leaves.get(maker.span) if maker.span else None
            if leaf:
                return _tested(at, leaf)
            chain = at.sites.chains.get(maker.span) if maker.span else None
            if chain and maker.name in COMPARISONS:
                return self._chained(at, chain[0], chain)
        if tests_none(at.branch.name):
            for maker in makers:
                leaf = at.sites.none_operands.get(maker.span) if maker.span else None
                if leaf and leaf.tested:
                    return _tested(at, leaf)
        return None

    # rules 4 to 8

    def _by_own_position(self, at: At) -> Found | None:
        own = at.branch.span
        if own is None:
            return None
        hidden = tests_none(at.branch.name) and own in at.sites.elements and _is_hidden(at)
        if hidden and (leaf := self._next_unseen(at, at.sites.elements[own])):
            return _tested(at, leaf)
        if joins := at.sites.joins.get(own):
            return self._joined(at, joins)
        if chain := at.sites.chains.get(own):
            return self._chained(at, chain[0], chain)
        if pattern := at.sites.patterns.get(own):
            return _tested_pattern(at, pattern)
        if own in at.sites.elements or own in at.sites.captures:
            leaves = at.sites.elements.get(own, []) + at.sites.captures.get(own, [])
            if leaf := self._next_unseen(at, leaves):
                return _tested(at, leaf)
        if leaf := at.sites.leaves.get(own):
            return _tested(at, leaf)
        return None

    def _next_unseen(self, at: At, leaves: list[Leaf]) -> Leaf | None:
        """The first leaf that was found least often and that this branch can test; all are
        found once more in each copy of the code."""
        fitting = [leaf for leaf in leaves if _may_test(at, leaf)]
        return min(fitting, key=self.seen_leaves.__getitem__, default=None)

    def _joined(self, at: At, joins: list[Join]) -> Found | None:
        """The operand that the tested value comes from; before the first: a superinstruction.

        3.14+: a jump to another test of the same value is led on to where that one leads, and
        takes its position (Python/flowgraph.c, `jump_thread`): the operand may lie deeper.
        """
        maker = next((m for m in at.before() if m.name not in ("COPY", "TO_BOOL")), None)
        span = maker.span if maker else None
        first = span_of(joins[0].boolop)
        if span is None or not first.contains(span):
            span = Span(first.line, first.col, first.line, first.col)
        join = joins[0]
        node: ast.expr | None = join.boolop
        while node is not None:
            candidates = at.sites.joins.get(span_of(node), ())
            node = _tail_with(node, span)
            for candidate in candidates:
                if candidate.operand is node:
                    join = candidate
        if join.leaf is None:
            return None
        when_true = at.edge_when(not join.inverted)
        when_false = at.edge_when(join.inverted)
        return Tested(join.leaf, when_false, when_true, join)

    def _chained(self, at: At, first: Leaf, chain: tuple[Leaf, ...]) -> Found | None:
        """Comparisons come in order; all but the last keep a copy of their right operand."""
        k = len(chain) - 1
        if any(at.match("COPY", name, "COPY?", "TO_BOOL?", "*") for name in COMPARISONS):
            k = self.seen_chains[first] % k
            self.seen_chains[first] += 1
        return _tested(at, chain[k]) if chain[k].tested else None


def _loop(at: At, entering: Edge) -> Loop | None:
    """By what stores the item; the position of FOR_ITER itself is anything up to 3.12."""
    for instruction in at.from_offset(entering.destination):
        if instruction.name != "END_SEND":
            return at.sites.loops.get(instruction.span) if instruction.span else None
    return None


def _async_loop(at: At, loop: Loop) -> Keyed:
    """`async for`: SEND brings an item; StopAsyncIteration goes to END_ASYNC_FOR, which falls
    through when that is what it was."""
    following = _after_async_loop(at)
    keys = {at.jump: loop.entered}
    if following is None:
        return Keyed(keys)
    if following in at.flow.edges:
        return Keyed({**keys, following: loop.exhausted})
    return Keyed(keys, {following.destination: loop.exhausted})


def _after_async_loop(at: At) -> Edge | None:
    """The way on behind the END_ASYNC_FOR that handles this SEND's exceptions."""
    for entry in at.flow.protected:
        if entry.start <= at.branch.offset < entry.end:
            end = at.flow.by_offset[entry.target]
            if end.name == "END_ASYNC_FOR":
                return Edge(end.offset, end.offset + end.size, EdgeKind.NEXT)
    return None


def _makers(at: At) -> list[Instruction]:
    """Instructions whose position may be the condition's: TO_BOOL, what made the value, and the
    COPY of a walrus, whose STORE is behind it."""
    makers: list[Instruction] = []
    before = at.before()
    for instruction in before:
        if instruction.name == "COPY":
            continue
        if instruction.name not in SUPERINSTRUCTIONS:
            makers.append(instruction)
        if instruction.name != "TO_BOOL":
            break
    if makers and makers[-1].name.startswith("STORE_"):
        copy = next(before, None)
        if copy is not None and copy.name == "COPY":
            makers.append(copy)
    return makers


def _is_hidden(at: At) -> bool:
    """Whether the tested value's own position went lost in a superinstruction."""
    maker = next(at.before(), None)
    return maker is not None and maker.name in SUPERINSTRUCTIONS


def _tail_with(node: ast.expr, span: Span) -> ast.expr | None:
    """The part of an expression that holds `span` and may give the expression its value."""
    parts: list[ast.expr] = []
    if isinstance(node, ast.BoolOp):
        parts = node.values
    elif isinstance(node, ast.IfExp):
        parts = [node.body, node.orelse]
    return next((part for part in parts if span_of(part).contains(span)), None)


def _may_test(at: At, leaf: Leaf) -> bool:
    """Tests for None belong to `is None`, the others to the rest."""
    if tests_none(at.branch.name):
        return leaf.tested and isinstance(leaf.op, ast.Is | ast.IsNot)
    return leaf.tested


def _tested(at: At, leaf: Leaf) -> Tested | None:
    """Which edge is the leaf's truth: `is not None` jumps on the opposite, and CPython turns
    `not a in b` into `a not in b`, `not a is b` into `a is not b`.  A variable with the position
    of `not a` is pytest's, of a rewritten assert: it holds the negation."""
    if tests_none(at.branch.name):
        if not isinstance(leaf.op, ast.Is | ast.IsNot):
            return None
        opposite = isinstance(leaf.op, ast.IsNot)
    else:
        opposite = False
        maker = next((m for m in at.before() if m.name != "TO_BOOL"), None)
        if maker is not None and maker.name in ("CONTAINS_OP", "IS_OP") and leaf.op is not None:
            opposite = bool(maker.oparg & 1) != isinstance(leaf.op, ast.NotIn | ast.IsNot)
        elif maker is not None and maker.name.startswith(("LOAD_", "STORE_FAST_LOAD_FAST")):
            span = at.branch.span if maker.name in SUPERINSTRUCTIONS else maker.span
            if span in leaf.negated:
                opposite = (len(leaf.negated) - leaf.negated.index(span)) % 2 == 1
    return Tested(leaf, at.edge_when(opposite), at.edge_when(not opposite))


def _tested_pattern(at: At, test: PatternTest) -> TestedPattern:
    """A class or a mapping whose value is None does not match, `case None` does."""
    matched_when = not tests_none(at.branch.name) or isinstance(test.node, ast.MatchSingleton)
    return TestedPattern(test, at.edge_when(not matched_when), at.edge_when(matched_when))
