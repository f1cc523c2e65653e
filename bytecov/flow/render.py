"""A flow as text and as a Graphviz drawing, with the hits of a run beside it where given.

Counts: `-` never happened, a number says how often, `+` that it happened without being counted.
"""

from collections.abc import Callable, Collection, Iterable

from bytecov.bytecode.instruction import Instruction
from bytecov.bytecode.operands import operands
from bytecov.flow.blocks import Block, Flow
from bytecov.model.edge import Edge, EdgeKind
from bytecov.model.hits import Hits

STYLE = {EdgeKind.NEXT: "solid", EdgeKind.JUMP: "bold", EdgeKind.RAISE: "dotted"}
MISSED = "#b3261e"


def render_text(
    flow: Flow,
    hits: Hits | None = None,
    only: Collection[int] | None = None,
    means: Callable[[Edge], str] = lambda edge: "",
) -> str:
    """A paragraph per block: its instructions, then the edges out of it.  Ends with a newline.

    A line has offset, `line:col`, opcode and operand; with hits, how often in a column in front.
    Exceptions are summed up per block and handler.  `only` are the starts of the blocks to show,
    `means` is what to say behind an edge.
    """
    line = _liner(flow)
    lines = [f"{flow.code.co_qualname} ({flow.code.co_filename}:{flow.code.co_firstlineno})"]
    for block in flow.blocks:
        if only is not None and block.start not in only:
            continue
        before = ", ".join(map(str, flow.graph.predecessors[block.start]))
        lines += ["", f"block {block.start}" + (f"  from {before}" if before else "")]
        for one in block.instructions:
            lines.append(_column(hits, _ran(hits, one)) + line(one))
        for edges in _bundles(flow, block):
            arrow = f"{edges[0].kind.name.lower()} -> {edges[0].destination}"
            said = f"{_column(hits, _taken(hits, edges))}        {arrow}"
            lines.append(f"{said:<34}  {meant}" if (meant := means(edges[0])) else said)
    return "\n".join(lines) + "\n"


def render_dot(flow: Flow, hits: Hits | None = None) -> str:
    """A Graphviz digraph of the blocks; with hits, what never happened is red."""
    line = _liner(flow)
    nodes, arrows = [], []
    for block in flow.blocks:
        label = "".join(_escaped(line(one)) + "\\l" for one in block.instructions)
        colour = _colour(hits, _ran(hits, block.instructions[0]))
        nodes.append(f'  b{block.start} [label="{label}"{colour}];')
        for edges in _bundles(flow, block):
            kind, count = edges[0].kind, _taken(hits, edges)
            label = f"{kind.name.lower()} {_column(hits, count).strip()}".rstrip()
            look = f'label="{label}", style={STYLE[kind]}{_colour(hits, count)}'
            arrows.append(f"  b{block.start} -> b{edges[0].destination} [{look}];")
    opening = [
        f'digraph "{_escaped(flow.code.co_qualname)}" {{',
        '  node [shape=box, fontname="monospace"];',
        '  edge [fontname="monospace"];',
    ]
    return "\n".join([*opening, *nodes, *arrows, "}"]) + "\n"


def _liner(flow: Flow) -> Callable[[Instruction], str]:
    """Says an instruction in one line; the operand in the words of `dis`, a jump's by offset."""
    said = operands(flow.code, flow.instructions)
    operand_at = dict(zip(flow.by_offset, said, strict=True))

    def line(one: Instruction) -> str:
        operand = operand_at[one.offset]
        where = str(one.span or one.line or "")
        return f"{one.offset:6}  {where:>8}  {one.name:<24} {operand}".rstrip()

    return line


def _bundles(flow: Flow, block: Block) -> list[list[Edge]]:
    """The edges out of a block: NEXT, JUMP, then one list of RAISE edges per handler."""
    found: dict[tuple[EdgeKind, int], list[Edge]] = {}
    for one in block.instructions:
        for edge in flow.leaving[one.offset]:
            found.setdefault((edge.kind, edge.destination), []).append(edge)
    return [edges for _, edges in sorted(found.items())]


def _ran(hits: Hits | None, one: Instruction) -> int | None:
    """How often an instruction ran; None for never."""
    return hits.offsets.get(one.offset) if hits is not None else None


def _taken(hits: Hits | None, edges: Iterable[Edge]) -> int | None:
    """How often one of the edges was taken; None for never."""
    counts = [hits.edges[edge] for edge in edges if edge in hits.edges] if hits is not None else []
    return sum(counts) if counts else None


def _column(hits: Hits | None, count: int | None) -> str:
    """The count to put in front, where there are hits to tell of."""
    if hits is None:
        return ""
    return f"{'-' if count is None else count or '+':>8} "


def _colour(hits: Hits | None, count: int | None) -> str:
    """The DOT attributes of what never happened."""
    missed = hits is not None and count is None
    return f', color="{MISSED}", fontcolor="{MISSED}"' if missed else ""


def _escaped(text: str) -> str:
    """Text inside a DOT string."""
    return text.replace("\\", "\\\\").replace('"', '\\"')
