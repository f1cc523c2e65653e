"""What the pages say: plain values made from results, ready for the templates.

The page of a file and the index are made from the same `FilePage`; how it looks is in
`templates/` and `static/`.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from bytecov.model.result import FileResult, Results, Status, Tally
from bytecov.report.html.lines import Line, Statuses, render_lines, split
from bytecov.report.html.marks import Mark, marks
from bytecov.report.numbers import LEVEL_NAMES, percent_text, tally_of
from bytecov.report.sentences import Missing, never_happened


@dataclass(frozen=True)
class Level:
    """One coverage level of a file or of everything, as it is shown."""

    name: str
    tally: Tally

    @property
    def known(self) -> int:
        """What can be known to be covered or missed."""
        return self.tally.covered + self.tally.missed

    @property
    def width(self) -> str:
        """Of the bar, in hundredths."""
        return f"{self.tally.percent:.2f}"

    @property
    def percent(self) -> str:
        return percent_text(self.tally) if self.known else "–"

    @property
    def sort_key(self) -> str:
        return self.width if self.known else "101"


def levels(of: FileResult | Results) -> list[Level]:
    """Line, branch and condition."""
    return [
        Level(LEVEL_NAMES[level].capitalize(), tally_of(of, level))
        for level in ("line", "branch", "condition")
    ]


class Gap:
    """One sentence, where it is, and its link."""

    def __init__(self, mark: Mark, sentence: Missing) -> None:
        self.line = mark.span.line
        self.function = mark.function
        self.anchor = mark.anchor
        self.sentence = sentence


class FilePage:
    """One file: its counts, its gaps, its lines."""

    def __init__(self, file: FileResult) -> None:
        self.file = file
        self.path = file.path
        self.name = page_name(file.path)
        self.levels = levels(file)

    @cached_property
    def source_lines(self) -> list[str]:
        return split(self.file.source)

    @cached_property
    def marks(self) -> list[Mark]:
        return marks(self.file, self.source_lines)

    @cached_property
    def gaps(self) -> list[Gap]:
        return [Gap(mark, sentence) for mark in self.marks for sentence in mark.sentences]

    @property
    def lines(self) -> Iterator[Line]:
        return render_lines(self.file, self.source_lines, self.marks)

    @property
    def gaps_by_function(self) -> list[tuple[str, list[Gap]]]:
        """In source order; a function that another interrupts comes again."""
        return [(name, list(gaps)) for name, gaps in groupby(self.gaps, lambda gap: gap.function)]

    @cached_property
    def never(self) -> int:
        """Outcomes that never happened."""
        return len(never_happened(self.file))

    @cached_property
    def hidden(self) -> int:
        """Those of them on lines that count as covered: what line coverage hides."""
        statuses = Statuses(self.file.lines)
        return sum(
            statuses.of_statement(key.span.line) == "c" for key in never_happened(self.file)
        )

    @cached_property
    def undetermined(self) -> int:
        return sum(mark.count(Status.UNDETERMINED) for mark in self.marks)

    @property
    def complete(self) -> bool:
        """Nothing to do here."""
        return not (self.never or self.file.lines.missed or self.file.problem or self.in_doubt)

    @property
    def in_doubt(self) -> int:
        return self.file.unexplained + self.file.contradictions


class Summary:
    """The front page: all files together."""

    def __init__(self, results: Results, pages: list[FilePage]) -> None:
        self.pages = pages
        self.levels = levels(results)
        self.engines = results.engines
        self.pythons = results.pythons
        self.never = sum(page.never for page in pages)
        self.hidden = sum(page.hidden for page in pages)
        self.undetermined = sum(page.undetermined for page in pages)
        self.unexplained = sum(page.file.unexplained for page in pages)
        self.contradictions = sum(page.file.contradictions for page in pages)
        self.problems = sum(page.file.problem is not None for page in pages)

    @property
    def deceived(self) -> int:
        """Files that line coverage calls complete and that are not."""
        return sum(1 for page in self.pages if page.never and page.file.lines.tally.percent == 100)


def page_name(path: str) -> str:
    """A file name for a page: readable, plain ASCII, different for different paths even where
    case does not count, and the same every time."""
    digest = hashlib.sha256(path.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    last = re.split(r"[/\\]", path)[-1]
    readable = re.sub(r"[^A-Za-z0-9_]+", "-", last)[:60].strip("-")
    return f"{readable}-{digest}.html" if readable else f"{digest}.html"
