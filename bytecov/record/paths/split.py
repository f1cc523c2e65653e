"""Rewrites a code object by a plan, and takes what was recorded of it back to the code it was.

Copies stand behind the code.  A jump to a copy goes forward; out of a copy it goes backward, by
jumps of our own where the copied one cannot.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from types import CodeType
from typing import NamedTuple, TypeVar

from bytecov.bytecode.assemble import assemble, disassemble, rebuild
from bytecov.bytecode.instruction import Instruction
from bytecov.bytecode.positions import Position
from bytecov.bytecode.symbolic import Item, Label, Protected
from bytecov.flow.blocks import BRANCHES, JUMPS, LEAVES, Flow, flow
from bytecov.model.edge import Edge, EdgeKind
from bytecov.model.hits import Hits
from bytecov.record.paths.copies import ORIGINAL, Copy, Plan

_K = TypeVar("_K")

BACK = "JUMP_BACKWARD"


class Row(NamedTuple):
    """One item: of which copy, and the original instruction; `own` jumps are ours."""

    item: Item
    copy: int
    offset: int
    own: bool = False


def split(found: Flow, plan: Plan, constants: tuple[object, ...]) -> "Split":
    """The code object with the copies; VMError where that cannot be assembled."""
    return _Splitter(found, plan).run(constants)


class _Splitter:
    """Lists original and copies."""

    def __init__(self, found: Flow, plan: Plan) -> None:
        self.flow = found
        self.plan = plan
        self.listing, self.protected = disassemble(found.code)
        items = [each for each in self.listing if isinstance(each, Item)]
        self.items = dict(zip(found.by_offset, items, strict=True))
        self.place: dict[tuple[int, int], Label] = {}  # {(copy, instruction): in front of it}
        self.rows: list[Row | Label] = []
        self.springs: list[tuple[Label, Row]] = []  # where a jump forward turns back

    def run(self, constants: tuple[object, ...]) -> "Split":
        code = self.flow.code
        offsets = iter(self.flow.by_offset)
        for each in self.listing:
            if isinstance(each, Label):
                self.rows.append(each)
            else:
                self.original(next(offsets))
        protected = list(self.protected)
        for number, copy in enumerate(self.plan.copies, 1):
            start = len(self.rows)
            self.copied(number, copy)
            protected += self.protect(number, copy, start)
        items = [each.item if isinstance(each, Row) else each for each in self.rows]
        assembled = assemble(items, protected, code.co_firstlineno)
        made = rebuild(code, assembled, co_consts=constants)
        rows = [each for each in self.rows if isinstance(each, Row)]
        return Split(made, self.flow, self.plan, rows)

    # the two kinds of code

    def original(self, offset: int) -> None:
        """An instruction where it was; edges to copies are turned."""
        self.rows.append(self.label(ORIGINAL, offset))
        item = self.items[offset]
        jump, fall = self.led(ORIGINAL, offset)
        if jump:
            item = Item(_forward(item.name), self.start(jump), item.position)
        self.rows.append(Row(item, ORIGINAL, offset))
        before = self.flow.by_offset.get(self.before_marker(offset), None)
        if before is not None:  # NOT_TAKEN stays right behind its branch
            _, fall = self.led(ORIGINAL, before.offset)
        elif self.marker(offset) is not None:
            fall = 0
        if fall:
            self.jump("JUMP_FORWARD", self.start(fall), ORIGINAL, offset)

    def copied(self, number: int, copy: Copy) -> None:
        """A copy up to its test, and where the edges of the test lead."""
        marker = self.marker(copy.edge.source) if copy.edge.kind is EdgeKind.NEXT else None
        inside = [offset for offset in copy.offsets if offset != marker]
        self.springs = []
        for offset in inside:
            self.rows.append(self.label(number, offset))
            if offset == copy.branch:
                self.branch(number, offset)
            else:
                self.inner(number, offset, set(inside))
        for label, row in self.springs:
            self.rows += [label, row]

    def inner(self, number: int, offset: int, inside: set[int]) -> None:
        """An instruction in front of the test."""
        item, instruction = self.items[offset], self.flow.by_offset[offset]
        if isinstance(item.oparg, Label):
            target = self.target(instruction)
            if target in inside:
                item = Item(item.name, self.label(number, target), item.position)
            elif item.name in JUMPS:
                item = Item(BACK, self.label(ORIGINAL, target), item.position)
            else:
                item = self.spring(item, number, offset, target)
        self.rows.append(Row(item, number, offset))
        following = offset + instruction.size
        if item.name not in JUMPS and item.name not in LEAVES and following not in inside:
            self.jump(BACK, self.label(ORIGINAL, following), number, offset)

    def branch(self, number: int, offset: int) -> None:
        """The test of a copy: each edge goes to the next copy or to where it went."""
        item, instruction = self.items[offset], self.flow.by_offset[offset]
        jump, fall = self.led(number, offset)
        if jump:
            item = Item(_forward(item.name), self.start(jump), item.position)
        else:
            item = self.spring(item, number, offset, self.target(instruction))
        self.rows.append(Row(item, number, offset))
        following = offset + instruction.size
        if (marker := self.marker(offset)) is not None:
            self.rows.append(Row(self.items[marker], number, marker))
            offset, following = marker, marker + self.flow.by_offset[marker].size
        if fall:
            self.jump("JUMP_FORWARD", self.start(fall), number, offset)
        else:
            self.jump(BACK, self.label(ORIGINAL, following), number, offset)

    # jumps

    def spring(self, item: Item, number: int, offset: int, target: int) -> Item:
        """A conditional jump back: forward, then back."""
        label = Label()
        back = Item(BACK, self.label(ORIGINAL, target), item.position)
        self.springs.append((label, Row(back, number, offset, own=True)))
        return Item(_forward(item.name), label, item.position)

    def jump(self, name: str, label: Label, number: int, offset: int) -> None:
        position: Position = self.items[offset].position
        self.rows.append(Row(Item(name, label, position), number, offset, own=True))

    def led(self, number: int, offset: int) -> tuple[int, int]:
        """The copies that the JUMP and the NEXT edge of an instruction lead to, 0 for none."""
        found = {EdgeKind.JUMP: 0, EdgeKind.NEXT: 0}
        for edge in self.flow.leaving[offset]:
            if edge.kind in found:
                found[edge.kind] = self.plan.leads.get((number, edge), 0)
        return found[EdgeKind.JUMP], found[EdgeKind.NEXT]

    def start(self, number: int) -> Label:
        """Where a copy begins: behind the marker, which stays with the branch."""
        edge = self.plan.copies[number - 1].edge
        marker = self.marker(edge.source) if edge.kind is EdgeKind.NEXT else None
        if marker is not None:
            return self.label(number, marker + self.flow.by_offset[marker].size)
        return self.label(number, edge.destination)

    def marker(self, branch: int) -> int | None:
        """The NOT_TAKEN behind a branch (3.14+)."""
        if branch not in self.flow.branches:
            return None
        following = self.flow.by_offset.get(branch + self.flow.by_offset[branch].size)
        return following.offset if following and following.name == "NOT_TAKEN" else None

    def before_marker(self, offset: int) -> int:
        """The branch in front of a NOT_TAKEN, -1 for all else."""
        return self.branch_of.get(offset, -1)

    @cached_property
    def branch_of(self) -> dict[int, int]:
        markers = ((self.marker(branch), branch) for branch in self.flow.branches)
        return {marker: branch for marker, branch in markers if marker is not None}

    def label(self, number: int, offset: int) -> Label:
        return self.place.setdefault((number, offset), Label())

    def target(self, instruction: Instruction) -> int:
        """What the oparg names, of END_ASYNC_FOR too."""
        if instruction.target is not None:
            return instruction.target
        oparg = self.items[instruction.offset].oparg
        assert isinstance(oparg, Label)
        return self.named[oparg]

    @cached_property
    def named(self) -> dict[Label, int]:
        """{label of the original listing: the instruction behind it}"""
        found: dict[Label, int] = {}
        offsets = iter(self.flow.by_offset)
        waiting: list[Label] = []
        for each in self.listing:
            if isinstance(each, Label):
                waiting.append(each)
            else:
                offset = next(offsets)
                found |= dict.fromkeys(waiting, offset)
                waiting = []
        return found

    def protect(self, number: int, copy: Copy, start: int) -> Iterator[Protected]:
        """The protected regions of a copy; puts their labels into the listing."""
        inside = set(copy.offsets)
        rows, self.rows[start:] = self.rows[start:], []
        current, begin = None, Label()
        for each in rows:
            if isinstance(each, Row):
                at = self.flow.by_offset[each.offset].arg_offset
                entry = next((e for e in self.flow.protected if e.start <= at < e.end), None)
                if entry != current:
                    self.rows.append(end := Label())
                    if current:
                        owner = number if current.target in inside else ORIGINAL
                        handler = self.label(owner, current.target)
                        yield Protected(begin, end, handler, current.depth, current.lasti)
                    current, begin = entry, end
            self.rows.append(each)
        if current:
            self.rows.append(end := Label())
            owner = number if current.target in inside else ORIGINAL
            handler = self.label(owner, current.target)
            yield Protected(begin, end, handler, current.depth, current.lasti)


@dataclass(slots=True)
class Split:
    """A rewritten code object and the way back."""

    code: CodeType
    before: Flow
    plan: Plan
    rows: list[Row]

    def restore(self, hits: Hits) -> Hits:
        """What the same run would have shown of the original, and the vectors of its decisions.

        An edge that the rewritten code does not have stays what it is, a contradiction.
        """
        after = flow(self.code)
        row_of = dict(zip(after.by_offset, self.rows, strict=True))
        found = Hits()
        for offset, count in hits.offsets.items():
            if offset in row_of and not row_of[offset].own:
                _add(found.offsets, row_of[offset].offset, count)
        for edge, count in hits.edges.items():
            if edge not in after.edges:
                _add(found.edges, edge, count)
            elif not row_of[edge.source].own and (old := self.old(edge, row_of)):
                _add(found.edges, old, count)
                copy = row_of[edge.source].copy
                for key in self.plan.ends.get((copy, old), ()):
                    _add(found.vectors, key, count)
                if (way := self.plan.ways.get((copy, old.source))) and old.kind < EdgeKind.RAISE:
                    _add(found.paths, (way, old), count)
        for (way, edge), count in hits.paths.items():
            if (old := self.old(edge, row_of)) and (old_way := self.old_way(way, row_of)):
                _add(found.paths, (old_way, old), count)
        for observed, count in hits.values.items():
            if old := self.old(observed.edge, row_of):
                _add(found.values, observed._replace(edge=old), count)
        self.fall(hits, found, after, row_of)
        return found

    def old(self, edge: Edge, row_of: dict[int, Row]) -> Edge | None:
        """The original of an edge, NEXT edges only of branches."""
        source = row_of[edge.source].offset
        if edge.kind is EdgeKind.RAISE:
            old = Edge(source, row_of[edge.destination].offset, edge.kind)
            return old if old in self.before.edges else None
        if edge.kind is EdgeKind.NEXT and source not in self.before.branches:
            return None
        return next(each for each in self.before.leaving[source] if each.kind is edge.kind)

    def old_way(self, edge: Edge, row_of: dict[int, Row]) -> Edge | None:
        """The original of an edge; None of jumps that are ours."""
        if row_of[edge.source].own:
            return None
        source = row_of[edge.source].offset
        if edge.kind is EdgeKind.NEXT and source not in self.before.branches:
            return next(iter(self.before.leaving[source]), None)
        return self.old(edge, row_of)

    def fall(self, hits: Hits, found: Hits, after: Flow, row_of: dict[int, Row]) -> None:
        """NEXT edges of what is no branch: how often control came to what follows."""
        falling = {
            edge.source: edge
            for edge in self.before.edges
            if edge.kind is EdgeKind.NEXT and edge.source not in self.before.branches
        }
        for offset, row in row_of.items():
            if row.own or row.offset not in falling or row.item.name in BRANCHES:
                continue
            following = offset + after.by_offset[offset].size
            edge = Edge(offset, following, EdgeKind.NEXT)
            count = hits.edges.get(edge) if edge in after.edges else hits.offsets.get(following)
            if count is not None:
                _add(found.edges, falling[row.offset], count)


def _add(counts: dict[_K, int], key: _K, count: int) -> None:
    """Add a count; 0 is "unknown" and stays so."""
    known = counts.get(key)
    counts[key] = count if known is None else (known + count if known and count else 0)


def _forward(name: str) -> str:
    """3.11: conditional jumps say their direction."""
    return name.replace("_BACKWARD_", "_FORWARD_")
