"""The host's part of an operation: how a stub executes one instruction natively.

A site begins with the stub's stack at `[interpreter, payload]` and ends with
`[interpreter, result]`.  The payload of one operand is the operand itself, of several a
tuple, top of stack first, so that UNPACK_SEQUENCE restores their order; of none it is None.
"""

from builtins import iter  # guests may patch builtins
from collections.abc import Callable
from typing import NamedTuple

from bytecov.bytecode.assemble import Item, Label
from bytecov.bytecode.instruction import Instruction
from bytecov.bytecode.positions import Position
from bytecov.vm.effect import Effect
from bytecov.vm.signals import EXHAUSTED


class Writer:
    """Appends the instructions of one site, all at the position of the original one."""

    def __init__(
        self,
        items: list[Item | Label],
        constant: Callable[[object], int],
        instructions: tuple[Instruction, ...],
        positions: tuple[Position, ...],
    ) -> None:
        self.items = items
        self.constant = constant  # object to its index in the stub's co_consts
        self.instructions = instructions
        self.positions = positions
        self.index = 0

    @property
    def instruction(self) -> Instruction:
        return self.instructions[self.index]

    def op(self, name: str, oparg: int | Label = 0) -> None:
        self.items.append(Item(name, oparg, self.positions[self.index]))

    def place(self, label: Label) -> None:
        self.items.append(label)

    def load(self, value: object) -> None:
        self.op("LOAD_CONST", self.constant(value))

    def take(self, count: int) -> None:
        """Unpack a payload of `count` operands."""
        if count == 0:
            self.op("POP_TOP")
        elif count > 1:
            self.op("UNPACK_SEQUENCE", count)

    def give(self, count: int) -> None:
        """Pack `count` results into one."""
        if count == 0:
            self.load(None)
        elif count > 1:
            self.op("BUILD_TUPLE", count)


Emitter = Callable[[Writer, Effect], None]


class Dialect(NamedTuple):
    """How a version spells what a stub needs for itself."""

    null_first: bool  # PUSH_NULL goes below the callable, not above it
    call: tuple[str, ...]  # the instructions of a call
    send_ends: tuple[str, ...]  # what stands at the target of SEND
    paired: bool  # an iterator or receiver has a second slot above it, which may be NULL
    load_cell: str  # pushes a cell, not its content
    less_than: int  # the operand of COMPARE_OP for `<`, result an exact bool
    jump_if_true: str  # pops a bool and jumps forward


def as_is(writer: Writer, effect: Effect) -> None:
    """The original instruction on its original operands."""
    oparg = writer.instruction.oparg
    writer.take(effect.inputs(oparg))
    writer.op(writer.instruction.name, oparg)
    writer.give(effect.outputs(oparg))


def as_oparg(change: Callable[[int], int], name: str | None = None) -> Emitter:
    """The original instruction with another operand: one without the bit that pushes NULL."""

    def emit(writer: Writer, effect: Effect) -> None:
        writer.take(effect.inputs(writer.instruction.oparg))
        writer.op(name or writer.instruction.name, change(writer.instruction.oparg))
        writer.give(1)

    return emit


def truth(writer: Writer, effect: Effect) -> None:
    """`bool()` of the operand, once: the second UNARY_NOT sees an exact bool (up to 3.12)."""
    writer.op("UNARY_NOT")
    writer.op("UNARY_NOT")


def value_and_truth(writer: Writer, effect: Effect) -> None:
    """The operand and its `bool()`."""
    writer.op("COPY", 1)
    truth(writer, effect)
    writer.give(2)


