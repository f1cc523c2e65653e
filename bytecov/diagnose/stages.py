"""How a line becomes what runs: tokens, tree, symbols, code object, instructions, flow.

Each stage is what the running CPython makes of the source; what ties them is the position: a token,
a node and an instruction that speak of the same piece of source have the same span.
"""

import ast
import token
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from types import CodeType
from typing import NamedTuple

from bytecov.bytecode.decode import decode
from bytecov.bytecode.exception_table import ExceptionEntry
from bytecov.bytecode.instruction import Instruction
from bytecov.bytecode.nesting import walk
from bytecov.bytecode.operands import operands
from bytecov.bytecode.stack import effect
from bytecov.flow.blocks import Flow, flow
from bytecov.model.span import Span
from bytecov.results.code_facts import FIELDS, Scopes, Symbol, field_text, scopes, symbols
from bytecov.source.parse import Source
from bytecov.source.statements import statements as statements_of
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


class Stager:
    """Tells the stages of any line of a source; what is the same for all of them is made once."""

    def __init__(self, source: Source, module: CodeType) -> None:
        self.source = source
        self.statements = statements_of(source)
        self._module = module
        self._made: dict[CodeType, tuple[Flow, tuple[Step, ...]]] = {}

    def stages(self, line: int) -> Stages:
        """Those of the statement or header at a line."""
        first = self.statements.first_line(line)
        last = max(line, self._last_lines.get(first, line))
        nodes = tuple(_nodes(self.source, first, last))
        codes = {code: None for n in range(first, last + 1) for code in self._codes_at.get(n, ())}
        return Stages(
            source=self.source,
            lines=(first, last),
            tokens=tuple(one for n in range(first, last + 1) for one in self._tokens.get(n, ())),
            nodes=nodes,
            codes=tuple(self._code(code, nodes, first, last) for code in codes),
        )

    @cached_property
    def lines(self) -> list[int]:
        """The first lines of the statements and headers that there are instructions of."""
        return sorted({self.statements.first_line(line) for line in self._codes_at})

    @cached_property
    def _last_lines(self) -> dict[int, int]:
        return {first: line for line, first in sorted(self.statements.first_lines.items())}

    @cached_property
    def _tokens(self) -> dict[int, list[tokenize.TokenInfo]]:
        """By the line where each starts."""
        found: dict[int, list[tokenize.TokenInfo]] = {}
        for one in self.statements.tokens:
            if one.type not in SILENT:
                found.setdefault(one.start[0], []).append(one)
        return found

    @cached_property
    def _codes_at(self) -> dict[int, list[CodeType]]:
        """{line: code objects with instructions of it}, outer before inner"""
        found: dict[int, list[CodeType]] = {}
        for code in walk(self._module):
            for line in {one.line for one in decode(code) if one.line and one.name != "RESUME"}:
                found.setdefault(line, []).append(code)
        return found

    @cached_property
    def _scopes(self) -> Scopes:
        return scopes(self.source)

    def _code(
        self, code: CodeType, nodes: tuple[Node, ...], first: int, last: int
    ) -> CodeStage:
        if code not in self._made:
            graph = flow(code)
            self._made[code] = graph, tuple(_steps(graph))
        graph, every = self._made[code]
        steps = tuple(one for one in every if _is_on(one.instruction, first, last))
        offsets = [one.instruction.offset for one in steps]
        table = self._scopes.get((code.co_name, code.co_firstlineno))
        return CodeStage(
            code=code,
            symbols=tuple(symbols(table, _words(nodes))) if table else (),
            fields=tuple((name, field_text(code, name), said) for name, said in FIELDS.items()),
            steps=steps,
            pieces=tuple(_pieces(self.source, nodes, steps)),
            exceptions=tuple(
                entry
                for entry in graph.protected
                if any(entry.start <= offset < entry.end for offset in offsets)
            ),
            flow=graph,
            blocks=tuple(dict.fromkeys(graph.block_of[offset].start for offset in offsets)),
        )


def stages(source: Source, module: CodeType, line: int) -> Stages:
    """The stages of the statement or header at a line."""
    return Stager(source, module).stages(line)


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


def _words(nodes: Iterable[Node]) -> set[str]:
    """The names in what nodes say of themselves."""
    said = (node.text.replace("'", " ").replace("=", " ").split() for node in nodes)
    return {word for words in said for word in words if word.isidentifier()}


def _is_on(one: Instruction, first: int, last: int) -> bool:
    return one.line is not None and first <= one.line <= last and one.name != "RESUME"


def _steps(graph: Flow) -> Iterator[Step]:
    words = operands(graph.code, graph.instructions)
    for one, operand in zip(graph.instructions, words, strict=True):
        plain = effect(one.name, one.oparg, False)
        jumping = effect(one.name, one.oparg, True) if one.target is not None else plain
        yield Step(one, operand, plain, jumping if jumping != plain else None)


def _pieces(
    source: Source, nodes: tuple[Node, ...], steps: tuple[Step, ...]
) -> Iterator[Piece]:
    """Every span of a node or an instruction on the line, in the order of the source."""
    spans: dict[Span, tuple[list[str], list[Step]]] = {}
    for node in nodes:
        spans.setdefault(node.span, ([], []))[0].append(node.text)
    for step in steps:
        if step.instruction.span:
            span = source.in_characters(step.instruction.span)
            spans.setdefault(span, ([], []))[1].append(step)
    for span in sorted(spans, key=lambda one: (one[:2], -one.end_line, -one.end_col)):
        texts, made = spans[span]
        yield Piece(span, source.segment(span), tuple(texts), tuple(made))
