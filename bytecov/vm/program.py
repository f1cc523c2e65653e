"""A code object made ready for the interpreter: operations, handlers, counters, sites."""

import builtins
import sys
from builtins import (  # guests may patch builtins
    enumerate,
    isinstance,
    len,
    list,
    map,
    range,
    sum,
    tuple,
    zip,
)
from collections.abc import Callable, Generator
from math import inf
from operator import add, sub
from types import CodeType, FrameType, FunctionType
from typing import TYPE_CHECKING, Any, NamedTuple

from bytecov.vm import tracing
from bytecov.vm.layout import Handler, Layout
from bytecov.vm.once import once
from bytecov.vm.signals import NATIVE, Request
from bytecov.vm.ticks import Box, Tick, new_ticks, steps

if TYPE_CHECKING:
    from bytecov.vm.operation import Function, Operation, Receiver, Table

    Watch = Callable[["Program", list[Operation]], list[Operation]]

WARM = 1
"""Calls and requests, for each of its code units, after which the host runs the calls to come:
all is ready for that in the stub (`weave`)."""
HOT = 50
"""As many again have it translated, for calls under way.  That takes as long as some thousands; but
it may be kept for later runs (`record/book.py`)."""
USUAL = builtins.__dict__


class Site(NamedTuple):
    """The place in the stub where the host executes one instruction for the interpreter."""

    number: int
    operands: int  # how many values the host gets
    kept: int  # how many of them stay on the guest's stack
    receive: "Receiver"


class Translated(NamedTuple):
    """Code that does for one program what `interpret` does."""

    code: CodeType
    where: list[int]  # {line of its text: index of the instruction}
    entries: dict[int, tuple[int, int]]  # {instruction: (`ip`, depth of the stack)}


