"""The source text of one translated program.

    def translated(names, namespace, values, program, resumed=None):
        …                                      # local variables x0 …, stack s0 …
        while True:
            try:
                while True:
                    if ip < 4:                 # a binary search for the block
                        …
                        t1 = yield (7, t0)     # a request to the stub
                        if type(t1) is Raised: index = 12; raised = t1; break
                        …
                        ip = 2; continue       # a jump
            except …                           # interruptions, bugs of ours
            …                                  # send the exception to its handler, or leave

Blocks that several ways lead to, and handlers, are found through `ip`.  A block that one way
leads to stands where that way ends.  Between blocks the stack is in s0, s1, …: its depth is
the same on every way, so nothing has to remember it.
"""

import builtins
import re
from collections import Counter
from types import FunctionType
from typing import NamedTuple

from bytecov.bytecode.opcodes import running
from bytecov.vm.layout import ENTRY
from bytecov.vm.ops import build
from bytecov.vm.program import USUAL, Program
from bytecov.vm.signals import (
    DELETE,
    FORGET,
    LEAVE,
    NATIVE,
    NATIVE_SYNCED,
    RETURN,
    SYNC,
    Raised,
)
from bytecov.vm.translate.evaluate import (
    FRAME,
    Choice,
    Evaluator,
    Known,
    Raising,
    Result,
    Text,
    Untranslatable,
)
from bytecov.vm.translate.lifetimes import OURS
from bytecov.vm.translate.output import Line, Output

DEEPEST = 14  # levels of indentation before a block is dispatched to instead of nested
INNER = 4  # the level of the blocks
NAME = re.compile(r"\w+")
SEARCHES = "if ip < "  # how a line begins that looks for the block


class Place(NamedTuple):
    """What `ip` can lead to: an instruction, or a handler of exceptions that begins there."""

    at: int
    handles: bool


class Translation(NamedTuple):
    """Text, the objects its free names stand for, and where a running loop may come over."""

    lines: list[Line]
    objects: dict[str, object]
    entries: dict[int, tuple[int, int]]  # {instruction: (ip, depth of the stack)}
    depths: list[int]  # of the stack, {ip: depth}


