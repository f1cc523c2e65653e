"""What another tool's reports are told of a file: its outcomes, by line."""

from collections.abc import Iterable
from typing import NamedTuple

from bytecov.api.facts import Fact, decode
from bytecov.model.errors import DataError
from bytecov.model.result import FileResult, Tally
from bytecov.report.brief import LineOutcome, line_outcomes
from bytecov.report.numbers import percent_text
from bytecov.results.laying import Covered
from bytecov.results.tally import file_result
from bytecov.source.exclusion import exclusions
from bytecov.source.parse import read_source
from bytecov.source.statements import Statements

__all__ = ["FileOutcomes", "LineOutcome", "conditions_percent", "file_outcomes"]


class FileOutcomes(NamedTuple):
    """One file."""

    result: FileResult
    outcomes: list[LineOutcome]


def file_outcomes(
    path: str, facts: Iterable[Fact], ran: bool, exclude: Iterable[str], partial: Iterable[str]
) -> FileOutcomes | None:
    """The outcomes of a file as it is now; None where nothing can be said of it.

    `facts` are numbers of `api/facts.py` among others; `ran`: whether any line of it did, by
    the other tool.  `exclude` and `partial` are coverage.py's regular expressions.
    """
    try:
        source = read_source(path)
        covered = decode(facts, source)
        if covered is None and ran:
            return None  # imported before anything was recorded, or changed since
        excluded = exclusions(Statements(source), exclude, partial)
        result = file_result(source, path, covered or Covered(), excluded)
    except DataError:
        return None
    return FileOutcomes(result, line_outcomes(result, source))


def conditions_percent(files: Iterable[FileOutcomes]) -> str:
    """How much of their conditions is covered, in the number that `bytecov report` shows."""
    return percent_text(sum((one.result.condition for one in files), Tally()))
