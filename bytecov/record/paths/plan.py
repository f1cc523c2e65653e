"""Which code must be doubled so that every way through a decision has instructions of its own.

Where two ways through a decision's diagram meet in one condition (a *diamond*), the condition's
test tells no longer how it was come to.  Every further way to it gets a copy of the code from
the edge that leads there up to the test.  Then the decision is a tree in the bytecode, and its
last edge tells the whole vector, whatever threads, recursion, generators and exceptions do
meanwhile: how far an evaluation has come is where its frame is.
"""

from collections.abc import Callable, Iterable, Iterator
from types import CodeType

from bytecov.flow.blocks import JUMPS, LEAVES, Flow
from bytecov.model.decision import Decision, DecisionKind
from bytecov.model.diagram import MOST_PATHS, Way, is_tree, path_count, successor
from bytecov.model.edge import Edge, EdgeKind
from bytecov.model.obligation import ObligationKey
from bytecov.model.vector import vector_key
from bytecov.record.paths.copies import ORIGINAL, Copy, Plan
from bytecov.source.link import Links

VALUES = frozenset({DecisionKind.BOOLOP, DecisionKind.COMPARE_CHAIN})
"""Their last operand is not tested, and 3.12 and 3.13 test others again."""


def diamonds(decisions: Iterable[Decision]) -> list[Decision]:
    """The decisions whose vectors edges do not tell, and small enough to analyse."""
    return [
        one
        for one in decisions
        if len(one.conditions) > 2
        and one.kind not in VALUES
        and not is_tree(one.conditions)
        and path_count(one.conditions) <= MOST_PATHS
    ]


def plan(found: Iterable[Decision], links: Links, code: CodeType) -> Plan:
    """How to tell the ways through the diamonds found in one code object."""
    result = Plan()
    claimed: set[ObligationKey] = set()
    for decision in sorted(found, key=lambda one: -len(one.conditions)):
        keys = {one.key("true") for one in decision.conditions}
        # The test of a ternary that stands in a test is a part of that test.
        parts = [one for one in found if one.conditions[0].key("true") in keys]
        if not keys & claimed:
            _Planner(decision, parts, links, code, result).run()
        claimed |= keys
    return result


