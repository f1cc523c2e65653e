"""The way of a hot program through its stub: its own instructions, with counters in between.

The host runs them, in the real frame; what would be counted is counted all the same.  Which
counter belongs where is the layout's to say.

- A branch goes to its counter at the end of the code and from there to its target; behind it the
  other way is counted.  An exhausted FOR_ITER takes its cleanup along, which the host skips.
- Exceptions of each instruction that may raise go to a counter of their own, and from there to
  the handler, or out of the frame with RERAISE, which leaves the traceback as it is.
"""

from builtins import enumerate, isinstance, len, range, reversed, tuple  # guests may patch builtins
from types import CodeType
from typing import Final

from bytecov.bytecode.assemble import Item, Label, Protected
from bytecov.bytecode.opcodes import running
from bytecov.bytecode.opcodes.numbers import CALLING, DIRECTION, NUMBERS
from bytecov.vm.emit import Dialect, Writer
from bytecov.vm.layout import ENTRY, OUT, Handler
from bytecov.vm.program import Program
from bytecov.vm.ticks import Tick

ROOM_CHANGERS: Final = {"getrecursionlimit", "setrecursionlimit"}
"""What the interpreter does in the host's place (`machine.answered`)."""
CLEANUP: Final = {"END_FOR", "POP_ITER", "POP_TOP"}
"""What stands at the target of a FOR_ITER, the first of them END_FOR."""
HOP: Final = "JUMP_BACKWARD_NO_INTERRUPT"
EXTRA: Final = 5  # stack items beside the guest's: of a counter, of an exception on its way
SUBSCRIPT: Final = ("BINARY_SUBSCR", 0) if "BINARY_SUBSCR" in NUMBERS else ("BINARY_OP", 26)
"""3.14+: NB_SUBSCR (Include/opcode.h)."""


def can_weave(program: Program) -> bool:
    """Whether the host may run a program by itself."""
    return not program.is_watched and ROOM_CHANGERS.isdisjoint(program.code.co_names)


def ways(program: Program) -> tuple[tuple[int, int], ...]:
    """Where exceptions can come from and go to, as `Program.raises` has it."""
    layout, kinds = program.layout, running().kinds
    return tuple(
        (index, OUT if (handler := layout.handlers[index]) is None else handler.target)
        for index, each in enumerate(layout.instructions)
        if index > layout.start and kinds[each.name].raises
    )


def count(writer: Writer, dialect: Dialect, tick: Tick) -> None:
    """Count with a tick."""
    writer.load(tick)
    step(writer, dialect)


def step(writer: Writer, dialect: Dialect) -> None:
    """A step of the tick on the stack, which goes."""
    ended = Label()
    if dialect.paired:
        writer.op("PUSH_NULL")
    writer.op("FOR_ITER", ended)
    if dialect.send_ends:  # 3.12+: where it jumps, the stack is as deep
        writer.place(ended)
    writer.op("POP_TOP")
    writer.op("POP_ITER" if dialect.paired else "POP_TOP")
    if not dialect.send_ends:
        writer.place(ended)


