"""How a line becomes what runs: tokens, tree, symbols, code object, instructions, flow.

Each stage is what the running CPython makes of the source; what ties them is the position: a token,
a node and an instruction that speak of the same piece of source have the same span.
"""

import ast
import dis
import token
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType
from typing import NamedTuple

from bytecov.bytecode.exception_table import ExceptionEntry
from bytecov.bytecode.instruction import Instruction
from bytecov.bytecode.nesting import walk
from bytecov.bytecode.stack import effect
from bytecov.flow.blocks import Flow, flow
from bytecov.model.span import Span
from bytecov.results.code_facts import FIELDS, Symbol, field_text, scopes, symbols
from bytecov.source.parse import Source
from bytecov.source.statements import Statements
from bytecov.source.truth import span_of

SILENT = frozenset({token.NL, token.NEWLINE, token.INDENT, token.DEDENT, token.ENDMARKER})


class Node(NamedTuple):
    """A node of the syntax tree: how deep in its statement, and what it is besides its parts."""

    depth: int
    span: Span
    text: str


class Step(NamedTuple):
    """An instruction with its operand in words and what it does to the height of the stack;
    `jumping` where it differs on the jump."""

    instruction: Instruction
    operand: str
    effect: int
    jumping: int | None
    on_line: bool


class Piece(NamedTuple):
    """A piece of the source with what each stage made of it."""

    span: Span
    text: str
    nodes: tuple[str, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class CodeStage:
    """A code object that has instructions of the line."""

    code: CodeType
    symbols: tuple[Symbol, ...]
    fields: tuple[tuple[str, str, str], ...]  # name, value, what it holds
    steps: tuple[Step, ...]
    pieces: tuple[Piece, ...]
    exceptions: tuple[ExceptionEntry, ...]  # those that protect the line
    flow: Flow
    blocks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Stages:
    """All stages of one line; of a statement of several lines, of all of them."""

    source: Source
    lines: tuple[int, int]  # first and last, inclusive
    tokens: tuple[tokenize.TokenInfo, ...]
    nodes: tuple[Node, ...]
    codes: tuple[CodeStage, ...]


def stages(source: Source, module: CodeType, line: int) -> Stages:
    """The stages of the statement or header at a line."""
    statements = Statements(source)
    first = statements.first_line(line)
    last = max((n for n, start in statements.first_lines.items() if start == first), default=line)
    last = max(last, line)
    nodes = tuple(_nodes(source, first, last))
    return Stages(
        source=source,
        lines=(first, last),
        tokens=tuple(
            one
            for one in statements.tokens
            if first <= one.start[0] <= last and one.type not in SILENT
        ),
        nodes=nodes,
        codes=tuple(_codes(source, module, nodes, first, last)),
    )


def _nodes(source: Source, first: int, last: int) -> Iterator[Node]:
    """The nodes that lie on the lines, outer before inner, in the order of the source."""
    waiting: list[tuple[ast.AST, int]] = [(source.tree, -1)]
    while waiting:
        node, depth = waiting.pop()
        if hasattr(node, "lineno"):
            span = span_of(node)
            if span.line > last or span.end_line < first:
                continue
            if span.line >= first:
                depth += 1
                yield Node(depth, source.in_characters(span), _described(node))
        children = [(child, depth) for child in ast.iter_child_nodes(node)]
        waiting.extend(reversed(children))


def _described(node: ast.AST) -> str:
    """The node's class and those of its fields that are no nodes with a place of their own."""
    said = []
    for name, value in ast.iter_fields(node):
        if isinstance(value, str | int | float | complex | bytes) or value is Ellipsis:
            said.append(f"{name}={value!r}")
        elif isinstance(value, ast.AST) and not value._fields and name != "ctx":
            said.append(type(value).__name__)
        elif name == "ops" and isinstance(value, list):
            said += [type(op).__name__ for op in value]
        elif name == "ctx" and not isinstance(value, ast.Load):
            said.append(type(value).__name__)
    return " ".join([type(node).__name__, *said])


def _codes(
    source: Source, module: CodeType, nodes: tuple[Node, ...], first: int, last: int
) -> Iterator[CodeStage]:
    tables = scopes(source)
    names = {
        word
        for node in nodes
        for word in node.text.replace("'", " ").replace("=", " ").split()
        if word.isidentifier()
    }
    for code in walk(module):
        graph = flow(code)
        steps = tuple(_steps(graph, first, last))
        blocks = tuple(
            block.start
            for block in graph.blocks
            if any(_is_on(one, first, last) for one in block.instructions)
        )
        if not blocks:
            continue
        table = tables.get((code.co_name, code.co_firstlineno))
        yield CodeStage(
            code=code,
            symbols=tuple(symbols(table, names)) if table else (),
            fields=tuple((name, field_text(code, name), said) for name, said in FIELDS.items()),
            steps=tuple(one for one in steps if one.on_line),
            pieces=tuple(_pieces(source, nodes, steps)),
            exceptions=tuple(
                entry
                for entry in graph.protected
                if any(
                    entry.start <= one.instruction.offset < entry.end
                    for one in steps
                    if one.on_line
                )
            ),
            flow=graph,
            blocks=blocks,
        )


def _is_on(one: Instruction, first: int, last: int) -> bool:
    return one.line is not None and first <= one.line <= last and one.name != "RESUME"


def _steps(graph: Flow, first: int, last: int) -> Iterator[Step]:
    said = {one.offset: one for one in dis.get_instructions(graph.code)}
    for one in graph.instructions:
        words = said[one.arg_offset]
        operand = f"to {one.target}" if one.target is not None else words.argrepr
        plain = effect(one.name, one.oparg, False)
        jumping = effect(one.name, one.oparg, True) if one.target is not None else plain
        yield Step(
            one, operand, plain, jumping if jumping != plain else None, _is_on(one, first, last)
        )


def _pieces(
    source: Source, nodes: tuple[Node, ...], steps: tuple[Step, ...]
) -> Iterator[Piece]:
    """Every span of a node or an instruction on the line, in the order of the source."""
    spans: dict[Span, tuple[list[str], list[Step]]] = {}
    for node in nodes:
        spans.setdefault(node.span, ([], []))[0].append(node.text)
    for step in steps:
        if step.on_line and step.instruction.span:
            span = source.in_characters(step.instruction.span)
            spans.setdefault(span, ([], []))[1].append(step)
    for span in sorted(spans, key=lambda one: (one[:2], -one.end_line, -one.end_col)):
        texts, made = spans[span]
        yield Piece(span, source.segment(span), tuple(texts), tuple(made))