def call_in(dialect: Dialect) -> Emitter:
    """A call.  `callable, first, *rest` is called in the form the host has for methods, which
    leaves no NULL to push between unpacked operands; only a call without operands needs it."""

    def emit(writer: Writer, effect: Effect) -> None:
        count = writer.instruction.oparg
        if count == 0 and dialect.null_first:
            writer.op("PUSH_NULL")
            writer.op("SWAP", 2)
        writer.take(1 + count)
        if count == 0 and not dialect.null_first:
            writer.op("PUSH_NULL")
        if (keywords := keyword_names(writer)) is not None:
            writer.op("KW_NAMES", keywords)
        if writer.instructions[writer.index - 1].name == "LOAD_SPECIAL":
            # 3.15+: after the `__enter__` of a `with`, known by the code unit before the call, the
            # host does not look for signals (_CHECK_PERIODIC_AT_END in Python/bytecodes.c).
            entered = Label()
            writer.op("JUMP_FORWARD", entered)
            writer.op("LOAD_SPECIAL", writer.instructions[writer.index - 1].oparg)
            writer.place(entered)
        for name in dialect.call:
            writer.op(name, max(count - 1, 0))

    return emit


def keyword_names(writer: Writer) -> int | None:
    """The operand of the KW_NAMES before a CALL (3.11, 3.12)."""
    before = list(writer.instructions[max(writer.index - 2, 0) : writer.index])
    while before and before[-1].name in ("PRECALL", "EXTENDED_ARG"):
        before.pop()
    return before[-1].oparg if before and before[-1].name == "KW_NAMES" else None


def call_kw(writer: Writer, effect: Effect) -> None:
    """CALL_KW has at least one operand, so the method form always serves."""
    count = writer.instruction.oparg
    writer.take(count + 2)
    writer.op("CALL_KW", count - 1)


def call_function_ex_null_first(writer: Writer, effect: Effect) -> None:
    """(NULL, callable, args, kwargs[oparg] -- result)"""
    oparg = writer.instruction.oparg
    writer.op("PUSH_NULL")
    writer.op("SWAP", 2)
    writer.take(2 + (oparg & 1))
    writer.op("CALL_FUNCTION_EX", oparg)


def call_function_ex_null_second(writer: Writer, effect: Effect) -> None:
    """(callable, NULL, args, kwargs[oparg] -- result)"""
    oparg = writer.instruction.oparg
    writer.take(2 + (oparg & 1))
    writer.op("PUSH_NULL")
    for depth in range(2 + (oparg & 1), 1, -1):
        writer.op("SWAP", depth)
    writer.op("CALL_FUNCTION_EX", oparg)


def call_function_ex_or_null(writer: Writer, effect: Effect) -> None:
    """(callable, NULL, args, kwargs or NULL -- result)"""
    has_keywords = writer.instructions[writer.index - 1].name != "PUSH_NULL"
    writer.take(2 + has_keywords)
    writer.op("PUSH_NULL")
    for depth in range(2 + has_keywords, 1, -1):
        writer.op("SWAP", depth)
    if not has_keywords:
        writer.op("PUSH_NULL")
    writer.op("CALL_FUNCTION_EX")


def reraise(writer: Writer, effect: Effect) -> None:
    """RERAISE adds nothing to the traceback, but the frame remembers where it was."""
    writer.op("RERAISE", 0)


def load_special(special: Callable[..., object]) -> Emitter:
    """LOAD_SPECIAL gives (attribute, self or NULL).  `special` is called with that very pair,
    as a method or as a function, because only a call takes a NULL; it makes one object of it."""

    def emit(writer: Writer, effect: Effect) -> None:
        writer.op("LOAD_SPECIAL", writer.instruction.oparg)
        writer.load(special)
        writer.op("SWAP", 3)
        writer.op("CALL", 1)

    return emit


def with_except_start(writer: Writer, effect: Effect) -> None:
    """Payload (exit, exception); the host takes (exit, NULL, lasti, previous, exception)."""
    writer.take(2)
    writer.op("SWAP", 2)
    writer.op("PUSH_NULL")
    writer.op("SWAP", 2)
    writer.load(None)
    writer.load(None)
    writer.op("SWAP", 3)
    writer.op("WITH_EXCEPT_START")
    writer.op("SWAP", 6)
    for _ in range(5):
        writer.op("POP_TOP")


