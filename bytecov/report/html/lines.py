"""Source lines to HTML: atomic pieces with syntax class, underlines in lanes, and ticks.

All text is escaped here, and nowhere twice; what is returned is `Markup`.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from markupsafe import Markup

from bytecov.model.result import FileResult, LinesResult, Status
from bytecov.report.html.highlight import highlight
from bytecov.report.html.marks import Mark
from bytecov.report.html.ranges import Range, cut, on_lines, stack
from bytecov.report.html.visible import HIDDEN, RIGHT_TO_LEFT, long_name, short_name
from bytecov.report.sentences import Missing

LANES = 5  # deeper nesting shares the last lane
DEEPEST = 32  # columns of indentation that a wrapped line keeps
LONG = 4_000  # characters; a longer line gets its own scroll box
WIDEST_INDENT = 96  # columns; sentences about what stands further right stay here

STATUS_LETTER = {
    Status.COVERED: "c",
    Status.MISSED: "m",
    Status.UNDETERMINED: "u",
    Status.EXCLUDED: "x",
}


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence below a line, as far in as the mark it speaks of."""

    indent: str
    mark: Mark
    sentence: Missing


@dataclass(frozen=True, slots=True)
class Line:
    """`status` is a letter of the style sheet: c, m, x, p for partly, or nothing for no code."""

    number: int
    status: str
    words: str  # the status for those who do not see it
    code: Markup
    indent: int  # columns, for wrapped lines
    lanes: int
    long: bool
    notes: tuple[Note, ...]

    @property
    def classes(self) -> str:
        indent = f" i{self.indent}" if self.indent else ""
        lanes = f" n{self.lanes}" if self.lanes else ""
        return f"src{indent}{lanes}{' long' if self.long else ''}"


@dataclass(frozen=True, slots=True)
class _Underline:
    """A mark's part on one line."""

    mark: Mark
    number: int
    first: bool  # the ticks stand here


def split(source: str) -> list[str]:
    """The lines that spans count: only \\n ends one, not form feeds or U+2028."""
    lines = source.split("\n")
    if lines[-1] == "":
        lines.pop()
    return lines


def render_lines(file: FileResult, lines: list[str], marks: Sequence[Mark]) -> Iterator[Line]:
    """Every line of the file, in order."""
    underlines: dict[int, list[Range[_Underline]]] = defaultdict(list)
    notes: dict[int, list[Note]] = defaultdict(list)
    for index, mark in enumerate(marks):
        at, column = min(max(mark.span.line, 1), len(lines)), mark.span.col
        for order, (number, place) in enumerate(on_lines(mark.span, lines)):
            if order == 0:
                at, column = number, place.start
            underline = _Underline(mark, index, order == 0)
            underlines[number].append(Range(place.start, place.end, underline))
        for sentence in mark.sentences:
            notes[at].append(Note(_indent(lines, at, column), mark, sentence))
    colours = highlight(file.source, lines)
    statuses = Statuses(file.lines)
    for number, text in enumerate(lines, 1):
        here = underlines.get(number, [])
        lanes = stack(here, {each.value: each.value.mark.room for each in here})
        status = statuses.own.get(number, "")
        missed = any(each.value.mark.status is Status.MISSED for each in here)
        if missed and statuses.of_statement(number) == "c":
            status = "p"
        yield Line(
            number,
            status,
            _WORDS[status],
            render_line(text, colours[number - 1], here, lanes),
            min(len(text) - len(text.lstrip(" ")), DEEPEST),
            min(max(lanes.values(), default=-1) + 1, LANES),
            len(text) > LONG,
            tuple(notes.get(number, ())),
        )


_WORDS = {
    "": "",
    "c": "",  # as lines should be
    "p": "partly covered",
    "m": "missed",
    "x": "excluded",
}