class Translator:
    """Writes one program.  Untranslatable, KeyError or OSError: it stays interpreted."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.output = Output()
        self.evaluator = Evaluator(self.output, self.transfer)
        self.terminators = running().terminators
        self.ways = self._count_ways()
        self.places: dict[Place, int] = {}  # numbers in the order of discovery
        self.depths: dict[Place, int] = {}
        self.deepest = 0
        self.given_away: set[int] = set()  # depths that only CLEANUP_THROW counts on

    def _count_ways(self) -> Counter[int]:
        """How many ways lead to each instruction."""
        ways: Counter[int] = Counter()
        for index, instruction in enumerate(self.program.layout.instructions):
            if instruction.name not in self.terminators:
                ways[index + 1] += 1
            if (jump := self.program.layout.jumps.get(index)) is not None:
                ways[jump.target] += 1
        return ways

    def translate(self) -> Translation:
        """The whole generator function."""
        output = self.output
        self.place(Place(self.program.start, False), self.program.begins)
        blocks: list[list[Line]] = []
        while len(blocks) < len(self.places):
            place = list(self.places)[len(blocks)]
            output.restart()
            output.indentation = 0
            self.block(place)
            blocks.append(output.capture())
        output.index = self.program.start
        output.indentation = 0
        self.head()
        self.search(blocks, 0, len(blocks), INNER)
        output.indentation = 0
        self.tail()
        entries = {
            place.at: (number, self.depths[place])
            for place, number in self.places.items()
            if not place.handles and place.at != self.program.start
        }
        depths = [self.depths[place] for place in self.places]
        return Translation(output.capture(), output.objects, entries, depths)

    # blocks

    def place(self, place: Place, depth: int) -> int:
        """The number of a place, which is written if it is new."""
        if self.depths.setdefault(place, depth) != depth:
            raise Untranslatable("the depth of the stack depends on the way")
        self.deepest = max(self.deepest, depth)
        return self.places.setdefault(place, len(self.places))

    def block(self, place: Place) -> None:
        """Write what `ip` leads to."""
        stack = self.evaluator.stack = [f"s{depth}" for depth in range(self.depths[place])]
        if not place.handles:
            self.straight(place.at)
            return
        self.output.index = place.at
        handler = next(
            each for each in self.program.handlers if each and each.target == place.at
        )
        for name in ("caught_at", "caught") if handler.lasti else ("caught",):
            copy = self.output.temporary()
            self.output.emit(f"{copy} = {name}")
            self.output.emit(f"{name} = None")
            stack.append(copy)
        if self.ways[place.at]:
            self.transfer(place.at)
        else:
            self.straight(place.at)

    def straight(self, index: int) -> None:
        """Write instructions up to one that ends the block."""
        while self.instruction(index):
            index += 1
            if self.ways[index] != 1:
                self.transfer(index)
                return

    def transfer(self, index: int) -> None:
        """Go on at an instruction: here, if no other way leads there."""
        depth_ok = self.output.indentation < DEEPEST
        if self.ways[index] == 1 and depth_ok and Place(index, False) not in self.places:
            self.straight(index)
            return
        self.materialise(len(self.evaluator.stack))
        number = self.place(Place(index, False), len(self.evaluator.stack))
        self.output.emit(f"ip = {number}")
        self.output.emit("continue")

    def materialise(self, depth: int) -> None:
        """Bring the lowest `depth` values of the stack into s0, s1, …"""
        stack = self.evaluator.stack
        moves = {f"s{at}": at for at in range(depth) if stack[at] != f"s{at}"}
        if not moves:
            return
        for at in range(depth, len(stack)):
            if stack[at] in moves:
                copy = self.output.temporary()
                self.output.emit(f"{copy} = {stack[at]}")
                stack[at] = copy
        values = ", ".join(stack[at] for at in moves.values())
        self.output.emit(f"{', '.join(moves)} = {values}")
        for name, at in moves.items():
            stack[at] = name
        self.deepest = max(self.deepest, depth)

    # instructions

    def instruction(self, index: int) -> bool:
        """Write one instruction; whether control goes on to the next one."""
        self.output.index = index
        handler = self.program.handlers[index]
        if handler is not None:
            depth = len(self.evaluator.stack)
            self.materialise(min(handler.depth, depth))
            self.place(Place(handler.target, True), handler.depth)
        function, argument = self.program.operations[index]
        if self.program.by_index[index].function is None:
            return self.native(index)
        assert isinstance(function, FunctionType)
        evaluator = self.evaluator
        before, written = list(evaluator.stack), len(self.output.lines)
        goes_on = evaluator.inline(
            function, [FRAME, Known(argument)], lambda result: self.finish(index, result)
        )
        self.output.index = index
        if goes_on:
            self.drop(before, written)
        if goes_on and (target := evaluator.jumping()) is not None:
            self.transfer(target)
            return False
        return goes_on

    def drop(self, before: list[str], written: int) -> None:
        """Name the values that an operation has popped and not used, so that they die here and
        not where they were named last (`lifetimes`)."""
        used = {name for _, text, _ in self.output.lines[written:] for name in NAME.findall(text)}
        for name in dict.fromkeys(reversed(before)):
            if OURS.fullmatch(name) and name not in used and name not in self.evaluator.stack:
                self.output.emit(name)

    def finish(self, index: int, result: Result) -> bool:
        """What an operation returned."""
        output = self.output
        if isinstance(result, Raising):
            output.emit(f"exception, raised = {result.code}, None")
            output.emit(f"index = {index}")
            output.emit("break")
            return False
        if isinstance(result, Choice):
            if (result.yes, result.no) != (NATIVE_SYNCED, NATIVE):
                raise Untranslatable("a choice of signals")
            looks = output.temporary()
            output.emit(f"{looks} = {result.test}")
            return self.native(index, looks)
        if result == Known(None):
            return True
        if result == Known(NATIVE):
            return self.native(index)
        if result == Known(RETURN):
            if any(self.program.handlers) and self.program.plain_slots:
                # A traceback may keep the real frame.
                output.emit(f"if leaving == {LEAVE}: yield from synced(program, {self.slots()})")
            output.emit(f"return {self.evaluator.stack.pop()}")
            return False
        raise Untranslatable(f"the signal {result}")

    def native(self, index: int, looks: str | None = None) -> bool:
        """Ask the stub to execute an instruction; `looks` says whether its callee looks at
        the local variables of the real frame."""
        output, stack = self.output, self.evaluator.stack
        site = self.program.sites[index]
        start = len(stack) - site.operands
        taken = stack[start:]
        del stack[start + site.kept :]
        if looks is not None and self.program.plain_slots:
            output.emit(f"if {looks}: yield from synced(program, {self.slots()})")
        payload = {0: "None", 1: taken[0] if taken else ""}.get(
            len(taken), f"({', '.join(reversed(taken))})"
        )
        handler = self.program.handlers[index]
        if handler is not None:
            self.given_away.update(range(len(stack), handler.depth))
        result = output.temporary()
        output.emit(f"{result} = yield ({site.number}, {payload})")
        if looks is not None:
            output.emit(f"if {looks}:")
            output.emit(f"    {result} = answered({taken[0]}, {result})")
            if self.program.plain_slots:
                output.emit(f"    yield ({FORGET}, None)")
        kind, raised = output.literal(type), output.literal(Raised)
        output.emit(f"if {kind}({result}) is {raised}:")
        output.emit(f"    raised = {result}")
        output.emit(f"    index = {index}")
        output.emit("    break")
        if self.program.layout.instructions[index].name in self.terminators:
            return False
        if site.receive is build.pushes:
            stack.append(result)
        elif site.receive is build.extends:
            oparg = self.program.layout.instructions[index].oparg
            names = [
                output.temporary()
                for _ in range(self.program.by_index[index].effect.outputs(oparg))
            ]
            output.emit(f"{', '.join(names)} = {result}")
            stack.extend(names)
        elif site.receive is not build.drops:
            assert isinstance(site.receive, FunctionType)
            argument = self.program.operations[index][1]
            return self.evaluator.inline(
                site.receive, [FRAME, Known(argument), Text(result)], lambda done: True
            )
        return True

    # around the blocks

    def slots(self) -> str:
        """The plain local variables as a tuple."""
        return "(" + "".join(f"x{slot}, " for slot in self.program.plain_slots) + ")"

    def head(self) -> None:
        program, emit = self.program, self.output.emit
        emit("def translated(names, namespace, values, program, resumed=None):")
        emit("    counts = program.counts")
        if self.evaluator.used & {"builtins", "plain"}:
            self.surroundings()
        everything = [f"x{slot}" for slot in range(program.slots)]
        if everything:
            emit(f"    {' = '.join(everything)} = UNBOUND")
        for depth in sorted(self.given_away):
            emit(f"    s{depth} = None")
        emit("    index = 0")
        emit("    leaving = ABANDON")
        emit("    raised = None")
        if program.is_watched:
            emit("    seen = None")
        emit("    if resumed is None:")
        given = [f"x{slot}" for slot in program.entry_slots]
        given += [f"s{depth}" for depth in range(program.begins)]
        if given:
            emit(f"        {', '.join(given)}, = values")
            emit("        values = None")
        if not program.is_generator:
            emit(f"        counts[{ENTRY}] += 1")
        emit("        ip = 0")
        emit("    else:")
        emit("        ip, leaving, variables, stack = resumed")
        if everything:
            emit(f"        {', '.join(everything)}, = variables")
        for depth in range(self.deepest):
            emit(f"        if len(stack) > {depth}: s{depth} = stack[{depth}]")
        emit("        resumed = variables = stack = None")
        emit("    while True:")
        emit("        try:")
        emit("            while True:")

    def surroundings(self) -> None:
        """As `Frame` finds them, but without a call of ours in the usual case."""
        emit, literal = self.output.emit, self.output.literal
        usual, kind = literal(USUAL), literal(type)
        emit("    builtins = names.get('__builtins__')")
        emit(f"    if builtins is {usual} or builtins is {literal(builtins)}: builtins = {usual}")
        emit("    else: builtins = program.builtins_of(names)")
        exact = literal(dict)
        emit(f"    plain = {kind}(names) is {exact} and {kind}(builtins) is {exact}")

    def search(self, blocks: list[list[Line]], low: int, high: int, level: int) -> None:
        """The binary search for block `ip`, with the blocks at its leaves."""
        if high - low == 1:
            self.output.lines += [(level + deeper, text, at) for deeper, text, at in blocks[low]]
            return
        middle = (low + high) // 2
        index = self.output.index
        self.output.lines.append((level, f"{SEARCHES}{middle}:", index))
        self.search(blocks, low, middle, level + 1)
        self.output.lines.append((level, "else:", index))
        self.search(blocks, middle, high, level + 1)

    def tail(self) -> None:
        emit = self.output.emit
        handlers = {
            index: self.places[Place(handler.target, True)]
            for index, handler in enumerate(self.program.handlers)
            if handler is not None and Place(handler.target, True) in self.places
        }
        emit("            if raised is not None:")
        emit("                exception, leaving = raised.exception, LEAVE")
        emit("        except INTERRUPTIONS as interruption:")
        emit("            index = program.where[interruption.__traceback__.tb_lineno]")
        emit("            try:")
        emit("                exception = blamed(interruption, program, index)")
        emit("            except RecursionError:")
        emit("                exception = interruption")
        emit("                exception.__traceback__ = None")
        emit("        except Exception as bug:")
        emit("            index = program.where[bug.__traceback__.tb_lineno]")
        emit("            raise VMError(describe(program, index, bug)) from bug")
        # As in `interpret`, no calls, not even of the host's functions.
        emit("        handler = program.handlers[index]")
        emit("        match exception:")
        emit("            case VMError(): handler, way = None, (index, OUT)")
        emit("            case _: way = program.layout.ways[index]")
        emit("        if way in program.raises: program.raises[way] += 1")
        emit("        else: program.raises[way] = 1")
        emit("        if handler is None:")
        if self.program.plain_slots:
            emit(f"            last = {self.slots()}")
            only = len(self.program.plain_slots) == 1
            emit(f"            yield {SYNC}, last{'[0]' if only else ''}")
            emit("            for number, value in enumerate(last):")
            emit(f"                if value is UNBOUND: yield {DELETE} + number, None")
        emit("            yield leaving, exception")
        emit("        caught = exception")
        emit("        caught_at = program.layout.instructions[index].arg_offset // 2")
        emit(f"        ip = {self.output.literal(handlers)}[index]")
        emit("        exception = raised = None")
