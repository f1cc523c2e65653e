"""The host's own account of where control went, opcode by opcode, held against the flow.

    python -m tests.flow.trace_oracle test.test_generators [...]

Runs unittest modules under `sys.settrace` with opcode events and prints every step that the flow
does not know.  Slow: a hundred times plain Python.
"""

import os
import sys
import unittest
from collections import Counter
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any, NamedTuple

from bytecov.bytecode.opcodes import running
from bytecov.flow.blocks import Flow, flow
from bytecov.model.edge import EdgeKind

SKIPPED = {"END_FOR", "POP_TOP", "POP_ITER", "RESUME"}
"""What the host does not show: cleanup of an exhausted iterator, the start of a frame."""

QUIET = {"RERAISE", "RAISE_VARARGS", "CLEANUP_THROW", "END_ASYNC_FOR"}
"""What raises without an exception event: it raises again what was told before."""

STOPS = (StopIteration, StopAsyncIteration)


class Step(NamedTuple):
    """From one opcode unit to another inside a frame."""

    code: CodeType
    before: int
    after: int
    raised: type[BaseException] | None


class Oracle:
    """Counts every step inside the frames whose code `wanted` accepts."""

    def __init__(self, wanted: Callable[[CodeType], bool]) -> None:
        self.wanted = wanted
        self.steps: Counter[Step] = Counter()
        self.last: dict[FrameType, tuple[int, type[BaseException] | None]] = {}

    def trace(self, frame: FrameType, event: str, argument: Any) -> Any:
        """The trace function."""
        if event == "call":
            if not self.wanted(frame.f_code):
                return None
            frame.f_trace_opcodes = True
        elif event == "opcode":
            if frame in self.last:
                before, raised = self.last[frame]
                self.steps[Step(frame.f_code, before, frame.f_lasti, raised)] += 1
            self.last[frame] = (frame.f_lasti, None)
        elif event == "exception":
            self.last[frame] = (frame.f_lasti, argument[0])
        return self.trace


def possible(found: Flow, step: Step) -> bool:
    """Whether the flow has an edge for a step, or it is one inside a block."""
    by_unit = {one.arg_offset: one for one in found.instructions}
    if step.before not in by_unit or step.after not in by_unit:
        return True  # an EXTENDED_ARG, traced on 3.11
    source, destination = by_unit[step.before], by_unit[step.after].offset
    leaving = found.leaving[source.offset]
    raised = {edge.destination for edge in leaving if edge.kind is EdgeKind.RAISE}
    normal = {edge.destination for edge in leaving if edge.kind is not EdgeKind.RAISE}
    if not normal and source.name not in running().leaves:
        normal.add(source.offset + source.size)
    if source.name == "YIELD_VALUE":
        # 3.11: when what throw() was passed on to ends, the frame goes on behind the SEND loop
        # (Objects/genobject.c, _gen_throw, "Backup to SEND").
        send = max(one.offset for one in found.instructions if one.offset < source.offset)
        if (target := found.by_offset[send].target) is not None:
            normal.add(target)
    for place in list(normal):
        while place in found.by_offset and found.by_offset[place].name in SKIPPED:
            place += found.by_offset[place].size
            normal.add(place)
    # The StopIteration of an exhausted iterator is told, but goes nowhere.
    if step.raised is None:
        return destination in (normal | raised if source.name in QUIET else normal)
    return destination in (raised | normal if step.raised in STOPS else raised)


def main(names: list[str]) -> int:
    """Traces the unittest modules `names`; 1 where a step was not possible."""
    suite = unittest.defaultTestLoader.loadTestsFromNames(names)
    files = {sys.modules[name].__file__ for name in names}
    oracle = Oracle(lambda code: code.co_filename in files)
    sys._getframe().f_trace_opcodes = True  # else 3.12 never sends opcode events
    sys.settrace(oracle.trace)
    try:
        with open(os.devnull, "w") as nowhere:
            unittest.TextTestRunner(stream=nowhere, verbosity=0).run(suite)
    finally:
        sys.settrace(None)
    flows = {step.code: flow(step.code) for step in oracle.steps}
    bad = [step for step in oracle.steps if not possible(flows[step.code], step)]
    for step in bad[:20]:
        names = [one.name for one in flows[step.code].instructions if one.arg_offset in step[1:3]]
        print(f"{step.code.co_qualname}:{step.code.co_firstlineno} {step[1:]} {names}")
    raised = sum(step.raised is not None for step in oracle.steps)
    print(
        f"{sys.version.split()[0]}: {len(flows)} code objects, {len(oracle.steps)} steps, "
        f"{raised} of them raised, {len(bad)} not possible"
    )
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
