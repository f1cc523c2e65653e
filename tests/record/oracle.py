"""The host's own account of what ran, step by step: what every recorder must agree with.

`sys.monitoring` (3.12+) or opcode tracing (3.11) tells each instruction before it is executed;
two in a row in one frame are a step, and a step is an edge where the flow has one.  The state
of a frame is kept in its `f_trace`, so that no frame lives longer than it would.

What the host does not tell is put right here: the RESUMEs and what stands in front of the first
(not counted for generators, which are made there but need not begin), and the cleanup that an
exhausted FOR_ITER leaves out.
"""

import sys
from collections import Counter
from types import CodeType, FrameType
from typing import Any

from bytecov.bytecode.instruction import Instruction
from bytecov.bytecode.nesting import walk
from bytecov.flow.blocks import flow
from bytecov.model.edge import Edge, EdgeKind
from bytecov.model.hits import Hits, Recorded

caller = sys._getframe  # guests may patch it
CLEANUP = {"END_FOR", "POP_TOP", "POP_ITER"}


class Watched:
    """One code object and what was counted in it."""

    def __init__(self, code: CodeType) -> None:
        self.flow = flow(code)
        self.code = code
        self.instructions = self.flow.instructions
        names = [each.name for each in self.instructions]
        self.generates = "RETURN_GENERATOR" in names
        made = names.index("RETURN_GENERATOR") if self.generates else 0
        self.first = self.instructions[names.index("RESUME", made)].offset
        self.prologue = self.first if self.generates else 0  # what is before it is not counted
        self.unit = {each.arg_offset: each for each in self.instructions}
        self.unit |= self.flow.by_offset
        self.offsets: Counter[int] = Counter()
        self.edges: Counter[Edge] = Counter()
        self.strange: list[str] = []

    def edge(self, before: Instruction, after: Instruction, raised: bool) -> Edge | None:
        """The edge of a step; None inside a block."""
        leaving = [
            edge
            for edge in self.flow.leaving[before.offset]
            if edge.destination == after.offset and (raised or edge.kind is not EdgeKind.RAISE)
        ]
        if raised:
            leaving.sort(key=lambda edge: edge.kind is not EdgeKind.RAISE)
        return leaving[0] if leaving else None

    def hits(self) -> Hits:
        """Everything counted."""
        return Hits(dict(self.offsets), dict(self.edges))


class Walk:
    """One frame on its way through its code."""

    def __init__(self, watched: Watched) -> None:
        self.watched = watched
        self.last: Instruction | None = None
        self.raised = False

    def start(self) -> None:
        """The frame begins: what stands in front of the first RESUME is done."""
        if self.watched.generates:
            return
        for each in self.watched.instructions:
            if each.offset >= self.watched.first:
                break
            self.watched.offsets[each.offset] += 1

    def at(self, place: int) -> None:
        """The instruction of a code unit comes next."""
        watched = self.watched
        after = watched.unit[place]
        before, raised = self.last, self.raised
        self.raised = False
        if before is after and place == after.arg_offset != after.offset:
            return  # both EXTENDED_ARG and what it belongs to are told
        if before is None:
            self.start()
        elif before.name == "YIELD_VALUE" and (send := self.delegates(before, after)) is not None:
            before = send
        elif before.name == "FOR_ITER" and before.target is not None and not raised:
            self.skip(before, after)
            before = self.last
        if before is not None and (
            edge := watched.edge(before, after, raised) or watched.edge(before, after, True)
        ):
            watched.edges[edge] += 1
        elif before is not None and before.offset + before.size != after.offset:
            watched.strange.append(f"{watched.code.co_qualname}: {before} to {after}")
        watched.offsets[after.offset] += 1
        self.last = after

    def delegates(self, before: Instruction, after: Instruction) -> Instruction | None:
        """The SEND whose jump is taken behind a YIELD_VALUE.  3.11: when what throw() was passed
        on to has returned (Objects/genobject.c, _gen_throw, "Backup to SEND")."""
        above = [each for each in self.watched.instructions if each.offset < before.offset]
        return above[-1] if above and above[-1].target == after.offset else None

    def enter(self) -> None:
        """The frame is entered: at its first RESUME, or at the one behind the YIELD_VALUE."""
        last = self.last
        self.at(self.watched.first if last is None else last.offset + last.size)

    def skip(self, loop: Instruction, after: Instruction) -> None:
        """Walk over the cleanup between the target of an exhausted loop and `after`."""
        by_offset = self.watched.flow.by_offset
        assert loop.target is not None
        place, skipped = loop.target, []
        while place < after.offset and by_offset[place].name in CLEANUP:
            skipped.append(place)
            place += by_offset[place].size
        if place == after.offset and loop.target <= after.offset != loop.offset + loop.size:
            for each in skipped:
                self.last, before = by_offset[each], self.last
                assert before is not None
                if edge := self.watched.edge(before, self.last, False):
                    self.watched.edges[edge] += 1
                self.watched.offsets[each] += 1


