"""Syntax colours: Pygments' tokens in a few calm classes, as runs over the whole text."""

import re
from collections.abc import Iterator

from pygments.lexer import inherit, words
from pygments.lexers.python import PythonLexer
from pygments.token import Text, Token, _TokenType

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
    for kind, text in _tokens(source):
        found = _class_of(kind)
        if found != last:
            if length:
                runs.append((length, last))
            length, last = 0, found
        length += len(text)
    if last:
        runs.append((length, last))
    return runs


def _special() -> str:
    """A pattern for every word that Pygments gives a class of ours."""
    found = {"def", "class", "from", "import", "lazy", "match", "case", "self", "cls"}
    found |= {"Ellipsis", "NotImplemented", "in", "is", "and", "or", "not", "async"}
    for state in ("keywords", "expr-keywords", "builtins", "magicfuncs"):
        for rule in PythonLexer.tokens[state]:
            if isinstance(rule, tuple) and isinstance(rule[0], words):
                found |= {word.split()[0] for word in rule[0].words}
    return "|".join(sorted(map(re.escape, found)))


# Pygments tries some 30 patterns for each name; what has no class is taken in one gulp first,
# which makes it three times as fast.  Not at a line's start, where patterns look for `^`.
_NAME = rf"(?!(?:{_special()})\b)[A-Za-z_][A-Za-z0-9_]*+(?![\"']|[^\x00-\x7f])"
_SIGN = r"[-~+/*%=<>&^|\]{}:(),;\[]|!=|\.(?!\d)"


class _Lexer(PythonLexer):  # type: ignore[misc]  # Pygments ships no types
    tokens = {"root": [(rf"(?:{_NAME}|{_SIGN})(?: +|{_NAME}|{_SIGN})*", Text), inherit]}  # noqa: RUF012


def _tokens(source: str) -> Iterator[tuple[_TokenType, str]]:
    # get_tokens() would strip a BOM and blank lines; this keeps every character in its place.
    for _, kind, text in _Lexer().get_tokens_unprocessed(source):
        yield kind, text


_known: dict[_TokenType, int] = {}


def _class_of(kind: _TokenType) -> int:
    if kind not in _known:
        name = next((name for parent, name in CLASSES if kind in parent), None)
        _known[kind] = NAMES.index(name) + 1 if name else 0
    return _known[kind]