def get_iter(writer: Writer, effect: Effect) -> None:
    """A real iterator: GET_ITER itself gives a list back as (list, index) (3.15+)."""
    oparg = writer.instruction.oparg
    if oparg:  # of `yield from`, which lets coroutines pass; ours are no lists (`jumps.get_iter`)
        writer.op("GET_ITER", oparg)
        writer.op("POP_TOP")
        return
    writer.load(iter)
    writer.op("SWAP", 2)
    writer.op("PUSH_NULL")
    writer.op("SWAP", 2)
    writer.op("CALL", 1)


def drop_below(writer: Writer, paired: bool) -> None:
    """Leave only the top of (receiver, value), or of (receiver, NULL, value)."""
    writer.op("SWAP", 2 + paired)
    for _ in range(1 + paired):
        writer.op("POP_TOP")


def pair(writer: Writer, paired: bool) -> None:
    """(receiver, value -- receiver, NULL, value), where the host wants it so."""
    if paired:
        writer.op("PUSH_NULL")
        writer.op("SWAP", 2)


def for_iter_until(*ends: str, paired: bool = False) -> Emitter:
    """One step of an iterator.  `ends` stands where the jump of an exhausted FOR_ITER points
    (3.12+): the host skips it, but a generator that returns arrives there with its value."""

    def emit(writer: Writer, effect: Effect) -> None:
        exhausted, done = Label(), Label()
        if paired:
            writer.op("PUSH_NULL")
        writer.op("FOR_ITER", exhausted)
        drop_below(writer, paired)
        writer.op("JUMP_FORWARD", done)
        writer.place(exhausted)
        for name in ends:
            writer.op(name)
        writer.load(EXHAUSTED)
        writer.place(done)

    return emit


def send_until(*ends: str, paired: bool = False) -> Emitter:
    """One SEND: result is (value, whether yielded).  The interpreter keeps the receiver."""

    def emit(writer: Writer, effect: Effect) -> None:
        returned, done = Label(), Label()
        writer.take(2)
        pair(writer, paired)
        writer.op("SEND", returned)
        drop_below(writer, paired)
        writer.load(True)
        writer.op("JUMP_FORWARD", done)
        writer.place(returned)
        for name in ends:
            writer.op(name)
        writer.load(False)
        writer.place(done)
        writer.op("BUILD_TUPLE", 2)

    return emit


def resume_after(writer: Writer) -> Instruction:
    """The RESUME that follows a YIELD_VALUE."""
    return writer.instructions[writer.index + 1]


def yield_value(writer: Writer, effect: Effect, paired: bool = False) -> None:
    """A plain yield, or with the receiver below it, so that `gi_yieldfrom`, `throw` and
    `close` find it, the yield of `yield from` and `await` (RESUME oparg of 2 or more)."""
    resume = resume_after(writer)
    delegates = resume.oparg & 3 >= 2
    if delegates:
        writer.take(2)
        pair(writer, paired)
    writer.op("YIELD_VALUE", writer.instruction.oparg)
    writer.op("RESUME", resume.oparg)
    if delegates:
        drop_below(writer, paired)


def yield_value_paired(writer: Writer, effect: Effect) -> None:
    """As `yield_value`, with a NULL above the receiver (3.15+)."""
    yield_value(writer, effect, paired=True)


def yield_value_311(writer: Writer, effect: Effect) -> None:
    """As `yield_value`; 3.11's `throw` looks for the SEND right before the YIELD_VALUE and
    takes its jump when the receiver returns (Objects/genobject.c, _gen_throw)."""
    resume = resume_after(writer)
    if resume.oparg & 3 < 2:
        yield_value(writer, effect)
        return
    resumed, returned, done = Label(), Label(), Label()
    writer.take(2)
    writer.op("JUMP_FORWARD", resumed)
    writer.op("SEND", returned)
    writer.place(resumed)
    writer.op("YIELD_VALUE")
    writer.op("RESUME", resume.oparg)
    writer.op("SWAP", 2)
    writer.op("POP_TOP")
    writer.load(True)
    writer.op("JUMP_FORWARD", done)
    writer.place(returned)
    writer.load(False)
    writer.place(done)
    writer.op("BUILD_TUPLE", 2)