class Oracle:
    """Looks like a recorder; the host runs the code objects as they are."""

    name = "oracle"
    observes = frozenset({"offsets", "edges", "exception_edges", "counts"})

    def __init__(self) -> None:
        self.watched: dict[int, Watched] = {}
        self.keep: list[CodeType] = []
        if hasattr(sys, "monitoring"):
            self.monitor()
        else:
            self.trace()

    def prepare(self, code: CodeType) -> CodeType:
        """Watch `code` and what is nested in it."""
        for each in walk(code):
            self.keep.append(each)
            self.watched[id(each)] = Watched(each)
            if hasattr(sys, "monitoring"):
                monitoring = sys.monitoring
                events = monitoring.events
                wanted = events.INSTRUCTION | events.PY_START | events.PY_RESUME
                monitoring.set_local_events(self.tool, each, wanted)
        return code

    def original(self, code: CodeType) -> CodeType:
        """Nothing is replaced."""
        return code

    def take(self, context: str) -> list[Recorded]:
        """Everything counted."""
        if hasattr(sys, "monitoring"):
            sys.monitoring.set_events(self.tool, 0)
        else:
            sys.settrace(None)
        strange = [each for watched in self.watched.values() for each in watched.strange]
        assert not strange, strange
        return [
            Recorded(each.code, context, each.hits())
            for each in self.watched.values()
            if each.offsets
        ]

    def walk_of(self, frame: FrameType) -> Walk | None:
        """The state of a frame; None when its code is not watched."""
        found = frame.f_trace
        if not isinstance(found, Walk):
            watched = self.watched.get(id(frame.f_code))
            if watched is None:
                return None
            found = Walk(watched)
            frame.f_trace = found  # type: ignore[assignment]  # never called: nothing traces
        return found

    # 3.12+

    def monitor(self) -> None:
        """Register with `sys.monitoring`."""
        monitoring = sys.monitoring
        self.tool = monitoring.DEBUGGER_ID
        events = monitoring.events
        monitoring.use_tool_id(self.tool, "bytecov oracle")

        def instruction(code: CodeType, offset: int) -> None:
            if (walk := self.walk_of(caller(1))) is not None:
                walk.at(offset)

        def entered(code: CodeType, offset: int) -> None:
            if (walk := self.walk_of(caller(1))) is not None:
                walk.enter()

        def handled(code: CodeType, offset: int, exception: BaseException) -> None:
            if id(code) in self.watched and (walk := self.walk_of(caller(1))) is not None:
                walk.raised = True

        monitoring.register_callback(self.tool, events.INSTRUCTION, instruction)
        monitoring.register_callback(self.tool, events.PY_START, entered)
        monitoring.register_callback(self.tool, events.PY_RESUME, entered)
        monitoring.register_callback(self.tool, events.EXCEPTION_HANDLED, handled)
        monitoring.set_events(self.tool, events.EXCEPTION_HANDLED)

    # 3.11

    def trace(self) -> None:
        """Trace every opcode."""
        import threading

        def called(frame: FrameType, event: str, argument: Any) -> Any:
            watched = self.watched.get(id(frame.f_code))
            if watched is None:
                return None
            frame.f_trace_opcodes = True
            local = frame.f_trace if isinstance(frame.f_trace, Local) else Local(watched)
            if watched.unit[frame.f_lasti].name == "RESUME":  # else it is entered by throw()
                local.walk.enter()
            return local

        sys.settrace(called)
        threading.settrace(called)


class Local:
    """The trace function of one frame."""

    def __init__(self, watched: Watched) -> None:
        self.walk = Walk(watched)

    def __call__(self, frame: FrameType, event: str, argument: Any) -> Any:
        if event == "opcode":
            self.walk.at(frame.f_lasti)
        elif event == "exception":
            self.walk.raised = True
        return self