class Statuses:
    """Line coverage by line number, as the letters of `Line.status`."""

    def __init__(self, lines: LinesResult) -> None:
        self.own = {
            **dict.fromkeys(lines.covered, "c"),
            **dict.fromkeys(lines.missed, "m"),
            **dict.fromkeys(lines.excluded, "x"),
        }
        self._first_lines = sorted(self.own)

    def of_statement(self, number: int) -> str:
        """Of the statement that a line belongs to: only its first line counts as a line."""
        before = bisect_right(self._first_lines, number)
        return self.own[self._first_lines[before - 1]] if before else ""


def _indent(lines: Sequence[str], number: int, column: int) -> str:
    """As wide as what stands before the column: tabs stay tabs."""
    before = lines[number - 1][: min(column, WIDEST_INDENT)] if lines else ""
    return "".join(char if char == "\t" else " " for char in before)


def render_line(
    text: str,
    colours: Sequence[Range[str]],
    underlines: Sequence[Range[_Underline]],
    lanes: dict[_Underline, int],
) -> Markup:
    """One line of code as elements side by side, none inside another."""
    # Plain strings here: this runs for every token, and Markup would escape the markup again.
    if not underlines and text.isascii() and text.isprintable():
        return Markup("".join(_coloured(text, colours)))
    hidden = [Range(found.start(), found.end(), None) for found in HIDDEN.finditer(text)]
    ranges = [
        Range[str | _Underline | None](start, end, value)
        for start, end, value in (*colours, *hidden, *underlines)
    ]
    ticks: dict[int, list[_Underline]] = defaultdict(list)
    for each in underlines:
        if each.value.first:
            ticks[each.start].append(each.value)
    out = []
    for piece in cut(len(text), ranges):
        over = [value for value in piece.values if isinstance(value, _Underline)]
        shown = text[piece.start : piece.end]
        classes = [_underline_class(value, lanes[value]) for value in over]
        classes += [value for value in piece.values if isinstance(value, str)]
        content = "".join(_ticks(value, lanes[value]) for value in ticks.get(piece.start, ()))
        if None in piece.values:
            content += _hidden(shown)
        elif RIGHT_TO_LEFT.search(shown):
            content += f"<bdi>{escape(shown)}</bdi>"
        else:
            content += escape(shown)
        if over:
            owner = min(over, key=lambda value: lanes[value])
            names = " ".join(["u", *classes])
            content = f'<span class="{names}" data-g="{owner.number}">{content}</span>'
        elif classes:
            content = f'<span class="{" ".join(classes)}">{content}</span>'
        out.append(content)
    return Markup("".join(out))


def _coloured(text: str, colours: Sequence[Range[str]]) -> Iterator[str]:
    """A line with nothing but syntax colours, as most are."""
    at = 0
    for start, end, name in colours:
        yield escape(text[at:start])
        yield f'<span class="{name}">{escape(text[start:end])}</span>'
        at = end
    yield escape(text[at:])


def _underline_class(underline: _Underline, lane: int) -> str:
    return f"u{min(lane, LANES - 1)}{STATUS_LETTER[underline.mark.status]}"


def _hidden(character: str) -> str:
    name = f'data-char="{ord(character):x}" title="{escape(long_name(character))}"'
    return f'<b class="ctl" {name}>{escape(short_name(character))}</b>'


def _ticks(underline: _Underline, lane: int) -> str:
    """An empty element: the style sheet writes the letters, in the shape of their status."""
    mark = underline.mark
    classes, letters = ["tk", f"l{min(lane, LANES - 1)}"], ""
    if len(mark.ticks) == 1:
        classes.append("one")
    for (place, usual), tick in zip((("a", "T"), ("b", "F")), mark.ticks, strict=False):
        classes.append(place + STATUS_LETTER[tick.status])
        if tick.letter != usual:
            letters += f' data-{place}="{escape(tick.letter)}"'
    return (
        f'<i class="{" ".join(classes)}" id="{escape(mark.anchor)}" data-g="{underline.number}"'
        f'{letters} role="img" tabindex="-1" aria-label="{escape(mark.label)}"></i>'
    )
