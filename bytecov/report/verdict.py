"""Whether it is enough: `fail_under`, for one level or for several."""

from collections.abc import Iterable

from bytecov.model.result import Results, Tally, Totals
from bytecov.report.numbers import LEVEL_NAMES, percent_text, tally_of

THEIRS = "coverage"
"""The level of coverage.py's one percentage: lines, and branches from line to line."""


def shortfalls(
    results: Results | Totals, thresholds: Iterable[tuple[str, float]], precision: int = 0
) -> list[str]:
    """A sentence for each level that is under its percentage; none where all is well.

    `thresholds` are (level, percentage), the level empty for the one that is reported.  What is
    compared is what is shown: 89.996 at precision 2 is 90.00 and enough for 90.
    """
    found: list[str] = []
    for name, asked in thresholds:
        tally, what = _counted(results, name or results.level)
        shown = percent_text(tally, precision)
        if float(shown) < asked:
            found.append(f"{shown} % of {what} are covered, under the {asked:g} % asked for")
    return found


def _counted(results: Results | Totals, level: str) -> tuple[Tally, str]:
    if level == THEIRS:
        return results.lines + results.arcs, "lines and branches as coverage.py counts them"
    return tally_of(results, level), LEVEL_NAMES[level]
