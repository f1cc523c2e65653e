"""The lines of a source, and the status of each as the letter of the style sheet."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from bytecov.model.result import FileResult, LinesResult, Status
from bytecov.report.html.marks import Mark


def split(source: str) -> list[str]:
    """The lines that spans count: only \\n ends one, not form feeds or U+2028."""
    lines = source.split("\n")
    if lines[-1] == "":
        lines.pop()
    return lines


def line_statuses(file: FileResult, lines: Sequence[str], marks: Sequence[Mark]) -> Iterator[str]:
    """For each line c covered, m missed, x excluded, p covered with something missing in it, or
    nothing for no code."""
    statuses = Statuses(file.lines)
    partly = {
        line
        for mark in marks
        if mark.status is Status.MISSED
        for line in range(mark.span.line, mark.span.end_line + 1)
        if statuses.of_statement(line) == "c"
    }
    for number in range(1, len(lines) + 1):
        yield "p" if number in partly else statuses.own.get(number, "")


class Statuses:
    """Line coverage by line number."""

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
