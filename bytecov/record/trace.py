"""A program traced: each line or instruction as the interpreter comes to it.

Only functions that were asked for are interpreted; all others run as they are.  Lines go straight
to a file descriptor, so that nothing is lost when the program ends itself, and nothing that the
program does to `sys.stderr` or to descriptor 2 meets them.
"""

import os
import re
import sys
from _io import FileIO  # a program may replace what `io` and `builtins` offer
from _thread import RLock, get_ident
from collections.abc import Callable, Collection, Iterable
from fnmatch import fnmatchcase
from importlib.util import decode_source
from os import write  # a program may replace what `os` offers
from types import CodeType, FunctionType
from typing import Any, Final
from weakref import ref

from bytecov.bytecode.operands import operands
from bytecov.model.span import Span
from bytecov.model.values import Observation, redacted
from bytecov.record.importer import Importer
from bytecov.record.scope import Scope
from bytecov.record.values import Values
from bytecov.vm import exposure, ops
from bytecov.vm.frame import Frame
from bytecov.vm.layout import Layout
from bytecov.vm.machine import interpret
from bytecov.vm.operation import Operation
from bytecov.vm.program import Program
from bytecov.vm.stub import build_stub
from bytecov.vm.watch import watched

INDENT: Final = "  "
LONGEST: Final = 40  # characters of an operand
BETWEEN: Final = frozenset({"in", "not in", "is", "is not", "except"})
"""Operators in words, which stand between their operands."""
PLACE: Final = " " * 6  # of an offset
LEAVING: Final = frozenset({"RETURN_VALUE", "RETURN_CONST", "YIELD_VALUE"})
"""Opcodes behind which the caller goes on."""


class Sink:
    """Where lines go: a file descriptor, up to so many of them."""

    def __init__(self, descriptor: int, limit: int | None = None) -> None:
        self._descriptor = descriptor
        self._left = limit

    @property
    def is_open(self) -> bool:
        """Whether it takes another line."""
        return self._left is None or self._left > 0

    def put(self, line: str) -> None:
        """Write a line; nobody's reading it is nobody's error."""
        if self.is_open:
            if self._left is not None:
                self._left -= 1
                line += "" if self._left else "\n[the limit is reached; the program goes on]"
            try:
                write(self._descriptor, f"{line}\n".encode("utf-8", "backslashreplace"))
            except OSError:
                self._left = 0


class Activation:
    """A call under way: what of it was shown last, and how deep it is among those traced."""

    __slots__ = ("__weakref__", "column", "depth", "index", "line")

    def __init__(self) -> None:
        self.column = 0  # where what is told of its line begins
        self.depth = 0
        self.index = -1
        self.line: int | None = None


class Activations:
    """The traced calls of each thread, outermost first.  They die with the interpreter's frame,
    whichever way it is left."""

    def __init__(self) -> None:
        self._stacks: dict[int, list[ref[Activation]]] = {}

    def enter(self, activation: Activation) -> bool:
        """Make it the innermost; whether it was not."""
        stack = self._stacks.setdefault(get_ident(), [])
        if stack and stack[-1]() is activation:
            return False
        alive = [each for each in stack if each() is not None]
        known = next((at for at, each in enumerate(alive) if each() is activation), len(alive))
        stack[:] = [*alive[:known], ref(activation)]
        activation.depth = known + 1
        return True

    def innermost(self) -> Activation | None:
        """Of the calling thread; None where that has ended."""
        stack = self._stacks.get(get_ident())
        return stack[-1]() if stack else None

    def leave(self) -> None:
        """The innermost has ended, or waits to be resumed."""
        self._stacks[get_ident()].pop()


class Tracer:
    """Traces the code of `scope`, by lines or by instructions.

    `functions` are patterns of qualified names, all functions if there are none; calls deeper
    than `depth` are not shown.  With `values`, what branches were decided with is shown, without
    what the patterns `redact` are found in.
    """

    def __init__(
        self,
        scope: Scope,
        sink: Sink,
        instructions: bool = False,
        functions: Iterable[str] = (),
        depth: int | None = None,
        values: bool = False,
        redact: Iterable[str] = (),
    ) -> None:
        self._scope = scope
        self._sink = sink
        self._show = self._watch_instructions if instructions else self._watch_lines
        self._values = Values(tell=self._tell_values) if values else None
        self._secrets = [re.compile(one) for one in redact]
        self._functions = tuple(functions)
        self._depth = depth
        self._set = ops.running()
        self._activations = Activations()
        self._originals: dict[CodeType, CodeType] = {}
        self._importer = Importer(self.prepare, lambda code: self._originals.get(code, code))
        self._here = os.path.join(os.getcwd(), "")
        self._last = ref(Activation())  # whose instructions were shown last
        self._turn = RLock()  # a handler of signals may be traced in the middle of it
        os.register_at_fork(after_in_child=self._turn._at_fork_reinit)  # type: ignore[attr-defined]
        self._sources: dict[str, list[str]] = {}
        exposure.install()

    def start(self, before: Collection[str] = ()) -> None:
        """Trace what is imported from now on, and what only bytecov has imported: all but the
        modules `before`, which Python itself had loaded."""
        for name, module in list(sys.modules.items()):
            file = getattr(module, "__file__", None)
            if name not in before and isinstance(file, str) and self._scope.measures(file):
                del sys.modules[name]
        self._importer.install()

    def prepare(self, path: str, code: CodeType) -> CodeType:
        """What to execute for the code object of a whole file."""
        path = os.path.abspath(path)
        if not self._scope.measures(path):
            return code
        made = self._prepared(code)
        self._originals[made] = code
        return made

    def _prepared(self, code: CodeType) -> CodeType:
        """The stub of a function that was asked for; else itself, with stubs for those inside."""
        if self._functions and not any(fnmatchcase(code.co_qualname, f) for f in self._functions):
            inside = [
                self._prepared(each) if isinstance(each, CodeType) else each
                for each in code.co_consts
            ]
            return code.replace(co_consts=tuple(inside))
        assert isinstance(interpret, FunctionType)
        program = Program(code, self._set.table, self._prepared, interpret, watch=self._watch)
        return build_stub(program, self._set.dialect)

    # what is shown, and when

    def _watch(self, program: Program, operations: list[Operation]) -> list[Operation]:
        if self._values is not None:
            operations = self._values.watch(program, operations)
        return self._show(program, operations)

    def _watch_lines(self, program: Program, operations: list[Operation]) -> list[Operation]:
        """Show a line when an instruction of another one is come to, or of the same by a loop."""
        code, layout = program.code, program.layout
        where = f"{self._shown(code.co_filename)}:"

        def teller(index: int) -> Callable[[Frame], None]:
            line = layout.instructions[index].line
            text = self._text(code.co_filename, line)
            if layout.instructions[index].name == "RESUME":
                line = None  # has the line of the `def`

            def tell(frame: Frame) -> None:
                activation, entered = self._come_to(frame)
                before, activation.index = activation.index, index
                if not line or not self._is_shown(activation):
                    return
                if line != activation.line or index < before or entered:
                    activation.line = line
                    called = INDENT * (activation.depth - 1) + code.co_qualname
                    shown = f"{where}{line:<5} {called:<24} "
                    activation.column = len(shown) + len(text) - len(text.lstrip())
                    self._sink.put(f"{shown}{text}".rstrip())

            return tell

        return self._told(program, operations, teller)

    def _watch_instructions(self, program: Program, operations: list[Operation]) -> list[Operation]:
        """Show every instruction, below the name of its function where that has changed."""
        code, layout = program.code, program.layout
        said = operands(code, layout.instructions)
        heading = f"{code.co_qualname} ({self._shown(code.co_filename)}:{code.co_firstlineno})"

        def instruction_line(index: int) -> str:
            one = layout.instructions[index]
            effect = operations[index].effect.shown(one.oparg)
            operand = said[index]
            if len(operand) > LONGEST:
                operand = operand[: LONGEST - 1] + "…"
            where = _span(one.span) or str(one.line or "")
            line = f"{one.offset:6}  {one.name:<24} {operand:<20} {effect:<36} {where}"
            return line.rstrip()

        prologue = [instruction_line(index) for index in range(program.start)]

        def teller(index: int) -> Callable[[Frame], None]:
            text = instruction_line(index)

            def tell(frame: Frame) -> None:
                activation, _ = self._come_to(frame)
                before, activation.index = activation.index, index
                if not self._is_shown(activation):
                    return
                margin = INDENT * (activation.depth - 1)
                activation.column = len(margin) + len(PLACE)
                with self._turn:
                    if self._last() is not activation:
                        self._last = ref(activation)
                        self._sink.put(margin + heading)
                    for each in prologue if before < 0 else ():
                        self._sink.put(margin + each)
                    handler = layout.handlers[before] if before >= 0 else None
                    if handler and handler.target == index and not _leads(program, before, index):
                        self._sink.put(f"{margin}        raised, and handled at {text.split()[0]}")
                    self._sink.put(margin + text)

            return tell

        return self._told(program, operations, teller)

    def _tell_values(
        self, layout: Layout, index: int, observation: Observation, truth: bool
    ) -> None:
        """Show what a branch of the innermost call was decided with."""
        activation = self._activations.innermost()
        if activation is None or not self._is_shown(activation):
            return
        text = self._text(layout.code.co_filename, layout.instructions[index].line)
        said = in_words(redacted(observation, text, self._secrets), truth)
        self._sink.put(f"{' ' * activation.column}{INDENT}{said}")

    def _told(
        self,
        program: Program,
        operations: list[Operation],
        teller: Callable[[int], Callable[[Frame], None]],
    ) -> list[Operation]:
        """The operations from the first that is the interpreter's, each telling its own."""
        told = list(operations)
        for index in range(program.start, len(operations)):
            tell = teller(index)
            if program.layout.instructions[index].name in LEAVING:
                tell = self._leaving(tell)
            told[index] = watched(operations[index], tell)
        return told

    def _leaving(self, tell: Callable[[Frame], None]) -> Callable[[Frame], None]:
        def tell_and_leave(frame: Frame) -> None:
            tell(frame)
            self._activations.leave()

        return tell_and_leave

    def _come_to(self, frame: Frame) -> tuple[Activation, bool]:
        """The call that a frame is of, and whether another one was shown last."""
        activation: Any = frame.activation
        if activation is None:
            activation = frame.activation = Activation()
        return activation, self._activations.enter(activation)

    def _is_shown(self, activation: Activation) -> bool:
        return self._sink.is_open and (self._depth is None or activation.depth <= self._depth)

    def _shown(self, path: str) -> str:
        """Relative to where we started for what lies below."""
        return path[len(self._here) :] if path.startswith(self._here) else path

    def _text(self, path: str, line: int | None) -> str:
        """A line of the source, as it was when it was first asked for."""
        if path not in self._sources:
            try:
                with FileIO(path) as file:
                    self._sources[path] = decode_source(file.readall()).splitlines()
            except (OSError, SyntaxError, UnicodeDecodeError):
                self._sources[path] = []
        lines = self._sources[path]
        return lines[line - 1] if line and line <= len(lines) else ""


def in_words(observation: Observation, truth: bool) -> str:
    """`20 > 100: false`, `startswith('abc', 'b'): false`, of one operand alone `[]: false`."""
    operator, operands = observation
    texts = [one.kind if one.text.startswith("#") else one.text for one in operands]
    if operator == "bool":
        said = texts[0]
    elif operator in BETWEEN or not operator.replace(" ", "").isidentifier():
        said = f" {operator} ".join(texts)
    else:
        said = f"{operator}({', '.join(texts)})"
    return f"{said}: {'true' if truth else 'false'}"


def _span(span: Span | None) -> str:
    """`7:4-10`, or `7:4-8:2` over several lines."""
    if span is None:
        return ""
    last = "" if span.end_line == span.line else f"{span.end_line}:"
    return f"{span}-{last}{span.end_col}"


def _leads(program: Program, source: int, target: int) -> bool:
    """Whether one instruction comes behind another without an exception."""
    jump = program.layout.jumps.get(source)
    return target == source + 1 or (jump is not None and jump.target == target)
