"""Basic blocks of a code object and every edge that control can take in it.

Possible edges come from `co_code` and the exception table, nothing else.  What recorders and
analysis agree on:

- FOR_ITER and SEND go to their target when their iterator is exhausted, whatever cleanup there
  (END_FOR, POP_TOP, POP_ITER) the host's specialised forms skip;
- NOT_TAKEN (3.14+) is an ordinary instruction behind the NEXT edge;
- END_ASYNC_FOR only goes on to the next instruction; a RAISE edge leads to it;
- falling into a leader is a NEXT edge, also from an instruction that is no branch.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from types import CodeType
from typing import NamedTuple

from bytecov.bytecode.decode import decode
from bytecov.bytecode.exception_table import ExceptionEntry, decode_exception_table
from bytecov.bytecode.instruction import Instruction
from bytecov.bytecode.opcodes import running
from bytecov.flow.graph import Graph
from bytecov.model.edge import Edge, EdgeKind

BRANCHES = running().branches
JUMPS = running().jumps
LEAVES = running().leaves
ENDINGS = BRANCHES | JUMPS | LEAVES
RAISING = running().raising
LATE = frozenset(name for name, kind in running().kinds.items() if kind.late)


class Block(NamedTuple):
    """Instructions that run one after the other; offsets in bytes, `end` exclusive."""

    start: int
    end: int
    instructions: tuple[Instruction, ...]


@dataclass(frozen=True)
class Flow:
    """The control flow of one code object.  Everything is keyed by instruction offset."""

    code: CodeType
    instructions: tuple[Instruction, ...]
    by_offset: dict[int, Instruction]
    protected: tuple[ExceptionEntry, ...]
    leaders: frozenset[int]
    blocks: tuple[Block, ...]
    edges: frozenset[Edge]
    """NEXT and JUMP edges leave the last instruction of a block, RAISE edges every instruction
    that can raise inside a protected range; all arrive at leaders."""
    branches: dict[int, tuple[Edge, ...]]
    """{instruction with two normal edges: (its NEXT edge, its JUMP edge)}"""

    @cached_property
    def block_of(self) -> dict[int, Block]:
        """{instruction: the block it lies in}"""
        return {
            instruction.offset: block for block in self.blocks for instruction in block.instructions
        }

    @cached_property
    def leaving(self) -> dict[int, tuple[Edge, ...]]:
        """{instruction: the edges out of it, NEXT, JUMP, then RAISE}"""
        found: dict[int, list[Edge]] = {instruction.offset: [] for instruction in self.instructions}
        for edge in sorted(self.edges, key=lambda edge: (edge.kind, edge.destination)):
            found[edge.source].append(edge)
        return {offset: tuple(edges) for offset, edges in found.items()}

    @cached_property
    def arriving(self) -> dict[int, tuple[Edge, ...]]:
        """{leader: the edges to it, NEXT, JUMP, then RAISE}"""
        found: dict[int, list[Edge]] = {block.start: [] for block in self.blocks}
        for edge in sorted(self.edges, key=lambda edge: (edge.kind, edge.source)):
            found[edge.destination].append(edge)
        return {leader: tuple(edges) for leader, edges in found.items()}

    @cached_property
    def graph(self) -> Graph:
        """Blocks by their start, connected by every edge, RAISE edges too."""
        return self._connect(self.edges)

    @cached_property
    def normal_graph(self) -> Graph:
        """Blocks by their start, connected by NEXT and JUMP edges."""
        return self._connect(edge for edge in self.edges if edge.kind is not EdgeKind.RAISE)

    def _connect(self, edges: Iterable[Edge]) -> Graph:
        """The graph of the blocks over `edges`, successors sorted."""
        successors: dict[int, set[int]] = {block.start: set() for block in self.blocks}
        for edge in edges:
            successors[self.block_of[edge.source].start].add(edge.destination)
        return Graph({start: sorted(found) for start, found in successors.items()})


def flow(code: CodeType) -> Flow:
    """The control flow of `code`, dead blocks included."""
    instructions = decode(code)
    by_offset = {instruction.offset: instruction for instruction in instructions}
    protected = decode_exception_table(code.co_exceptiontable)
    leaders = _leaders(instructions, protected) & by_offset.keys()
    blocks = tuple(_split(instructions, leaders))
    normal = [(block.instructions[-1].offset, _leaving(block, leaders)) for block in blocks]
    return Flow(
        code=code,
        instructions=instructions,
        by_offset=by_offset,
        protected=protected,
        leaders=frozenset(leaders),
        blocks=blocks,
        edges=frozenset(
            [*(edge for _, edges in normal for edge in edges), *_raised(instructions, protected)]
        ),
        branches={source: edges for source, edges in normal if len(edges) > 1},
    )


def _leaders(
    instructions: tuple[Instruction, ...], protected: tuple[ExceptionEntry, ...]
) -> set[int]:
    """The first instruction, targets, handlers, and what follows an ending."""
    leaders = {0}
    leaders.update(entry.target for entry in protected)
    for instruction in instructions:
        if instruction.name in ENDINGS:
            leaders.add(instruction.offset + instruction.size)
            if instruction.target is not None:
                leaders.add(instruction.target)
    return leaders


def _split(instructions: tuple[Instruction, ...], leaders: set[int]) -> Iterator[Block]:
    """Blocks in the order of their offsets; each starts at a leader and holds no other."""
    starts = [i for i, instruction in enumerate(instructions) if instruction.offset in leaders]
    for first, stop in zip(starts, [*starts[1:], len(instructions)], strict=True):
        inside = instructions[first:stop]
        yield Block(inside[0].offset, inside[-1].offset + inside[-1].size, inside)


def _leaving(block: Block, leaders: set[int]) -> tuple[Edge, ...]:
    """The NEXT and JUMP edges out of a block, in this order."""
    last = block.instructions[-1]
    edges = []
    if last.name not in JUMPS and last.name not in LEAVES and block.end in leaders:
        edges.append(Edge(last.offset, block.end, EdgeKind.NEXT))
    if last.target is not None:
        edges.append(Edge(last.offset, last.target, EdgeKind.JUMP))
    return tuple(edges)


def _raised(
    instructions: tuple[Instruction, ...], protected: tuple[ExceptionEntry, ...]
) -> Iterator[Edge]:
    """The RAISE edges.  Entries do not overlap: the one that holds an instruction is innermost."""
    if not protected:
        return
    handlers = {
        offset: entry.target for entry in protected for offset in range(entry.start, entry.end, 2)
    }
    for instruction in instructions:
        if instruction.name in RAISING and instruction.offset in handlers:
            yield Edge(instruction.offset, handlers[instruction.offset], EdgeKind.RAISE)
        if instruction.name in LATE:
            place = instruction.offset if instruction.target is None else instruction.target
            if (handler := handlers.get(place - 2)) is not None:
                yield Edge(instruction.offset, handler, EdgeKind.RAISE)
