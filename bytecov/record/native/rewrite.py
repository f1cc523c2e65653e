"""Places for edges: the same code with an instruction of ours on each edge that needs one.

- Falling into a leader: a NOP before it; jumps to the leader pass it by.
- A jump: such a NOP too where nothing falls into the leader, else a jump at the end of the code.
- An exhausted FOR_ITER: a NOP behind its cleanup, because the host skips the cleanup.
- An exception: a jump to the handler, at the end of the code; the exception table leads there.

Names, constants, variables and the positions of all other instructions stay as they are.  A
place has the position of the edge's source, so that tracers see no new line.
"""

from collections import defaultdict
from collections.abc import Iterable
from itertools import groupby
from operator import attrgetter
from types import CodeType
from typing import NamedTuple

from bytecov.bytecode.assemble import Item, Label, Protected, assemble, rebuild
from bytecov.bytecode.exception_table import ExceptionEntry
from bytecov.bytecode.instruction import Instruction
from bytecov.bytecode.opcodes.numbers import CALLING, DIRECTION
from bytecov.bytecode.positions import Position
from bytecov.bytecode.version import VERSION
from bytecov.flow.blocks import JUMPS, LEAVES, RAISING, Flow
from bytecov.model.edge import Edge, EdgeKind
from bytecov.record.native.plan import behind_cleanup, ends_loop
from bytecov.record.native.table import Meaning

SIGNALS_WAIT = VERSION >= (3, 15)
"""A LOAD_SPECIAL in front of a CALL tells the host that `__enter__` is called and that a signal has
to wait until the `with` is in charge (Python/bytecodes.c, _CHECK_PERIODIC_AT_END)."""

HOP = "JUMP_BACKWARD_NO_INTERRUPT"
"""Answers no signal, and no event but INSTRUCTION tells of it."""


class Row(NamedTuple):
    """One instruction of the new code: what its hit says, and where its exceptions go."""

    labels: tuple[Label, ...]
    item: Item
    meaning: Meaning
    entry: ExceptionEntry | None
    handler: Label | None


class Rewritten(NamedTuple):
    """The code to execute, and the meaning of each of its instructions, in order."""

    code: CodeType
    meanings: tuple[Meaning, ...]


def rewrite(flow: Flow, marked: Iterable[Edge]) -> Rewritten:
    """`flow.code` with a place on each of the marked edges."""
    rewriting = _Rewriting(flow)
    # By kind: a NOP that something falls into must be there before jumps look for a place.
    for edge in sorted(marked, key=lambda edge: edge.kind):
        rewriting.place(edge)
    rows = rewriting.rows()
    assembled = assemble(*listing_of(rows), flow.code.co_firstlineno)
    return Rewritten(rebuild(flow.code, assembled), tuple(row.meaning for row in rows))


