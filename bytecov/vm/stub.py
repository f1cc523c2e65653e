"""The code object a measured function really has.

A stub keeps everything of the original but its instructions: name, flags, variables, first
line, constants.  After the original prologue it makes an interpreter, a host generator, and
drives it with SEND:

    if program.hot: …                                # the way that is woven behind (`weave`)
    interpreter = program.run(globals(), locals(), (arguments, cells))
    result = None
    while True:
        number, payload = interpreter.send(result)   # when it returns, so do we
        result = site[number](payload)               # one original instruction, natively
        # an exception of a site is sent to the interpreter as Raised

Its stack begins with [place, interpreter], where `place` is what the host pushed for the last
exception of a site to tell where it was raised: since 3.14 nothing that Python code may hold.

So no frame of the interpreter is on the stack while anything foreign runs: callees, yields,
awaits and imports see a real frame, at a true position.  Sites are found by a binary search
over their numbers, because bytecode has no computed jump.
"""

import builtins
from collections.abc import Callable
from functools import partial
from types import CodeType
from typing import TYPE_CHECKING, Final

from bytecov.bytecode.assemble import Item, Label, Protected, assemble, rebuild
from bytecov.bytecode.opcodes.numbers import NUMBERS
from bytecov.bytecode.positions import NOWHERE, Position
from bytecov.vm.emit import Dialect, Writer
from bytecov.vm.frame import NULL
from bytecov.vm.layout import ENTRY
from bytecov.vm.ops import build
from bytecov.vm.program import Program, Site
from bytecov.vm.signals import DELETE, Raised
from bytecov.vm.ticks import Tick
from bytecov.vm.weave import Weaver, can_weave, count, ways

if TYPE_CHECKING:
    from bytecov.vm.operation import Receiver

CO_OPTIMIZED: Final = 0x1  # local variables are slots, not a mapping (inspect.CO_OPTIMIZED)
CO_VARARGS: Final = 0x4
CO_VARKEYWORDS: Final = 0x8

UNBOUND_LOCALS: Final = {"LOAD_FAST", "LOAD_FAST_CHECK", "DELETE_FAST"}
"""What the host does for us on a local variable only when it has no value."""

RETURNS: Final = {"RETURN_VALUE", "RETURN_CONST"}

CHECKED = False  # tests have the assembler find the stack size itself, and what is wrong
AROUND: Final = 8  # stack items that a stub needs beside the operands of a site

RECEIVERS: "dict[int, Receiver]" = {0: build.drops, 1: build.pushes}


def build_stub(program: Program, dialect: Dialect, lines: bool = False) -> CodeType:
    """The stub of a program; tells the program its sites and what its frames begin with.

    With `lines`, there is a place for each line, for debuggers (`tracing`), and what is the
    stub's own has none.
    """
    return _Builder(program, dialect, lines).build()


