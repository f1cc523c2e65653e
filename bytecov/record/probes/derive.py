"""From probes and noted exceptions to offsets and edges."""

from collections.abc import Iterable

from bytecov.model.edge import Edge, EdgeKind
from bytecov.model.hits import Hits
from bytecov.record.probes.segments import Segment, Segments


class Derivation:
    """What follows from what, until nothing more does."""

    def __init__(self, segments: Segments, raised: Iterable[int]) -> None:
        """`raised`: offsets of instructions that an exception left."""
        self.segments = segments
        self.raised = frozenset(raised)
        self.edges: set[Edge] = set()
        self.entered: set[int] = set()
        self.completed: set[int] = set()
        self.reached: dict[int, int] = {}  # {segment: the last instruction known to have run}
        self.todo: list[Edge | Segment] = []
        for offset in self.raised:
            self.reach(offset)
            for edge in segments.flow.leaving[offset]:
                if edge.kind is EdgeKind.RAISE:
                    self.take(edge)

    def reach(self, offset: int) -> None:
        """An instruction ran, or was about to."""
        segment = self.segments.of[offset]
        self.reached[segment.start] = max(offset, self.reached.get(segment.start, 0))
        self.enter(segment)

    def take(self, edge: Edge) -> None:
        """An edge was taken."""
        if edge in self.edges:
            return
        self.edges.add(edge)
        if edge.kind is not EdgeKind.RAISE:
            self.complete(self.segments.of[edge.source])
        self.enter(self.segments.of[edge.destination])

    def enter(self, segment: Segment) -> None:
        """A segment was entered, so the one edge that must come first was taken."""
        if segment.start in self.entered:
            return
        self.entered.add(segment.start)
        if (edge := self.segments.implied.get(segment.start)) is not None:
            self.todo.append(edge)
        if segment.is_safe and not any(each.offset in self.raised for each in segment.instructions):
            self.todo.append(segment)

    def complete(self, segment: Segment) -> None:
        """A segment came to its end, so its only way on was taken."""
        if segment.start in self.completed:
            return
        self.completed.add(segment.start)
        self.enter(segment)
        if (edge := self.segments.only_exit.get(segment.start)) is not None:
            self.todo.append(edge)

    def settle(self) -> None:
        """Draw every conclusion."""
        while self.todo:
            each = self.todo.pop()
            if isinstance(each, Edge):
                self.take(each)
            else:
                self.complete(each)

    def hits(self) -> Hits:
        """Everything known."""
        self.settle()
        offsets = [
            each.offset
            for segment in self.segments.all
            if segment.start in self.entered
            for each in segment.instructions
            if segment.start in self.completed
            or each.offset <= self.reached.get(segment.start, each.offset)
        ]
        made_up = set(self.segments.resumed.values())
        return Hits(dict.fromkeys(offsets, 0), dict.fromkeys(sorted(self.edges - made_up), 0))
