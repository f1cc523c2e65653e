"""Probes put into code, and handlers that note where exceptions come from.

- Before a leader that something falls into, before a jump, before RETURN_VALUE and YIELD_VALUE.
- A conditional jump goes to its probe: at its target, if nothing falls into that, else at the end
  of the code; a backward one is turned round and passes over probe and jump.
- Every handler is reached through a stub that adds the raising code unit to a set; where there is
  no handler, a stub adds it and raises again.  RERAISE says where an exception came from first, so
  it has stubs of its own.
"""

from collections import defaultdict
from types import CodeType
from typing import NamedTuple

from bytecov.bytecode.assemble import Item, Label, assemble, rebuild
from bytecov.bytecode.exception_table import ExceptionEntry
from bytecov.bytecode.instruction import Instruction
from bytecov.bytecode.opcodes.numbers import DIRECTION
from bytecov.bytecode.positions import NOWHERE, Position
from bytecov.flow.blocks import BRANCHES, JUMPS, LEAVES
from bytecov.model.edge import Edge, EdgeKind
from bytecov.record.native.rewrite import HOP, Row, listing_of, unit_count
from bytecov.record.probes.flags import NAMES, Flags, Raised
from bytecov.record.probes.plan import ProbePlan
from bytecov.record.probes.segments import Segments

OTHER_WAY = {"TRUE": "FALSE", "FALSE": "TRUE", "NONE": "NOT_NONE", "NOT_NONE": "NONE"}
OUT = ExceptionEntry(0, 0, -1, 0, True)
"""Where exceptions leave the frame."""


class Probed(NamedTuple):
    """Code with probes: what each flag says (an edge, or that a segment came to its end), where
    exceptions are noted, and the original offset of each instruction (-1 for ours)."""

    code: CodeType
    flags: tuple[Flags, ...]
    says: tuple[Edge | int, ...]
    raised: Raised
    origins: tuple[int, ...]


def add_probes(segments: Segments, plan: ProbePlan) -> Probed:
    """The code of `segments` with the probes of `plan`."""
    return _Probing(segments, plan).run()


