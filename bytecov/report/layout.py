"""The table of all text reports: which files, in which order, with which cells."""

from dataclasses import dataclass

from bytecov.model.result import FileResult, Results
from bytecov.report.numbers import percent_text, shown_levels, tally_of

HEADINGS = {"line": "Lines", "branch": "Branch", "condition": "Cond", "mcdc": "MC/DC"}


@dataclass(frozen=True)
class Look:
    """How the user wants to see results; the names are those of the settings."""

    level: str = "condition"
    missing: bool = True
    skip_covered: bool = False
    skip_empty: bool = False
    precision: int = 0
    sort: str = "name"


def columns(look: Look) -> tuple[str, ...]:
    """What stands above the table."""
    return ("Name", *(word for one in shown_levels(look.level) for word in (HEADINGS[one], "Miss")))


def cells(results: Results | FileResult, name: str, look: Look) -> tuple[str, ...]:
    """One line of the table: percentage and number of misses for each level."""
    row = [name]
    for level in shown_levels(look.level):
        tally = tally_of(results, level)
        row += [f"{percent_text(tally, look.precision)}%", f"{tally.missed:,}"]
    return tuple(row)


def listed(results: Results, look: Look) -> tuple[list[FileResult], str]:
    """The files to show in their order, and a remark on those left out."""
    files = [file for file in results.files if not file.problem]
    shown = [
        file
        for file in files
        if not (look.skip_covered and not _misses(file, look.level))
        and not (look.skip_empty and not _has_code(file))
    ]
    shown.sort(key=lambda file: _sort_key(file, look))
    if look.sort.startswith("-"):
        shown.reverse()
    left = len(files) - len(shown)
    if not left:
        return shown, ""
    what = " or ".join(
        word
        for word, on in (("without a miss", look.skip_covered), ("without code", look.skip_empty))
        if on
    )
    return shown, f"{left} {'file' if left == 1 else 'files'} {what} not shown"


def _has_code(file: FileResult) -> bool:
    return bool(file.lines.tally.total)


def _misses(file: FileResult, level: str) -> int:
    return sum(tally_of(file, one).missed for one in shown_levels(level))


def _sort_key(file: FileResult, look: Look) -> tuple[float, str]:
    match look.sort.lstrip("-"):
        case "lines":
            return file.lines.tally.percent, file.path
        case "branch":
            return file.branch.percent, file.path
        case "condition":
            return file.condition.percent, file.path
        case "missed":
            return _misses(file, look.level), file.path
        case _:
            return 0.0, file.path
