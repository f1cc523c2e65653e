"""Text to tokens."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from calc.errors import ExpressionError

TOKEN = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<number>\d+(?:\.\d*)?)"
    r"|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<operator>[-+*/%^(),])"
)


class Token(NamedTuple):
    """One word of an expression; `kind` is the name of a group of TOKEN, or "end"."""

    kind: str
    text: str
    column: int


def tokens(text: str) -> Iterator[Token]:
    """The tokens of `text`, spaces left out, and a last one of kind "end"."""
    position = 0
    while (found := TOKEN.match(text, position)) is not None:  #! found: TF
        if (kind := str(found.lastgroup)) != "space":  #! kind: TF
            yield Token(kind, found[0], position)
        position = found.end()
    if position < len(text):  #! position <: TF
        raise ExpressionError(f"cannot read {text[position]!r}", position)
    yield Token("end", "", position)