class _Builder:
    def __init__(self, program: Program, dialect: Dialect, lines: bool) -> None:
        self.program = program
        self.lines = lines
        self.code = program.code
        self.dialect = dialect
        self.layout = program.layout
        self.items: list[Item | Label] = []
        self.constants: list[object] = list(self.code.co_consts)
        self.places: dict[int, int] = {}  # {id of a constant of ours: its index}
        first = self.code.co_firstlineno
        self.inside = NOWHERE if lines else Position(first, first)
        positions = list(self.code.co_positions())
        self.writer = Writer(
            self.items,
            self.constant,
            self.layout.instructions,
            tuple(Position(*positions[each.arg_offset // 2]) for each in self.layout.instructions),
        )
        self.woven, self.begin, self.begun, self.failed = Label(), Label(), Label(), Label()
        self.loop, self.returned, self.raised = Label(), Label(), Label()
        self.first, self.last, self.left, self.interrupted = Label(), Label(), Label(), Label()

    def build(self) -> CodeType:
        weaves = not self.lines and can_weave(self.program)
        self.program.ways = ways(self.program) if weaves else None
        self.program.new_ticks(self.layout.counters)
        self.prologue()
        if weaves:
            self.choose()
        self.make_interpreter()
        self.drive()
        self.dispatch(self.plan_sites())
        self.op("NOP")
        self.items.append(self.last)
        self.handler()
        self.leave()
        self.fail()
        woven: list[Protected] = []
        if weaves:
            self.items.append(self.woven)
            woven = Weaver(self.program, self.dialect, self.writer).weave()
        self.constants.append(self.program)
        assembled = assemble(
            self.items,
            [
                Protected(self.begin, self.begun, self.failed, 0, False),
                Protected(self.first, self.last, self.raised, self.depth, True),
                *woven,
            ],
            self.code.co_firstlineno,
            None if CHECKED else self.deepest(),
        )
        return rebuild(self.code, assembled, co_consts=tuple(self.constants))

    def deepest(self) -> int:
        """A stack size that is enough: the largest site, and what is around it."""
        largest = max(self.program.slots, self.code.co_stacksize)
        for index, site in self.program.sites.items():
            effect = self.program.by_index[index].effect
            outputs = effect.outputs(self.layout.instructions[index].oparg)
            largest = max(largest, site.operands, outputs)
        return AROUND + largest

    # what the stub is made of

    def op(self, name: str, oparg: int | Label = 0) -> None:
        self.items.append(Item(name, oparg, self.inside))

    def constant(self, value: object) -> int:
        """The index of a constant of ours, behind the original ones."""
        index = self.places.setdefault(id(value), len(self.constants))
        if index == len(self.constants):
            self.constants.append(value)
        return index

    def load(self, value: object) -> None:
        self.op("LOAD_CONST", self.constant(value))

    def function(self, value: object) -> None:
        """Push a callable the way the version wants it for a call."""
        if self.dialect.null_first:
            self.op("PUSH_NULL")
            self.load(value)
        else:
            self.load(value)
            self.op("PUSH_NULL")

    def call(self, count: int) -> None:
        for name in self.dialect.call:
            self.op(name, count)

    # the parts of the stub, in their order

    def prologue(self) -> None:
        """The original instructions up to RESUME; a generator is counted when it is made.  What
        can fail before that (3.15+, the iterator of a generator expression) is done as in a site.
        """
        ticks = self.program.ticks
        if self.program.begins:
            self.count(ticks[ENTRY])
        for index in range(self.layout.start + 1):
            each = self.layout.instructions[index]
            if each.name == "RETURN_GENERATOR":
                made = self.layout.resumes[index] if self.program.begins else ENTRY
                self.count(ticks[made])
            self.writer.index = index
            operation = self.program.by_index[index]
            if operation.emit is not None:
                operation.emit(self.writer, operation.effect)
            else:
                self.writer.op(each.name, each.oparg)

    def count(self, tick: Tick) -> None:
        """A step of a tick."""
        count(self.writer, self.dialect, tick)

    def choose(self) -> None:
        """The woven way, once the program is hot."""
        self.load(self.program.hot)
        if "TO_BOOL" in NUMBERS:  # 3.13+: jumps take a bool
            self.op("TO_BOOL")
        self.op(self.dialect.jump_if_true, self.woven)

    def make_interpreter(self) -> None:
        """Push no place and the interpreter; the stub's own variables become unbound, so that
        nothing lives longer than under the host."""
        arguments, cells = self.entry_slots()
        begins = self.program.begins
        self.program.entry_slots = arguments + cells
        self.load(None)
        self.function(self.program.run)
        self.function(builtins.globals)
        self.items.append(self.begin)  # not earlier: a few instructions of another's can stand
        self.call(0)  # in the place of ours, `replace(co_code=…)`, without meeting our handlers
        if self.code.co_flags & CO_OPTIMIZED:
            self.load(None)
        else:
            self.function(builtins.locals)
            self.call(0)
        for slot in arguments:
            self.op("LOAD_FAST", slot)
        for slot in cells:
            self.op(self.dialect.load_cell, slot)
        count = len(arguments) + len(cells)
        if begins:
            self.op("COPY", 6 + count)
            for _ in range(begins - 1):
                self.load(NULL)
        self.op("BUILD_TUPLE", count + begins)
        self.call(3)
        if begins:
            self.op("SWAP", 3)
            self.op("POP_TOP")
            self.op("SWAP", 2)
        for slot in arguments:
            self.op("DELETE_FAST", slot)
        if self.program.plain_slots:
            parameters = [slot for slot in arguments if slot in self.program.plain_slots]
            self.program.keeper = (parameters or self.program.plain_slots)[0]
            self.op("COPY", 1)
            self.op("STORE_FAST", self.program.keeper)

    def entry_slots(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Slots of parameters, and of cells and free variables, that are set when we start."""
        code = self.code
        cells = [
            each.oparg
            for each in self.layout.instructions[: self.layout.start]
            if each.name == "MAKE_CELL"
        ]
        free = range(self.program.slots - len(code.co_freevars), self.program.slots)
        count = code.co_argcount + code.co_kwonlyargcount
        count += bool(code.co_flags & CO_VARARGS) + bool(code.co_flags & CO_VARKEYWORDS)
        boxes = set(cells) | set(free)
        if code.co_flags & CO_OPTIMIZED:
            self.program.plain_slots = tuple(
                slot for slot in range(code.co_nlocals) if slot not in boxes
            )
        return tuple(slot for slot in range(count) if slot not in boxes), tuple(sorted(boxes))

    @property
    def depth(self) -> int:
        """Of the stack when a site begins, without its payload."""
        return 2 + self.dialect.paired

    def drive(self) -> None:
        """Ask the interpreter what to do."""
        asked = Label()
        if self.dialect.paired:
            self.op("PUSH_NULL")
        self.load(None)
        self.op("SEND", self.returned)
        self.items.append(self.begun)
        self.op("JUMP_FORWARD", asked)
        self.items.append(self.loop)
        self.op("SEND", self.returned)
        self.items.append(asked)
        self.op("UNPACK_SEQUENCE", 2)
        self.items.append(self.first)

    def plan_sites(self) -> list[int]:
        """Indices of the instructions that have a site; number by number the program's sites."""
        number = DELETE + len(self.program.plain_slots)
        indices = []
        for index in range(self.layout.start + 1, len(self.layout.instructions)):
            operation = self.program.by_index[index]
            oparg = self.layout.instructions[index].oparg
            if operation.emit is None or (operation.hosted and not operation.hosted(oparg)):
                continue
            outputs = operation.effect.outputs(oparg)
            receive = operation.receive or RECEIVERS.get(outputs, build.extends)
            operands, kept = operation.operands(self.layout, index)
            self.program.sites[index] = Site(number, operands, kept, receive)
            indices.append(index)
            number += 1
        if self.lines:
            self.plan_lines(number)
        return indices

    def plan_lines(self, number: int) -> None:
        """Numbers for every line, and for every line with a return."""
        instructions = self.layout.instructions[self.layout.start + 1 :]
        told = dict.fromkeys(each.line for each in instructions if each.line is not None)
        left = dict.fromkeys(each.line for each in instructions if each.name in RETURNS)
        self.program.line_sites = {line: number + at for at, line in enumerate(told)}
        number += len(told)
        self.program.return_sites = {line: number + at for at, line in enumerate(left)}

    def dispatch(self, indices: list[int]) -> None:
        """The binary search, with a site at each leaf."""
        sites: list[Callable[[], None]] = [
            partial(self.op, "JUMP_FORWARD", self.left),
            partial(self.op, "JUMP_FORWARD", self.interrupted),
            self.sync,
            self.forget,
        ]
        sites += [partial(self.delete, slot) for slot in self.program.plain_slots]
        sites += [partial(self.site, index) for index in indices]
        sites += [partial(self.tell, line) for line in self.program.line_sites]
        sites += [partial(self.return_at, line) for line in self.program.return_sites]

        def search(low: int, high: int) -> None:
            if high - low == 1:
                self.op("POP_TOP")
                sites[low]()
                return
            middle = (low + high) // 2
            lower = Label()
            self.op("COPY", 1)
            self.load(middle)
            self.op("COMPARE_OP", self.dialect.less_than)
            self.op(self.dialect.jump_if_true, lower)
            search(middle, high)
            self.items.append(lower)
            search(low, middle)

        search(0, len(sites))

    def site(self, index: int) -> None:
        operation = self.program.by_index[index]
        assert operation.emit is not None
        self.writer.index = index
        each = self.layout.instructions[index]
        if each.name in UNBOUND_LOCALS and each.oparg == self.program.keeper:
            self.writer.op("DELETE_FAST", each.oparg)  # fails in the same words when repeated
        operation.emit(self.writer, operation.effect)
        if self.lines:  # a debugger may look before the next instruction
            self.writer.op("JUMP_BACKWARD_NO_INTERRUPT", self.loop)
        else:
            self.again()

    def tell(self, line: int | None) -> None:
        """Payload None: an instruction of a line, for who is told of lines."""
        first = next(each for each in self.writer.positions if each.line == line)
        self.items.append(Item("NOP", 0, first))
        self.again()

    def return_at(self, line: int | None) -> None:
        """Payload what is returned: let the interpreter end, then return at a line."""
        ended = Label()
        self.op("SWAP", self.depth)
        if self.dialect.paired:
            self.op("SWAP", 2)
        self.load(None)
        self.op("SEND", ended)
        self.items.append(ended)
        for _ in range(self.depth if self.dialect.send_ends else 1):
            self.op("POP_TOP")
        self.items.append(Item("RETURN_VALUE", 0, Position(line, line)))

    def again(self) -> None:
        # A pending signal is the interpreter's to see, at its own backward jump.
        self.op("JUMP_BACKWARD_NO_INTERRUPT", self.loop)

    def sync(self) -> None:
        """Payload: the values of the plain local variables, which the real frame gets."""
        if len(self.program.plain_slots) > 1:
            self.op("UNPACK_SEQUENCE", len(self.program.plain_slots))
        for slot in self.program.plain_slots:
            self.op("STORE_FAST", slot)
        self.load(None)
        self.again()

    def forget(self) -> None:
        """Payload None: the real frame loses its local variables again."""
        for slot in self.program.plain_slots:
            self.load(None)
            self.op("STORE_FAST", slot)
            self.op("DELETE_FAST", slot)
        if self.program.keeper is not None:
            self.op("COPY", self.depth)
            self.op("STORE_FAST", self.program.keeper)
        self.again()

    def delete(self, slot: int) -> None:
        """Payload None: one local variable is unbound."""
        self.op("DELETE_FAST", slot)
        self.again()

    def handler(self) -> None:
        """[old place, interpreter, place, exception]: keep the place, send the exception."""
        self.items.append(self.raised)
        self.op("SWAP", 2)
        self.op("SWAP", self.depth + 2)
        self.op("POP_TOP")
        self.function(Raised)
        self.op("COPY", 3)
        self.op("BUILD_TUPLE", 1)
        self.call(1)
        self.op("SWAP", 2)
        self.op("POP_TOP")
        self.again()

    def leave(self) -> None:
        """Payload exception: leave with it, at the place where a site has raised last, or here
        if none has.  And where SEND arrives when the interpreter returns: return."""
        self.items.append(self.left)
        self.op("RERAISE", self.depth)
        self.items.append(self.interrupted)
        self.op("RERAISE", 0)
        self.items.append(self.returned)
        if self.lines and self.dialect.send_ends:  # END_SEND would tell of a StopIteration
            self.op("SWAP", self.depth)
            for _ in range(self.depth - 1):
                self.op("POP_TOP")
        else:
            for name in self.dialect.send_ends:
                self.op(name)
        self.op("RETURN_VALUE")

    def fail(self) -> None:
        """The call has failed for want of room: then there was no frame of it to be shown."""
        too_deep = Label()
        self.items.append(self.failed)
        self.load(RecursionError)
        self.op("CHECK_EXC_MATCH")
        self.op(self.dialect.jump_if_true, too_deep)
        self.op("RERAISE", 0)
        self.items.append(too_deep)
        self.function(BaseException.with_traceback)
        self.op("COPY", 3)
        self.load(None)
        self.call(2)
        self.op("POP_TOP")
        self.op("RERAISE", 0)
