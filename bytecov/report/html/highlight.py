"""Syntax colours: Pygments' tokens in a few calm classes, as runs over the whole text."""

from pygments.token import Token, _TokenType

from bytecov.report.html.lexer import Lexer

LONGEST_LINE = 20_000  # characters; beyond, the lexer's regular expressions get slow

CLASSES = (
    # the first that contains the token's type wins; a run names its class by its place, from 1
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
NAMES = tuple(dict.fromkeys(name for _, name in CLASSES))
"""The classes of the style sheet, in the order of their numbers."""


def highlight(source: str) -> list[tuple[int, int]]:
    """Runs of characters, one after the other: (how many, class), class 0 for none.

    What follows the last run has no class.  A token may run over several lines.
    """
    runs: list[tuple[int, int]] = []
    if any(len(line) > LONGEST_LINE for line in source.split("\n")):
        return runs
    length, last = 0, 0
    # get_tokens() would strip a BOM and blank lines; this keeps every character in its place.
    for _, kind, text in Lexer().get_tokens_unprocessed(source):
        found = _class_of(kind)
        if found != last:
            if length:
                runs.append((length, last))
            length, last = 0, found
        length += len(text)
    if last:
        runs.append((length, last))
    return runs


_known: dict[_TokenType, int] = {}


def _class_of(kind: _TokenType) -> int:
    if kind not in _known:
        name = next((name for parent, name in CLASSES if kind in parent), None)
        _known[kind] = NAMES.index(name) + 1 if name else 0
    return _known[kind]