class _Rewriting:
    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.positions = [Position._make(each) for each in flow.code.co_positions()]
        self.labels: dict[int, Label] = defaultdict(Label)
        self.entries = {
            unit: entry for entry in flow.protected for unit in range(entry.start, entry.end, 2)
        }
        self.jumps: dict[int, Label] = {}  # {instruction: where it jumps instead}
        self.handlers: dict[int, Label] = {}  # {unit: where its exceptions go instead}
        self.before: dict[int, list[Row]] = defaultdict(list)  # {offset: places in front of it}
        self.tail: list[Row] = []

    def place(self, edge: Edge) -> None:
        """Give an edge its place."""
        if edge.kind is EdgeKind.RAISE:
            self.place_raise(edge)
        elif edge.kind is EdgeKind.NEXT:
            self.nop(edge, edge.destination)
        elif ends_loop(self.flow, edge):
            self.nop(edge, behind_cleanup(self.flow, edge.destination))
        else:
            label = self.jumps[edge.source] = Label()
            if self.before[edge.destination] or self.is_fallen_into(edge.destination):
                self.hop(edge, label, self.entries.get(edge.destination))
            else:
                self.nop(edge, edge.destination, label)

    def place_raise(self, edge: Edge) -> None:
        """What goes wrong in the place goes to the same handler.

        The host looks for the handler of a RESUME or of a backward jump elsewhere, too
        (`Kind.late`): at an instruction that has places of its own, or none.
        """
        unit = self.flow.by_offset[edge.source].arg_offset
        entry = self.entries.get(unit)
        if entry is not None and entry.target == edge.destination:
            label = self.handlers[unit] = Label()
            self.hop(edge, label, entry)

    def nop(self, edge: Edge, offset: int, *labels: Label) -> None:
        """A place in front of an instruction."""
        item = Item("NOP", 0, self.position_of(edge))
        entry = self.entries.get(offset)
        self.before[offset].append(Row(labels, item, edge, entry, self.handler(entry)))

    def hop(self, edge: Edge, label: Label, entry: ExceptionEntry | None) -> None:
        """A place at the end, from where it goes on to the edge's destination."""
        item = Item(HOP, self.labels[edge.destination], self.position_of(edge))
        self.tail.append(Row((label,), item, edge, entry, self.handler(entry)))

    def is_fallen_into(self, leader: int) -> bool:
        """Whether the instruction in front of a leader can go on to it."""
        last = next(each for each in self.flow.instructions if each.offset + each.size == leader)
        return last.name not in JUMPS and last.name not in LEAVES

    def position_of(self, edge: Edge) -> Position:
        return self.positions[self.flow.by_offset[edge.source].arg_offset >> 1]

    def handler(self, entry: ExceptionEntry | None) -> Label | None:
        """Where an entry leads."""
        return None if entry is None else self.labels[entry.target]

    def rows(self) -> list[Row]:
        """The new code: the instructions with what is in front of them, then the tail."""
        found: list[Row] = []
        for each in self.flow.instructions:
            found += self.before.get(each.offset, ())
            unit = each.arg_offset
            position = self.positions[unit >> 1]
            item = Item(each.name, self.oparg(each), position, unit_count(each))
            entry, handler = self.entries.get(unit), self.handlers.get(unit)
            if handler is not None and each.name in CALLING:
                nop = Item("NOP", 0, position)
                _let_look_up_in_front(found, Row((), nop, each.offset, entry, handler))
            handler = handler or self.handler(entry)
            found.append(Row((self.labels[each.offset],), item, each.offset, entry, handler))
        return found + self.tail

    def oparg(self, each: Instruction) -> int | Label:
        """The oparg, or the label of the place that it names."""
        if direction := DIRECTION[each.opcode]:
            place = each.offset + each.size + 2 * direction * each.oparg
            return self.jumps.get(each.offset) or self.labels[place]
        return each.oparg


def _let_look_up_in_front(rows: list[Row], filler: Row) -> None:
    """See to it that the unit in front of a calling instruction has its handler, where they had
    the same one before.  Where that unit has to stay, exceptions of the two are told as one."""
    last = rows[-1]
    if last.entry == filler.entry:
        stays = SIGNALS_WAIT and last.item.name == "LOAD_SPECIAL"
        if last.item.name in RAISING and not stays:
            rows.append(filler)
        else:
            rows[-1] = last._replace(handler=filler.handler)


def unit_count(instruction: Instruction) -> int:
    """Code units without caches: the compiler never shrinks a jump that had to grow."""
    return (instruction.arg_offset - instruction.offset >> 1) + 1


def listing_of(rows: Iterable[Row]) -> tuple[list[Item | Label], list[Protected]]:
    """What `assemble` takes."""
    listing: list[Item | Label] = []
    protected: list[Protected] = []
    for (handler, entry), run in groupby(rows, attrgetter("handler", "entry")):
        listing.append(start := Label())
        for row in run:
            listing += [*row.labels, row.item]
        if handler is not None:
            listing.append(end := Label())
            protected.append(Protected(start, end, handler, entry.depth, entry.lasti))
    return listing, protected
