"""Syntax colours: Pygments' tokens as ranges of each line, in a few calm classes."""

from collections.abc import Iterator

from pygments.lexers.python import PythonLexer
from pygments.token import Token, _TokenType

from bytecov.report.html.ranges import Range

LONGEST_LINE = 20_000  # characters; beyond, the lexer's regular expressions get slow

CLASSES = (
    # the first that contains the token's type wins
    (Token.Comment, "sc"),
    (Token.Literal.String.Doc, "sd"),
    (Token.Literal.String.Interpol, "si"),
    (Token.Literal.String, "ss"),
    (Token.Literal.Number, "sn"),
    (Token.Keyword.Constant, "sn"),
    (Token.Keyword, "sk"),
    (Token.Operator.Word, "sk"),
    (Token.Name.Function, "sf"),
    (Token.Name.Class, "sf"),
    (Token.Name.Decorator, "sb"),
    (Token.Name.Builtin, "sb"),
    (Token.Name.Exception, "sb"),
)


def highlight(source: str, lines: list[str]) -> list[list[Range[str]]]:
    """For each line the ranges that have a syntax class, in order."""
    ranges: list[list[Range[str]]] = [[] for _ in lines]
    if any(len(line) > LONGEST_LINE for line in lines):
        return ranges
    line, column = 0, 0
    for kind, text in _tokens(source):
        name = _class_of(kind)
        first, *rest = text.split("\n")
        for number, part in enumerate((first, *rest)):
            if number:
                line, column = line + 1, 0
            if name and part and line < len(lines):
                ranges[line].append(Range(column, column + len(part), name))
            column += len(part)
    return ranges


def _tokens(source: str) -> Iterator[tuple[_TokenType, str]]:
    # get_tokens() would strip a BOM and blank lines; this keeps every character in its place.
    for _, kind, text in PythonLexer().get_tokens_unprocessed(source):
        yield kind, text


_known: dict[_TokenType, str | None] = {}


def _class_of(kind: _TokenType) -> str | None:
    if kind not in _known:
        _known[kind] = next((name for parent, name in CLASSES if kind in parent), None)
    return _known[kind]
