"""An outcome in the place of a line number.

coverage.py writes the destination of an arc with `str` and `format`; an int whose `str` is words
passes for one everywhere.
"""

from collections.abc import Callable
from html import escape

from bytecov.api.lines import LineOutcome


class Way(int):
    """A way out of a line that leads to no other line.

    The number says where the outcome is, for JSON: 9, four digits of the column, two of its
    rank on the line (90021 04: at column 21, the fifth).
    """

    words: str  # instead of the number
    sentence: str  # what is missing, for a tooltip
    name: str  # of the branch

    def __str__(self) -> str:
        return self.words

    __repr__ = int.__repr__


def way(outcome: LineOutcome, rank: int, form: str, merged: bool) -> Way:
    """The way of an outcome in one of coverage.py's formats.  Where each counts (`merged`), what
    was never evaluated is two of them."""
    made = Way(9_000_000 + min(outcome.span.col, 9999) * 100 + min(rank, 99))
    said = f"never {outcome.key.outcome}" if merged else outcome.said
    brief = _plain(f"{outcome.subject} {said}")
    made.words = f"[{_ESCAPES.get(form, str)(brief)}]"
    made.sentence = escape(_plain(outcome.sentence)) if form == "html" else outcome.sentence
    made.name = _without_commas(_plain(f"{outcome.subject} {outcome.key.outcome}"))
    return made


def join_for_html(ways: list[int], describe: Callable[[int], str], line: int) -> Way:
    """One way that stands for several: coverage.py's pages have room for one at each line.
    `describe` finds words for a way of coverage.py's own."""
    made = Way(max(ways))
    parts = [str(one) if one > 0 else "exit" for one in ways]
    made.words = f",&nbsp;&nbsp; {line}&#x202F;&#x219B;&#x202F;".join(parts)
    said = [one.sentence if isinstance(one, Way) else describe(one) for one in ways]
    made.sentence = f"line {line}: " + "; ".join(said)
    made.name = ""
    return made


def _plain(text: str) -> str:
    """Without control characters, which XML and terminals cannot take."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def _without_commas(text: str) -> str:
    """Commas separate fields (LCOV) or destinations (XML)."""
    return text.replace(",", ";")


_ESCAPES: dict[str, Callable[[str], str]] = {"html": escape, "xml": _without_commas}
