"""Stretches of code that run from their start to their end, or are cut short by an exception.

Blocks, cut behind YIELD_VALUE and RETURN_GENERATOR too: nobody knows whether a suspended frame
will go on.
"""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from bytecov.bytecode.instruction import Instruction
from bytecov.flow.blocks import RAISING, Flow
from bytecov.model.edge import Edge, EdgeKind
from bytecov.record.native.plan import incoming_edges, is_arriving

SUSPENDS = frozenset({"YIELD_VALUE", "RETURN_GENERATOR"})
# Unbound local variables are rare, and what raised is noted anyway.
RISKY = RAISING - {"LOAD_FAST", "LOAD_CONST", "STORE_FAST", "JUMP_BACKWARD"}


class Segment(NamedTuple):
    """Instructions that run one after the other."""

    start: int
    instructions: tuple[Instruction, ...]

    @property
    def last(self) -> Instruction:
        return self.instructions[-1]

    @property
    def is_safe(self) -> bool:
        """Whether no exception leaves it before its last instruction is done."""
        return not any(each.name in RISKY for each in self.instructions)


@dataclass(frozen=True)
class Segments:
    """The segments of a flow and the ways between them."""

    flow: Flow

    @cached_property
    def all(self) -> tuple[Segment, ...]:
        found = []
        for block in self.flow.blocks:
            rest = list(block.instructions)
            while rest:
                names = [each.name in SUSPENDS for each in rest]
                count = names.index(True) + 1 if True in names else len(rest)
                found.append(Segment(rest[0].offset, tuple(rest[:count])))
                del rest[:count]
        return tuple(found)

    @cached_property
    def of(self) -> dict[int, Segment]:
        """{instruction: its segment}"""
        return {each.offset: segment for segment in self.all for each in segment.instructions}

    @cached_property
    def resumed(self) -> dict[int, Edge]:
        """{segment behind a suspension: the way there}, which is no edge of the flow"""
        return {
            after.start: Edge(before.last.offset, after.start, EdgeKind.NEXT)
            for before, after in zip(self.all, self.all[1:], strict=False)
            if before.last.name in SUSPENDS and after.start not in self.flow.leaders
        }

    @cached_property
    def incoming(self) -> dict[int, list[Edge]]:
        """{segment: the edges into it}"""
        return incoming_edges(self.flow) | {start: [edge] for start, edge in self.resumed.items()}

    @cached_property
    def implied(self) -> dict[int, Edge]:
        """{segment: the edge that must have been taken when it was ever entered}"""
        found = dict(self.resumed)
        for edges in self.incoming.values():
            for edge in edges:
                if edge.kind is not EdgeKind.RAISE and is_arriving(self.flow, edge, edges):
                    found[edge.destination] = edge
        found.pop(0, None)
        return found

    @cached_property
    def only_exit(self) -> dict[int, Edge]:
        """{segment that has one way on: that edge}"""
        found: dict[int, list[Edge]] = defaultdict(list)
        for edges in self.incoming.values():
            for edge in edges:
                if edge.kind is not EdgeKind.RAISE and edge.destination not in self.resumed:
                    found[self.of[edge.source].start].append(edge)
        return {start: edges[0] for start, edges in found.items() if len(edges) == 1}