class Weaver:
    """Appends the woven instructions of a program to its stub."""

    def __init__(self, program: Program, dialect: Dialect, writer: Writer) -> None:
        self.program = program
        self.dialect = dialect
        self.writer = writer
        self.layout = program.layout
        self.labels = [Label() for _ in self.layout.instructions]
        self.taken: dict[int, Label] = {}  # {branch: the counter of its jump}
        self.raised = {index: Label() for index, _ in program.ways or ()}
        self.caught_by = self.catchers()
        self.onward: dict[Handler | None, Label] = {}  # what counts exceptions, by where they go
        self.protected: list[Protected] = []
        self.catcher: int | None = None  # whose counter gets the exceptions of what is written
        self.since = Label()

    def weave(self) -> list[Protected]:
        """The instructions behind the start; what protects them."""
        for _ in range(self.program.begins - 1):  # above the iterator that the prologue has made
            self.writer.op("PUSH_NULL")
        if not self.program.is_generator:
            self.count(ENTRY)
        self.count(self.layout.resumes[self.layout.start])
        for index in range(self.layout.start + 1, len(self.labels)):
            self.belong(index)
            self.instruction(index)
            if (sent := self.sent_by_throw(index)) is not None:
                self.take_near(sent)
        for index in [*self.taken]:
            self.belong(index)
            self.take(index)
        self.protect(None)
        for number, index in enumerate(self.raised, self.layout.counters):
            self.catch(index, self.program.ticks[number])
        for handler, label in self.onward.items():
            self.go_on(handler, label)
        return self.protected

    def count(self, counter: int) -> None:
        """A step of a counter of the layout, or of a way behind those."""
        count(self.writer, self.dialect, self.program.ticks[counter])

    # instructions

    def instruction(self, index: int) -> None:
        """One instruction, with what is counted before and behind it."""
        writer, each = self.writer, self.writer.instruction
        writer.place(self.labels[index])
        jump = self.layout.jumps.get(index)
        if jump is None:
            self.plain(index)
        elif each.name in running().branches:
            self.taken[index] = Label()
            self.front(index)
            writer.op(each.name.replace("BACKWARD", "FORWARD"), self.taken[index])
            self.count(jump.passed)
        else:
            self.count(jump.taken)
            writer.op(each.name, self.labels[jump.target])

    def plain(self, index: int) -> None:
        """An instruction that does not jump."""
        writer, each = self.writer, self.writer.instruction
        self.front(index)
        constants = self.layout.code.co_consts
        if each.name == "LOAD_CONST" and isinstance(constants[each.oparg], CodeType):
            writer.load(self.program.stubs)
            writer.load(each.oparg)
            writer.op(*SUBSCRIPT)
        elif each.name == "END_ASYNC_FOR" and DIRECTION[each.opcode]:
            place = each.offset + each.size - 2 * each.oparg
            writer.op(each.name, self.labels[self.layout.index_of[place]])
        elif each.name == "YIELD_VALUE" and index - 1 in self.taken:
            self.delegate(index)
        else:
            writer.op(each.name, each.oparg)
        if index in self.layout.resumes:
            self.count(self.layout.resumes[index])

    def front(self, index: int) -> None:
        """The code unit in front of a calling instruction, with the handler of that.  3.15+: one of
        LOAD_SPECIAL tells that `__enter__` is called, as `emit.call_in` has it."""
        if self.writer.instruction.name not in CALLING:
            return
        before = self.layout.instructions[index - 1]
        if before.name == "LOAD_SPECIAL":
            entered = Label()
            self.writer.op("JUMP_FORWARD", entered)
            self.writer.op(before.name, before.oparg)
            self.writer.place(entered)
        else:
            self.writer.op("NOP")

    def delegate(self, index: int) -> None:
        """The yield of `await` and `yield from`.  3.11's `throw` looks for a SEND right before it,
        and takes its jump, of 8 bits, when the receiver ends.  What is raised then, is so one unit
        in front of the target (Objects/genobject.c, _gen_throw)."""
        writer, resumed = self.writer, Label()
        if not self.dialect.send_ends:
            writer.op("JUMP_FORWARD", resumed)
            writer.op("SEND", self.taken[index - 1])
            writer.place(resumed)
        writer.op("YIELD_VALUE", writer.instruction.oparg)

    def sent_by_throw(self, index: int) -> int | None:
        """The SEND of 3.11 whose loop ends with this instruction: its counter has to be near."""
        jump = self.layout.jumps.get(index)
        if jump is None or jump.target not in self.taken or self.dialect.send_ends:
            return None
        return jump.target if self.layout.instructions[jump.target].name == "SEND" else None

    def take_near(self, index: int) -> None:
        """The counter of a SEND's jump, in front of its target."""
        self.belong(index + 1)
        self.writer.op("NOP")
        self.belong(index)
        self.writer.place(self.taken.pop(index))
        self.count(self.layout.jumps[index].taken)
        self.writer.op("JUMP_FORWARD", self.labels[self.layout.jumps[index].target])

    def take(self, index: int) -> None:
        """The counter of a branch's jump."""
        writer, each, jump = self.writer, self.writer.instruction, self.layout.jumps[index]
        target = jump.target
        writer.place(self.taken[index])
        if each.name == "FOR_ITER" and self.dialect.send_ends:
            while (name := self.layout.instructions[target].name) in CLEANUP:
                writer.op(name)
                target += 1
        self.count(jump.taken)
        writer.op("JUMP_BACKWARD" if "BACKWARD" in each.name else HOP, self.labels[target])

    # exceptions

    def catchers(self) -> list[int | None]:
        """Whose counter the exceptions of each instruction go to.  Those of one that never raises
        are the host's: it answers a signal there, or is somewhere else already (`Kind.late`)."""
        before: dict[Handler | None, int] = {}
        for index in reversed(self.raised):
            before[self.layout.handlers[index]] = index  # at last the first
        found: list[int | None] = []
        for index, handler in enumerate(self.layout.handlers):
            if index in self.raised:
                before[handler] = index
            found.append(before.get(handler))
        return found

    def belong(self, index: int) -> None:
        """What is written now is an instruction's: its position, its exceptions."""
        self.writer.index = index
        self.protect(self.caught_by[index])

    def protect(self, catcher: int | None) -> None:
        """Exceptions of what is written now go to the counter of an instruction."""
        if catcher == self.catcher:
            return
        here = Label()
        self.writer.place(here)
        if self.catcher is not None:
            handler = self.layout.handlers[self.catcher]
            depth, lasti = (0, True) if handler is None else (handler.depth, handler.lasti)
            caught = self.raised[self.catcher]
            self.protected.append(Protected(self.since, here, caught, depth, lasti))
        self.catcher, self.since = catcher, here

    def catch(self, index: int, tick: Tick) -> None:
        """The counter of an instruction's exceptions, which the handler's part steps."""
        onward = self.onward.setdefault(self.layout.handlers[index], Label())
        self.writer.place(self.raised[index])
        self.writer.items.append(Item("LOAD_CONST", self.writer.constant(tick)))  # of no line
        self.writer.items.append(Item("JUMP_FORWARD", onward))

    def go_on(self, handler: Handler | None, label: Label) -> None:
        """Step the counter on the stack, and go where exceptions with this handler go."""
        self.writer.place(label)
        step(self.writer, self.dialect)
        if handler is None:
            self.writer.op("RERAISE", 1)
        else:
            self.writer.op(HOP, self.labels[handler.target])
