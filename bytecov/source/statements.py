"""Lines as coverage.py counts them: which have code, and which statement each belongs to.

From the text and what the running interpreter compiles it to, so "has code" can differ between
Python versions, as it does in coverage.py.
"""

import ast
import token
import tokenize
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from io import StringIO
from types import CodeType

from bytecov.bytecode.nesting import walk
from bytecov.model.errors import DataError
from bytecov.source.parse import Source
from bytecov.source.truth import span_of

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True, eq=False)
class Statements:
    """The lines of one source."""

    source: Source

    @cached_property
    def text(self) -> str:
        """What patterns are matched against: no form feeds, a newline at the end."""
        text = self.source.text.replace("\f", " ")
        return text if not text or text.endswith("\n") else text + "\n"

    @cached_property
    def tokens(self) -> tuple[tokenize.TokenInfo, ...]:
        """Empty where the tokenizer fails on what the parser took."""
        try:
            return tuple(tokenize.generate_tokens(StringIO(self.text).readline))
        except (tokenize.TokenError, SyntaxError):
            return ()

    @cached_property
    def first_lines(self) -> dict[int, int]:
        """{line of a statement that spans several: the statement's first line}"""
        found: dict[int, int] = {}
        first = 0
        for kind, text, (start, _), (end, _), _ in self.tokens:
            if kind == token.NEWLINE:
                if end != first:
                    found.update(dict.fromkeys(range(first, end + 1), first))
                first = 0
            if not first and kind != token.COMMENT and text.strip():
                first = start
        return found

    def first_line(self, line: int) -> int:
        """The first line of the statement that `line` belongs to."""
        return self.first_lines.get(line, line)

    def first_of(self, lines: Iterable[int]) -> frozenset[int]:
        return frozenset(self.first_line(line) for line in lines)

    @cached_property
    def with_code(self) -> frozenset[int]:
        """Lines that some instruction has; lazily evaluated annotations (3.14+) do not count."""
        if not any(found.string.strip() for found in self.tokens):
            return frozenset()
        codes = (code for code in walk(self.code) if code.co_name != "__annotate__")
        return frozenset(line for code in codes for _, _, line in code.co_lines() if line)

    @cached_property
    def code(self) -> CodeType:
        """What this Python compiles it to; DataError where it cannot."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return compile(self.source.text, self.source.path, "exec", dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise DataError(f"{self.source.path} cannot be compiled: {error}") from error

    @cached_property
    def docstrings(self) -> frozenset[int]:
        """Lines of the docstrings of the module, its classes and functions."""
        return frozenset(
            line
            for node in (self.source.tree, *self.definitions)
            if node.body and _is_text(node.body[0])
            for line in range(node.body[0].lineno, span_of(node.body[0]).end_line + 1)
        )

    @cached_property
    def definitions(self) -> tuple[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, ...]:
        """Functions and classes, outer before inner."""
        return tuple(node for node in self.nodes if isinstance(node, DEFINITIONS))

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Statements, except clauses and cases, each before what it contains."""
        return tuple(_statements(self.source.tree))


@lru_cache(maxsize=4)
def statements(source: Source) -> Statements:
    """The statements of a source; what asks soon after shares the tokens."""
    return Statements(source)


def _statements(tree: ast.Module) -> Iterator[ast.AST]:
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if node is not tree:
            yield node
        for name in ("body", "orelse", "finalbody", "handlers", "cases"):
            waiting.extend(reversed(getattr(node, name, [])))


def _is_text(node: ast.stmt) -> bool:
    """A string alone, as docstrings are."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )
