"""Directed graphs of integers and the textbook questions about them.

Knows nodes and edges, not bytecode.  The algorithms are iterative: a generated function may have
more blocks than Python has stack.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property


class Graph:
    """Nodes with ordered successors.

    The entry is 0 unless given.  Where a definition speaks of paths, they start at the entry, and
    nodes that none reaches have no answer: they are left out of the result.
    """

    def __init__(self, successors: Mapping[int, Iterable[int]], entry: int = 0) -> None:
        self.successors = {node: list(following) for node, following in successors.items()}
        self.entry = entry

    @cached_property
    def predecessors(self) -> dict[int, list[int]]:
        """{node: the nodes it follows}, in the order of the nodes"""
        found: dict[int, list[int]] = {node: [] for node in self.successors}
        for node, following in self.successors.items():
            for successor in dict.fromkeys(following):
                found[successor].append(node)
        return found

    @cached_property
    def postorder(self) -> list[int]:
        """The reachable nodes, each after what a depth-first walk finds behind it."""
        order: list[int] = []
        seen = {self.entry}
        stack = [(self.entry, iter(self.successors.get(self.entry, ())))]
        while stack:
            node, rest = stack[-1]
            for successor in rest:
                if successor not in seen:
                    seen.add(successor)
                    stack.append((successor, iter(self.successors[successor])))
                    break
            else:
                order.append(node)
                stack.pop()
        return order

    @cached_property
    def reverse_postorder(self) -> list[int]:
        """The reachable nodes; without loops, each before its successors."""
        return self.postorder[::-1]

    @cached_property
    def reachable(self) -> frozenset[int]:
        """The nodes that some path reaches."""
        return frozenset(self.postorder)

    @cached_property
    def exits(self) -> frozenset[int]:
        """The nodes without successors."""
        return frozenset(node for node, following in self.successors.items() if not following)

    @cached_property
    def immediate_dominators(self) -> dict[int, int]:
        """{node: the last node before it that every path to it goes through}; not for the entry

        Cooper, Harvey, Kennedy: A Simple, Fast Dominance Algorithm.
        """
        number = {node: i for i, node in enumerate(self.postorder)}
        found = {self.entry: self.entry}
        changed = True
        while changed:
            changed = False
            for node in self.reverse_postorder[1:]:
                known = [before for before in self.predecessors[node] if before in found]
                new = known[0]
                for before in known[1:]:
                    new = _meet(found, number, new, before)
                if found.get(node) != new:
                    found[node] = new
                    changed = True
        del found[self.entry]
        return found

    @cached_property
    def dominators(self) -> dict[int, frozenset[int]]:
        """{node: the nodes that every path to it goes through}, itself included"""
        found: dict[int, frozenset[int]] = {}
        for node in self.reverse_postorder:
            above = self.immediate_dominators.get(node)
            found[node] = (found[above] if above is not None else frozenset()) | {node}
        return found

    @cached_property
    def back_edges(self) -> frozenset[tuple[int, int]]:
        """The edges whose destination dominates their source: each closes a loop."""
        return frozenset(
            (node, successor)
            for node in self.postorder
            for successor in self.successors[node]
            if successor in self.dominators[node]
        )

    @cached_property
    def critical_edges(self) -> frozenset[tuple[int, int]]:
        """The edges from a node with several successors to one with several predecessors."""
        return frozenset(
            (node, successor)
            for node, following in self.successors.items()
            if len(set(following)) > 1
            for successor in following
            if len(self.predecessors[successor]) > 1
        )

    @cached_property
    def post_dominators(self) -> dict[int, frozenset[int]]:
        """{node: the nodes that every path from it to an exit goes through}, itself included

        Nodes that reach no exit are left out.
        """
        end = min(self.successors, default=0) - 1
        backwards = {node: list(before) for node, before in self.predecessors.items()}
        backwards[end] = sorted(self.exits)
        found = Graph(backwards, end).dominators
        return {node: over - {end} for node, over in found.items() if node != end}


def _meet(above: Mapping[int, int], number: Mapping[int, int], one: int, other: int) -> int:
    """The nearest common dominator, climbing from both nodes by postorder number."""
    while one != other:
        while number[one] < number[other]:
            one = above[one]
        while number[other] < number[one]:
            other = above[other]
    return one
