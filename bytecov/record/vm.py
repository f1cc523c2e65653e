"""The reference recorder: measured code runs in our interpreter.

The interpreter keeps the fewest counters that tell everything (`vm/layout.py`); here they
become a count for every offset and edge.
"""

from collections import Counter
from types import CodeType, FunctionType

from bytecov.flow.blocks import JUMPS, LEAVES, flow
from bytecov.model.edge import Edge, EdgeKind
from bytecov.model.hits import Hits, Recorded
from bytecov.record.book import Library
from bytecov.record.representing import Aside
from bytecov.record.values import Values
from bytecov.vm import exposure, ops
from bytecov.vm.layout import ENTRY, OUT
from bytecov.vm.machine import interpret
from bytecov.vm.program import Program, Translated
from bytecov.vm.stub import build_stub
from bytecov.vm.tracing import is_debugged


class VMRecorder:
    """Sees every offset and edge, exceptions too, with counts and in order."""

    name = "vm"
    observes = frozenset({"offsets", "edges", "exception_edges", "counts", "values", "order"})

    def __init__(
        self, values: bool = False, library: Library | None = None, reprs: bool = False
    ) -> None:
        """`values`: also with which operands each branch went each way; `reprs`: these told by
        their own `__repr__`.  `library` has what was made of the code in earlier runs."""
        self._values = Values(reprs) if values or reprs else None
        self._program = Aside if reprs else Program
        self._library = library if self._values is None else None
        self._set = ops.running()
        self._programs: list[Program] = []
        self._lines = False  # whether somebody may debug what comes
        exposure.install(self._programs)
        self._originals: dict[CodeType, CodeType] = {}
        self._kept: list[Recorded] = []  # of contexts that have ended

    def prepare(self, code: CodeType) -> CodeType:
        """The stub of `code`; those of nested code objects are made when it first runs."""
        assert isinstance(interpret, FunctionType)
        watch, table = self._values.watch if self._values else None, self._set.table
        program = self._program(code, table, self.prepare, interpret, self._translate, watch)
        self._programs.append(program)
        self._lines = self._lines or is_debugged(code)
        stub = self._stub(program)
        self._originals[stub] = code
        return stub

    def _stub(self, program: Program) -> CodeType:
        if self._library is None or self._lines:
            return build_stub(program, self._set.dialect, self._lines)
        book = self._library.book(program.code)
        if book.knows_translation(program):
            program.expect_heat()
        stub = book.stub(program)
        if stub is None:
            stub = build_stub(program, self._set.dialect)
            book.add_stub(program, stub)
        if book.was_hot(program):
            program.weave()
        return stub

    def _translate(self, program: Program) -> Translated | None:
        book = self._library.book(program.code) if self._library else None
        if book and book.knows_translation(program):
            return book.translation(program)

        from bytecov.vm.translate import translate  # most short runs never need it

        translated = translate(program, self._set.dialect)
        if book:
            book.add_translation(program, translated)
        return translated

    def import_all(self) -> None:
        """Import now what would be imported when it is needed."""
        import bytecov.vm.translate  # noqa: F401

    def original(self, code: CodeType) -> CodeType:
        """The code object behind a stub."""
        return self._originals.get(code, code)

    def take(self, context: str) -> list[Recorded]:
        """The hits of every code object that has run since the last time."""
        taken, self._kept = self._kept, []
        for program in list(self._programs):
            counts, raises = program.take()
            if program.hot and self._library:
                self._library.book(program.code).add_hot(program)
            if any(counts):
                hits = _Flowing(program, counts, raises).hits()
                if self._values:
                    hits.values = self._values.take(program)
                taken.append(Recorded(program.code, context, hits))
        return taken

    def cut(self, context: str) -> None:
        """What was seen since the last cut happened in `context`."""
        self._kept = self.take(context)

    def forget(self) -> None:
        """Drop what was seen and not taken."""
        self._kept = []
        for program in list(self._programs):
            program.take()
            if self._values:
                self._values.take(program)

    def news(self, context: str) -> list[tuple[str, CodeType, list[int]]]:
        """None: the interpreter's counters are read at the end."""
        return []

    def replay(self, code: CodeType, told: list[int]) -> None:
        """Nothing was told."""

    def close(self) -> None:
        """Nothing to do: what watches is the interpreter."""


class _Flowing:
    """Derives every count of one code object from the counters of its interpreter.

    Instructions are taken in the order of their offsets: what arrives at one is what falls
    through from the one before, what was counted to jump there, and the exceptions sent there.
    """

    def __init__(
        self, program: Program, counts: list[int], raises: dict[tuple[int, int], int]
    ) -> None:
        self.layout = program.layout
        self.counts = counts
        self.flow = flow(program.code)
        self.raises: Counter[tuple[int, int]] = Counter()
        for (index, handler), count in raises.items():
            self.raises[self._raiser(index, handler), handler] += count
        self.arriving: Counter[int] = Counter({0: counts[ENTRY]})  # by index
        for jump in self.layout.jumps.values():
            self.arriving[jump.target] += counts[jump.taken]
        self.raised: Counter[int] = Counter()
        for (index, handler), count in self.raises.items():
            self.raised[index] += count
            if handler != OUT:
                self.arriving[handler] += count

    def _raiser(self, index: int, handler: int) -> int:
        """The instruction to blame.  An interruption (RecursionError, KeyboardInterrupt) may have
        come at one that never raises; then it is the one before it in the block that may, or the
        next."""
        if handler == OUT:
            return index
        instructions = self.layout.instructions
        target = instructions[handler].offset
        block = self.flow.block_of[instructions[index].offset].instructions
        at = block.index(instructions[index])
        for each in (*block[at::-1], *block[at + 1 :]):
            if Edge(each.offset, target, EdgeKind.RAISE) in self.flow.edges:
                return self.layout.index_of[each.offset]
        return index

    def hits(self) -> Hits:
        """Offsets and edges with their counts."""
        instructions = self.layout.instructions
        hits = Hits()
        falling: dict[int, int] = {}  # by offset
        fall = 0
        for index, instruction in enumerate(instructions):
            count = fall + self.arriving[index]
            if index in self.layout.resumes:
                count = self.counts[self.layout.resumes[index]]
            elif index and instructions[index - 1].name == "RETURN_GENERATOR":
                count = self.counts[self.layout.resumes[self.layout.start]]
            if count > 0:
                hits.offsets[instruction.offset] = count
            fall = falling[instruction.offset] = self._falling(index, count)
            jump = self.layout.jumps.get(index)
            if jump is not None and (taken := self.counts[jump.taken]):
                target = instructions[jump.target].offset
                hits.edges[Edge(instruction.offset, target, EdgeKind.JUMP)] = taken
        for edge in self.flow.edges:
            if edge.kind is EdgeKind.NEXT and falling[edge.source] > 0:
                hits.edges[edge] = falling[edge.source]
        for (index, handler), count in self.raises.items():
            if handler != OUT:
                source, target = instructions[index].offset, instructions[handler].offset
                hits.edges[Edge(source, target, EdgeKind.RAISE)] = count
        return hits

    def _falling(self, index: int, count: int) -> int:
        """How often control went on from an instruction to the next one."""
        name = self.layout.instructions[index].name
        if name in JUMPS or name in LEAVES:
            return 0
        if (jump := self.layout.jumps.get(index)) is not None:
            return self.counts[jump.passed]
        if index + 1 in self.layout.resumes:
            return self.counts[self.layout.resumes[index + 1]]
        return count - self.raised[index]
