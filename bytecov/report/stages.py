"""The stages of a line as text: first side by side by position, then each of them whole."""

import token
from collections.abc import Iterable, Iterator, Sequence

from bytecov.diagnose.stages import CodeStage, Piece, Stages, Step
from bytecov.flow.render import render_text as render_flow
from bytecov.report.sentences import shorten

WIDEST = 34  # characters of source in a column


def render_stages(found: Stages, path: str) -> str:
    """All stages; ends with a newline."""
    first, last = found.lines
    lines = [f"{path}:{first}" + (f"-{last}" if last > first else "")]
    lines += ["", *(f"    {text}" for text in found.source.lines[first - 1 : last])]
    lines += ["", "tokens", *_tokens(found)]
    lines += ["", "syntax tree", *_nodes(found)]
    for code in found.codes:
        lines += ["", *_code(code)]
    if not found.codes:
        lines += ["", "The compiler made no instruction of it."]
    return "\n".join(lines) + "\n"


def _tokens(found: Stages) -> Iterator[str]:
    rows = [
        (f"{one.start[0]}:{one.start[1]}-{one.end[1]}", token.tok_name[one.exact_type], one.string)
        for one in found.tokens
    ]
    yield from _table(rows)


def _nodes(found: Stages) -> Iterator[str]:
    rows = [
        (
            _position(node.span),
            "  " * node.depth + node.text,
            shorten(found.source.segment(node.span), WIDEST),
        )
        for node in found.nodes
    ]
    yield from _table(rows)


def _code(code: CodeStage) -> Iterator[str]:
    name = code.code.co_qualname
    if code.symbols:
        yield f"symbol table of {name}"
        yield from _table([(one.name, ", ".join(one.roles)) for one in code.symbols])
        yield ""
    yield f"code object {name}"
    yield from _table([(field, value or "-", said) for field, value, said in code.fields], 60)
    yield ""
    yield "side by side, by position: source, syntax tree, instructions (stack effect)"
    yield from _side_by_side(code.pieces)
    yield ""
    yield "exception table: which instructions of the line are protected"
    entries = [
        (
            f"{entry.start}-{entry.end}",
            f"to {entry.target}",
            f"stack cut to {entry.depth}" + (", offset pushed" if entry.lasti else ""),
        )
        for entry in code.exceptions
    ]
    yield from _table(entries) if entries else ["  none"]
    yield ""
    yield "flow graph"
    yield from render_flow(code.flow, None, code.blocks).rstrip("\n").split("\n")[1:]


def _side_by_side(pieces: Sequence[Piece]) -> Iterator[str]:
    rows = []
    for piece in pieces:
        steps = [_step(one) for one in piece.steps]
        height = max(1, len(piece.nodes), len(steps))
        first = (_position(piece.span), shorten(piece.text, WIDEST))
        for i in range(height):
            left = first if i == 0 else ("", "")
            node = piece.nodes[i] if i < len(piece.nodes) else ""
            rows.append((*left, node, steps[i] if i < len(steps) else ""))
    yield from _table(rows)


def _step(one: Step) -> str:
    jumping = f", jumping {one.jumping:+}" if one.jumping is not None else ""
    operand = f" {one.operand}" if one.operand else ""
    return f"{one.instruction.offset} {one.instruction.name}{operand} ({one.effect:+}{jumping})"


def _position(span: Sequence[int]) -> str:
    line, col, end_line, end_col = span
    end = f"{end_line}:{end_col}" if end_line != line else str(end_col)
    return f"{line}:{col}-{end}"


def _table(rows: Iterable[Sequence[str]], widest: int = 48) -> list[str]:
    """Columns as wide as what stands in them, up to `widest`; the last as wide as it is."""
    found = [list(row) for row in rows]
    if not found:
        return []
    columns = len(found[0]) - 1
    widths = [min(max(len(row[i]) for row in found), widest) for i in range(columns)]
    return [
        "  " + "  ".join(
            [*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]
        ).rstrip()
        for row in found
    ]
