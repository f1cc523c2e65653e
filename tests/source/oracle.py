"""What really ran, seen by the host's tracing: every instruction of every frame.

Slow, and independent of bytecov's recorders.  The order of the instructions of one frame tells
the edges; a step that is neither the next instruction nor a jump's is an exception's.
"""

import sys
from collections.abc import Callable
from contextlib import suppress
from types import CodeType, FrameType
from typing import Any

from bytecov.bytecode.nesting import walk
from bytecov.flow.blocks import Flow, flow
from bytecov.model.edge import Edge, EdgeKind
from bytecov.model.hits import Hits, Recorded


class Oracle:
    """Traces the code objects of one module."""

    def __init__(self, code: CodeType) -> None:
        self.flows: dict[CodeType, Flow] = {part: flow(part) for part in walk(code)}
        self.starts = {
            part: {
                unit: i.offset
                for i in found.instructions
                for unit in range(i.offset, i.arg_offset + 2, 2)
            }
            for part, found in self.flows.items()
        }
        self.hits: dict[CodeType, Hits] = {}
        self.last: dict[FrameType, int] = {}
        self.unit: dict[FrameType, int] = {}

    def run(self, program: Callable[[], Any]) -> list[Recorded]:
        """Run it traced; its exceptions pass through after the hits are kept."""
        run = self.run_monitored if hasattr(sys, "monitoring") else self.run_traced
        run(program)
        return self.recorded()

    def recorded(self) -> list[Recorded]:
        return [Recorded(code, "", hits) for code, hits in self.hits.items()]

    def run_monitored(self, program: Callable[[], Any]) -> None:
        """3.12+.  (`f_trace_opcodes` misses events there.)"""
        monitoring = sys.monitoring  # type: ignore[attr-defined]
        tool = 5
        monitoring.use_tool_id(tool, "bytecov oracle")
        event = monitoring.events.INSTRUCTION
        monitoring.register_callback(tool, event, self.on_instruction)
        for code in self.flows:
            monitoring.set_local_events(tool, code, event)
        try:
            program()
        finally:
            for code in self.flows:
                monitoring.set_local_events(tool, code, 0)
            monitoring.register_callback(tool, event, None)
            monitoring.free_tool_id(tool)

    def on_instruction(self, code: CodeType, offset: int) -> None:
        start = self.starts[code].get(offset)
        if start is not None:
            self.step(sys._getframe(1), start, offset)

    def run_traced(self, program: Callable[[], Any]) -> None:
        sys.settrace(self.on_call)
        try:
            program()
        finally:
            sys.settrace(None)

    def on_call(self, frame: FrameType, event: str, arg: object) -> Any:
        if frame.f_code not in self.flows:
            return None
        frame.f_trace_lines = False
        frame.f_trace_opcodes = True
        return self.on_event

    def on_event(self, frame: FrameType, event: str, arg: object) -> Any:
        if event == "opcode":
            offset = self.starts[frame.f_code].get(frame.f_lasti)
            if offset is not None:
                self.step(frame, offset, frame.f_lasti)
        return self.on_event

    def step(self, frame: FrameType, offset: int, unit: int) -> None:
        code = frame.f_code
        before, self.unit[frame] = self.unit.get(frame), unit
        if self.last.get(frame) == offset and before is not None and before < unit:
            return  # the opcode behind its EXTENDED_ARG
        hits = self.hits.setdefault(code, Hits())
        last = self.last.get(frame)
        while last is not None and (skipped := self.skipped(self.flows[code], last, offset)):
            self.count(hits, code, last, skipped)
            last = skipped
        self.count(hits, code, last, offset)
        self.last[frame] = offset

    def skipped(self, graph: Flow, last: int, offset: int) -> int | None:
        """The clean-up behind a loop, which the host runs as part of FOR_ITER."""
        before = graph.by_offset[last]
        if before.name == "FOR_ITER" and offset not in (before.target, last + before.size):
            return before.target
        follows = last + before.size
        if before.name in ("END_FOR", "POP_TOP", "POP_ITER") and offset != follows:
            following = graph.by_offset[follows]
            if following.name in ("POP_TOP", "POP_ITER") and offset == follows + following.size:
                return follows
        return None

    def count(self, hits: Hits, code: CodeType, last: int | None, offset: int) -> None:
        hits.offsets[offset] = hits.offsets.get(offset, 0) + 1
        if last is None or offset not in self.flows[code].leaders:
            return
        if edge := self.edge(self.flows[code], last, offset):
            hits.edges[edge] = hits.edges.get(edge, 0) + 1

    def edge(self, graph: Flow, last: int, offset: int) -> Edge | None:
        for kind in (EdgeKind.NEXT, EdgeKind.JUMP):
            if Edge(last, offset, kind) in graph.edges:
                return Edge(last, offset, kind)
        before = graph.by_offset[last]
        if before.offset + before.size == offset:
            return None  # straight on
        return Edge(last, offset, EdgeKind.RAISE)


def observe(code: CodeType, names: dict[str, Any] | None = None) -> list[Recorded]:
    """Run a module's code object; exceptions that leave it are its own affair."""
    oracle = Oracle(code)

    def program() -> None:
        with suppress(Exception):
            exec(code, {"__name__": "program", **(names or {})})

    return oracle.run(program)