class _Probing:
    def __init__(self, segments: Segments, plan: ProbePlan) -> None:
        self.flow = segments.flow
        self.segments = segments
        self.plan = plan
        self.code = segments.flow.code
        self.positions = [Position._make(each) for each in self.code.co_positions()]
        self.labels: dict[int, Label] = defaultdict(Label)
        first = next(each for each in self.flow.instructions if each.name == "RESUME")
        self.entries = dict.fromkeys(range(first.offset + 2, len(self.code.co_code), 2), OUT)
        for entry in self.flow.protected:
            self.entries |= dict.fromkeys(range(entry.start, entry.end, 2), entry)
        self.stubs: dict[tuple[ExceptionEntry, int | None], Label] = defaultdict(Label)
        self.jumps: dict[int, Label] = {}  # {jump: where it goes instead}
        self.over: dict[int, Label] = {}  # {YIELD_VALUE: its label behind what is in front of it}
        self.turned: dict[int, Edge] = {}  # {backward branch: its probed edge}
        self.falling: dict[int, list[Row]] = defaultdict(list)  # {leader: passed by jumps to it}
        self.before: dict[int, list[Row]] = defaultdict(list)  # {offset: also jumped to}
        self.tail: list[Row] = []
        self.says: list[Edge | int] = []
        self.flags: list[Flags] = []
        self.names = list(self.code.co_names)
        self.constants: list[object] = list(self.code.co_consts) or [None]
        self.raised = Raised()

    def run(self) -> Probed:
        for edge in sorted(self.plan.edges, key=lambda edge: edge.kind):
            self.place(edge)
        for start in self.plan.ends:
            last = self.segments.of[start].last
            self.before[last.offset] += self.probe(start, last.offset)
            self.before[last.offset] += self.same_front(last)
        rows = self.body()
        rows += self.tail
        rows += self.stub_rows()
        assembled = assemble(*listing_of(rows), self.code.co_firstlineno)
        code = rebuild(
            self.code, assembled, co_names=tuple(self.names), co_consts=tuple(self.constants)
        )
        origins = tuple(row.meaning for row in rows if isinstance(row.meaning, int))
        return Probed(code, tuple(self.flags), tuple(self.says), self.raised, origins)

    # probes

    def place(self, edge: Edge) -> None:
        """Put a probe on an edge."""
        source = self.flow.by_offset[edge.source]
        leader = edge.destination
        if edge.kind is EdgeKind.NEXT:
            self.falling[leader] += self.probe(edge, leader)
        elif source.name in JUMPS:
            self.before[source.offset] += self.probe(edge, source.offset)
        elif DIRECTION[source.opcode] < 0:
            self.turned[source.offset] = edge
        else:
            label = self.jumps[source.offset] = Label()
            rows = self.probe(edge, leader)
            rows[0] = rows[0]._replace(labels=(label,))
            if self.falling[leader] or self.is_fallen_into(leader):
                hop = Item(HOP, self.labels[leader], self.position(source))
                self.tail += [*rows, self.row(hop, leader)]
            else:
                self.falling[leader] += rows

    def probe(self, says: Edge | int, near: int) -> list[Row]:
        """The instructions of a new probe, with position and handler of the instruction at
        `near`, or of the edge's source."""
        number = len(self.says)
        self.says.append(says)
        if number % len(NAMES) == 0:
            self.flags.append(Flags())
        place = says.source if isinstance(says, Edge) else near
        position = self.position(self.flow.by_offset[place])
        items = (
            Item("LOAD_CONST", 0, position),
            Item("LOAD_CONST", self.constant(self.flags[-1]), position),
            Item("STORE_ATTR", self.name(NAMES[number % len(NAMES)]), position),
        )
        return [self.row(item, near) for item in items]

    def same_front(self, each: Instruction) -> list[Row]:
        """For the YIELD_VALUE of a SEND loop: another SEND right in front of it, never executed.

        When what throw() was passed on to ends, the host reads there where to go on
        (Objects/genobject.c, _gen_throw, "Backup to SEND").
        """
        send = self.flow.by_offset.get(each.offset - 2)
        if send is None or send.name != "SEND":
            return []
        over = self.over[each.offset] = Label()
        items = Item("JUMP_FORWARD", over), Item("SEND", self.oparg(send))
        return [self.row(item, each.offset) for item in items]

    def row(self, item: Item, near: int) -> Row:
        """A row of ours with the handler of an original unit."""
        return Row((), item, -1, *self.protection(self.entries.get(near)))

    def is_fallen_into(self, leader: int) -> bool:
        last = next(each for each in self.flow.instructions if each.offset + each.size == leader)
        return last.name not in JUMPS and last.name not in LEAVES

    def position(self, instruction: Instruction) -> Position:
        return self.positions[instruction.arg_offset >> 1]

    def constant(self, value: object) -> int:
        """The index of a constant of ours."""
        if self.constants[-1] is not value:
            self.constants.append(value)
        return len(self.constants) - 1

    def name(self, name: str) -> int:
        if name not in self.names:
            self.names.append(name)
        return self.names.index(name)

    # the new code

    def body(self) -> list[Row]:
        """The original instructions, with what is in front of them."""
        found: list[Row] = []
        for each in self.flow.instructions:
            rows = [*self.before.get(each.offset, ()), *self.original(each)]
            rows[0] = rows[0]._replace(labels=(self.labels[each.offset], *rows[0].labels))
            found += [*self.falling.get(each.offset, ()), *rows]
        return found

    def original(self, each: Instruction) -> list[Row]:
        """One original instruction; a turned branch with probe and jump behind it."""
        entry, handler = self.protection(
            self.entries.get(each.arg_offset), each.offset if each.name == "RERAISE" else None
        )
        position = self.position(each)
        name, oparg = each.name, self.oparg(each)
        behind: list[Row] = []
        if (edge := self.turned.get(each.offset)) is not None:
            name = _turn_round(name)
            target, oparg = oparg, Label()
            jump = Item("JUMP_BACKWARD", target, position)
            behind = [
                *self.probe(edge, each.offset),
                self.row(jump, each.offset),
                self.row(Item("NOP", 0, position), each.offset)._replace(labels=(oparg,)),
            ]
        labels = (self.over[each.offset],) if each.offset in self.over else ()
        item = Item(name, oparg, position, unit_count(each))
        return [Row(labels, item, each.offset, entry, handler), *behind]

    def oparg(self, each: Instruction) -> int | Label:
        if direction := DIRECTION[each.opcode]:
            place = each.offset + each.size + 2 * direction * each.oparg
            return self.jumps.get(each.offset) or self.labels[place]
        return each.oparg

    def protection(
        self, entry: ExceptionEntry | None, source: int | None = None
    ) -> tuple[ExceptionEntry | None, Label | None]:
        """The stub of an entry, or of one RERAISE where given, and how it is to be entered."""
        if entry is None:
            return None, None
        key = entry._replace(start=0, end=0), source
        return entry._replace(lasti=entry.lasti or source is None), self.stubs[key]

    def stub_rows(self) -> list[Row]:
        """All stubs, with [lasti, exception] on the stack; a RERAISE may have no lasti."""
        rows: list[Row] = []
        raised = self.constant(self.raised)
        for (entry, source), label in self.stubs.items():
            items = [Item("LOAD_CONST", raised)]
            if source is None:
                items.append(Item("COPY", 3))
            else:
                self.constants.append(-1 - source)
                items.append(Item("LOAD_CONST", len(self.constants) - 1))
            items += [Item("SET_ADD", 1), Item("POP_TOP")]
            if entry.target < 0:
                items.append(Item("RERAISE", 1))
            else:
                if source is None and not entry.lasti:
                    items += [Item("SWAP", 2), Item("POP_TOP")]
                items.append(Item(HOP, self.labels[entry.target]))
            first, *rest = items
            rows.append(Row((label,), first, -1, None, None))
            rows += [Row((), item, -1, None, None) for item in rest]
        return rows


def _turn_round(name: str) -> str:
    """POP_JUMP_BACKWARD_IF_TRUE is POP_JUMP_FORWARD_IF_FALSE."""
    assert name in BRANCHES
    front, _, test = name.replace("BACKWARD", "FORWARD").partition("_IF_")
    return f"{front}_IF_{OTHER_WAY[test]}"


assert NOWHERE.line is None