class Program:
    """Everything about one code object that its frames share.

    `run(globals, namespace, values)` makes the interpreter of one call; when the program is
    hot, `translate` gives code for it, and the calls and loops to come run that.  `nested`
    turns a nested code object into its own stub; `watch` puts operations in the place of those
    of the table that do the same and tell of it (`watch.py`).
    """

    def __init__(
        self,
        code: CodeType,
        table: "Table",
        nested: Callable[[CodeType], CodeType],
        interpret: FunctionType,
        translate: "Callable[[Program], Translated | None] | None" = None,
        watch: "Watch | None" = None,
    ) -> None:
        self.code = code
        self.table = table
        self.counts: list[int] = []  # of the layout's counters; empty before there is a layout
        self.raises: dict[tuple[int, int], int] = {}  # (index, handler's index or -1) to count
        self.entry_slots: tuple[int, ...] = ()
        self.sites: dict[int, Site] = {}
        self.plain_slots: tuple[int, ...] = ()
        self.line_sites: dict[int | None, int] = {}  # {line: number}, where debugging is likely
        self.return_sites: dict[int | None, int] = {}
        self._told: list[int] = []  # what the ticks said last time
        self.ticks: list[Tick] = []  # what its stub counts with: the layout's counters, then `ways`
        self.ways: tuple[tuple[int, int], ...] | None = None  # of exceptions, where it is woven
        self.hot = Box()  # not empty: calls to come run what is woven into the stub (`weave`)
        self.stubs = Box()  # what such calls find in the place of nested code objects
        self.keeper: int | None = None  # the slot that holds the interpreter in the real frame
        self._nested = nested
        self._translate = self._translator = translate
        self._watch = watch
        self.entries: dict[int, tuple[int, int]] = {}  # where a loop may go over to `run`
        self.where: list[int] = []  # {line of the translation: index of the instruction}
        self._warmth = 0.0
        self._size = len(code.co_code) >> 1
        self._interpreter = interpret.__code__
        self.run = FunctionType(
            interpret.__code__, interpret.__globals__, "interpret", (self, None), None
        )

    @once
    def layout(self) -> Layout:
        """Its instructions.  Many a program never runs, so they are laid out when one does."""
        layout = Layout(self.code)
        if not self.counts:  # several threads may do this; too many counters do no harm
            self.counts += [0] * layout.counters
        return layout

    @once
    def _warm(self) -> float:
        """The warmth with which something is done about it."""
        return self._size * (HOT if self.ways is None else WARM)

    @once
    def start(self) -> int:
        """The index of the first instruction that the interpreter executes."""
        return self.layout.start

    @once
    def handlers(self) -> list[Handler | None]:
        """Where exceptions of each instruction go."""
        return list(self.layout.handlers)

    @once
    def slots(self) -> int:
        """The size of localsplus."""
        return slot_count(self.code)

    @once
    def constants(self) -> tuple[Any, ...]:
        """`co_consts` with every nested code object replaced by its stub."""
        return tuple(
            self._nested(each) if isinstance(each, CodeType) else each
            for each in self.code.co_consts
        )

    @once
    def operations(self) -> list[tuple["Function", Any]]:
        """(function, argument) of each instruction."""
        return tracing.quietly(self._operations)

    def _operations(self) -> list[tuple["Function", Any]]:
        self.layout.constants = self.constants
        return [
            (operation.function or handed_over, operation.argument(self.layout, index))
            for index, operation in enumerate(self.by_index)
        ]

    @once
    def announcing(self) -> list[tuple["Function", Any]]:
        """The operations of a frame whose lines are told."""
        return tracing.quietly(lambda: tracing.announcing(self))

    @once
    def by_index(self) -> list["Operation"]:
        """The operation of each instruction, as somebody wants it who watches."""
        operations = [self.table[each.name] for each in self.layout.instructions]
        return operations if self._watch is None else self._watch(self, operations)

    @property
    def is_watched(self) -> bool:
        """Whether its operations tell somebody."""
        return self._watch is not None

    def expect_heat(self) -> None:
        """It was hot before, and its translation is at hand: heat it when it is called."""
        self._warmth = inf

    def warm_up(self) -> None:
        """Count a call or a request."""
        self._warmth += 1
        if self._warmth >= self._warm and self._translate is not None:
            if self.ways is None or self.hot:
                self.heat()
            else:
                self.weave()

    def catch_up(self) -> None:
        """Do what can be done for a loop that goes on and on."""
        if self.ways is not None and not self.hot:
            self.weave()
        self.heat()

    def weave(self) -> None:
        """Have the host run the calls to come."""
        if tracing.on and tracing.somebody_traces():
            return
        self._warm = self._size * HOT
        self.stubs[:] = self.constants
        self.hot.append(True)

    def new_ticks(self, counters: int) -> None:
        """Count with new ones."""
        self.ticks = new_ticks(counters + len(self.ways or ()))
        self._told = [0] * len(self.ticks)

    def take(self) -> tuple[list[int], dict[tuple[int, int], int]]:
        """What was counted since the last time: `counts` and `raises`."""
        counts, raises = self.counts[:], dict(self.raises)
        self.counts[:] = [0] * len(counts)
        self.raises.clear()
        if (told := [*map(steps, self.ticks)]) != self._told:
            counters = self.layout.counters
            new = [*map(sub, told, self._told)]
            self._told = told
            counts = [*map(add, counts or [0] * counters, new)]
            for way, count in zip(self.ways or (), new[counters:], strict=True):
                if count:
                    raises[way] = raises.get(way, 0) + count
        return counts, raises

    def heat(self) -> None:
        """Translate the program, unless that was tried before."""
        if self._translate is None or (tracing.on and tracing.somebody_traces()):
            return
        translate, self._translate = self._translate, None
        try:
            translated = translate(self)
        except RecursionError:  # no room now, perhaps another time
            self._translate = translate
            return
        except ImportError:  # of the translator, while Python shuts down
            return
        if translated is not None:  # in this order: another thread may be running it
            self.where = translated.where
            self.run.__code__ = translated.code
            self.entries = translated.entries

    def cool(self) -> None:
        """Have the calls to come interpreted: they are to be traced."""
        self.hot.clear()
        self.entries = {}
        self.run.__code__ = self._interpreter
        self._translate = self._translator

    def translated(
        self, resumed: tuple[int, int, list[Any], list[Any]], names: Any, namespace: Any
    ) -> Generator[Request, Any, Any]:
        """Go on with a call at a loop of the translation."""
        going_on: Generator[Request, Any, Any] = self.run(names, namespace, (), self, resumed)
        return going_on

    @once
    def is_generator(self) -> bool:
        """Whether calling it makes a generator, coroutine or async generator."""
        return bool(self.code.co_flags & 0x2A0)  # CO_GENERATOR, CO_COROUTINE, CO_ASYNC_GENERATOR

    @once
    def begins(self) -> int:
        """How many values are on the stack when a generator is made: an iterator or nothing."""
        effects = [
            (self.by_index[index].effect, self.layout.instructions[index].oparg)
            for index in range(self.layout.made)
        ]
        return sum(effect.outputs(oparg) - effect.inputs(oparg) for effect, oparg in effects)

    def builtins_of(self, names: dict[str, Any]) -> Any:
        """The builtins that code with these globals sees."""
        found = names.get("__builtins__", builtins)
        if found is USUAL or found is builtins:
            return USUAL
        # A function keeps those that were there when it was made, and its frame knows.
        return self.real_frame().f_builtins

    def real_frame(self) -> FrameType:
        """The frame of the stub whose interpreter is running."""
        tracing.looking = True  # to tell it from somebody who wants to see (`exposure`)
        try:
            real = sys._getframe()
        finally:
            tracing.looking = False
        while real.f_code.co_consts[-1:] != (self,) and real.f_back is not None:
            real = real.f_back
        return real


def handed_over(frame: Any, argument: Any) -> Any:
    """The function of operations that are the host's alone."""
    return NATIVE


def slot_count(code: CodeType) -> int:
    """The size of localsplus: locals, cells that are not locals, free variables."""
    own_cells = [name for name in code.co_cellvars if name not in code.co_varnames]
    return code.co_nlocals + len(own_cells) + len(code.co_freevars)



