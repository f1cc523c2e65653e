"""Every step from line to line that a run took, as a tracer of lines would note it.

`arcs.py` says which of the arcs that decide happened; this is the raw material of coverage.py's
data, one line at a time and before statements of several lines are joined.  What a tracer notes
when an exception leaves a function is left out: that is no way the source goes.
"""

from collections.abc import Iterable, Iterator
from types import CodeType

from bytecov.bytecode.opcodes import running
from bytecov.flow.blocks import Flow
from bytecov.model.arc import Arc
from bytecov.model.hits import Hits, Recorded
from bytecov.source.link import Links

RETURNS = frozenset({"RETURN_VALUE", "RETURN_CONST"}) & running().leaves


def lines_walked(links: Links, recorded: Iterable[Recorded]) -> frozenset[Arc]:
    """The arcs of all code objects of a module that ran; -n enters and leaves the one at line n."""
    return frozenset(
        arc
        for item in recorded
        if item.code in links.flows
        for arc in _walked(item.code, links.flows[item.code], item.hits)
    )


def _walked(code: CodeType, graph: Flow, hits: Hits) -> Iterator[Arc]:
    steps = _steps(graph, hits)
    start = _start(graph)
    outside = -code.co_firstlineno
    yield from (Arc(outside, line) for line in _lines_from(graph, steps, [start]))
    for offset, following in steps.items():
        instruction = graph.by_offset[offset]
        line = instruction.line
        if line is None or offset < start:
            continue
        for goal in _lines_from(graph, steps, following):
            if goal != line:
                yield Arc(line, goal)
        if instruction.name in RETURNS:
            yield Arc(line, outside)


def _steps(graph: Flow, hits: Hits) -> dict[int, list[int]]:
    """{instruction that ran: the instructions that ran right behind it}"""
    steps: dict[int, list[int]] = {
        offset: [] for offset in sorted(hits.offsets) if offset in graph.by_offset
    }
    for offset, following in steps.items():
        after = offset + graph.by_offset[offset].size
        if after in hits.offsets and graph.block_of.get(after) is graph.block_of[offset]:
            following.append(after)
    for edge in hits.edges:
        if edge.source in steps:
            steps[edge.source].append(edge.destination)
    return steps


def _start(graph: Flow) -> int:
    """Behind the first RESUME: what stands before it belongs to the call."""
    first = next(each for each in graph.instructions if each.name == "RESUME")
    return first.offset + first.size


def _lines_from(graph: Flow, steps: dict[int, list[int]], offsets: Iterable[int]) -> set[int]:
    """The lines that come next, past instructions without one."""
    found: set[int] = set()
    waiting, seen = list(offsets), set[int]()
    while waiting:
        offset = waiting.pop()
        if offset in seen or offset not in steps:
            continue
        seen.add(offset)
        line = graph.by_offset[offset].line
        if line is None:
            waiting += steps[offset]
        else:
            found.add(line)
    return found