class _Planner:
    """Plans for one decision, all its occurrences."""

    def __init__(
        self, decision: Decision, parts: list[Decision], links: Links, code: CodeType, plan: Plan
    ) -> None:
        self.decision = decision
        self.conditions = decision.conditions
        self.parts = parts
        self.flow: Flow = links.flows[code]
        self.plan = plan
        self.tests = dict(self.find_tests(links.outcomes[code]))
        self.next = _steps(self.flow, with_raises=False)
        self.any = _steps(self.flow, with_raises=True)
        self.targets: dict[Edge, int] = {}  # {edge to a condition: that condition's test}
        self.kept: dict[int, Edge] = {}  # {test: the edge that goes on leading there}

    def find_tests(
        self, outcomes: dict[Edge, tuple[ObligationKey, ...]]
    ) -> Iterator[tuple[int, tuple[int, dict[bool, Edge]]]]:
        """{branch: condition and its edges}"""
        ways = {
            condition.key("true" if value else "false"): (i, value)
            for i, condition in enumerate(self.conditions)
            for value in (True, False)
        }
        for offset, edges in self.flow.branches.items():
            found = {edge: ways[keys[0]] for edge in edges if (keys := outcomes.get(edge, ()))
                     and keys[0] in ways}  # fmt: skip
            if len(found) == 2 and len(set(found.values())) == 2:
                (index, _), (other, _) = found.values()
                if index == other:
                    yield offset, (index, {value: edge for edge, (_, value) in found.items()})

    def run(self) -> None:
        """Add to the plan, unless the code is not what the diagram says."""
        if not self.is_understood():
            return
        for offset, (index, _) in self.tests.items():
            if index == 0:
                self.expand(offset)

    def is_understood(self) -> bool:
        """Whether each edge leads to the one test that the diagram says, and no other way does."""
        for index, edges in self.tests.values():
            for value, edge in edges.items():
                after = successor(self.conditions, (index, value))
                if isinstance(after, bool):
                    continue
                test = self.come_to(edge, after)
                if test is None:
                    return False
                self.targets[edge] = test
                if test not in self.kept or edge.kind is EdgeKind.NEXT:
                    self.kept[test] = edge
        others = {offset for offset, (index, _) in self.tests.items() if index}
        return not self.reach(0, self.any) & others

    def come_to(self, edge: Edge, index: int) -> int | None:
        """The one test behind an edge, if it is the condition's."""
        reached = self.reach(edge.destination, self.next) & self.tests.keys()
        if not reached:  # the loop of an async comprehension ends by an exception
            reached = self.reach(edge.destination, self.any) & self.tests.keys()
            reached = {test for test in reached if self.tests[test][0] == index}
        if len(reached) == 1 and self.tests[next(iter(reached))][0] == index:
            return reached.pop()
        return None

    def reach(self, start: int, steps: dict[int, list[int]]) -> set[int]:
        """Instructions that come behind `start`, up to the next test."""
        return _closure(start, lambda at: () if at in self.tests else steps[at])

    def expand(self, root: int) -> None:
        """Walk over every way through one occurrence."""
        waiting: list[tuple[int, int, tuple[Way, ...]]] = [(ORIGINAL, root, ())]
        while waiting:
            copy, test, path = waiting.pop()
            index, edges = self.tests[test]
            for value, edge in edges.items():
                longer = (*path, (index, value))
                if keys := tuple(self.ended(longer)):
                    self.plan.ends[copy, edge] = keys
                target = self.targets.get(edge)
                if target is None:
                    continue
                if copy == ORIGINAL and self.kept[target] == edge:
                    waiting.append((ORIGINAL, target, longer))
                else:
                    self.plan.copies.append(self.copy(edge, target))
                    number = self.plan.leads[copy, edge] = len(self.plan.copies)
                    waiting.append((number, target, longer))

    def ended(self, path: tuple[Way, ...]) -> Iterator[ObligationKey]:
        """The vectors of the decision and its parts that are complete at the end of a path."""
        values = {self.conditions[i].key("true"): value for i, value in path}
        index, value = path[-1]
        last = self.conditions[index].key("true")
        for part in self.parts:
            for condition in part.conditions:
                after = condition.if_true if value else condition.if_false
                if condition.key("true") == last and isinstance(after, bool):
                    row = tuple(values.get(one.key("true")) for one in part.conditions)
                    yield vector_key(part, row)

    def copy(self, edge: Edge, test: int) -> Copy:
        """All that can run between an edge and a test, handlers that come back too."""
        ahead = self.reach(edge.destination, self.any)
        before: dict[int, list[int]] = {}
        for at in ahead:
            if at not in self.tests:
                for after in self.any[at]:
                    before.setdefault(after, []).append(at)
        inside = _closure(test, lambda at: before.get(at, ()))
        return Copy(edge, test, tuple(sorted(inside)))


def _closure(start: int, steps: Callable[[int], Iterable[int]]) -> set[int]:
    found = {start}
    waiting = [start]
    while waiting:
        for after in steps(waiting.pop()):
            if after not in found:
                found.add(after)
                waiting.append(after)
    return found


def _steps(flow: Flow, with_raises: bool) -> dict[int, list[int]]:
    """{instruction: those that can come next}"""
    steps: dict[int, list[int]] = {}
    for instruction in flow.instructions:
        after = steps[instruction.offset] = [
            edge.destination
            for edge in flow.leaving[instruction.offset]
            if with_raises or edge.kind is not EdgeKind.RAISE
        ]
        following = instruction.offset + instruction.size
        ends = instruction.name in JUMPS or instruction.name in LEAVES
        if not ends and following not in after and following in flow.by_offset:
            after.append(following)
    return steps
