"""Percentages and counts as every report shows them."""

from bytecov.model.result import FileResult, Results, Tally, Totals
from bytecov.report.sentences import never_happened

LEVEL_NAMES = {
    "line": "lines",
    "branch": "branches",
    "condition": "conditions",
    "mcdc": "MC/DC",
}


def tally_of(results: Results | Totals | FileResult, level: str) -> Tally:
    """The tally of one level, of a file or of everything."""
    match level:
        case "line":
            return results.lines.tally if isinstance(results, FileResult) else results.lines
        case "branch":
            return results.branch
        case "condition":
            return results.condition
        case "mcdc":
            return results.mcdc
        case _:
            raise ValueError(level)


def shown_levels(level: str) -> tuple[str, ...]:
    """The levels to show side by side: MC/DC only where it was asked for."""
    return ("line", "branch", "condition", *(("mcdc",) if level == "mcdc" else ()))


def percent_text(tally: Tally, precision: int = 0) -> str:
    """The percentage, rounded but never to 0 or to 100 from what is neither."""
    percent, step = tally.percent, 10.0**-precision
    rounded = round(percent, precision)
    if percent < 100 and rounded >= 100:
        rounded = 100 - step
    elif percent > 0 and rounded <= 0:
        rounded = step
    return f"{rounded:.{precision}f}"


def counted(count: int, one: str, many: str = "") -> str:
    """`1 outcome`, `2 outcomes`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def headline(results: Results, level: str, precision: int = 0) -> str:
    """What lines hide, in one sentence."""
    shown = ", ".join(
        f"{LEVEL_NAMES[one]} {percent_text(tally_of(results, one), precision)} %"
        for one in shown_levels(level)
    )
    missed = tally_of(results, level).missed
    if level == "condition":
        missed = sum(len(never_happened(file)) for file in results.files)
    things = "line" if level == "line" else "outcome"
    if not results.files:
        return "nothing was measured"
    if not missed:
        return f"{shown}: nothing is missing"
    if level == "mcdc":
        return f"{shown}: {counted(missed, 'condition')} never shown to decide alone"
    return f"{shown}: {counted(missed, things)} never {'ran' if level == 'line' else 'happened'}"


def grouped(numbers: tuple[int, ...]) -> list[tuple[int, int]]:
    """Neighbouring numbers as (first, last), in ascending order."""
    parts: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if parts and number == parts[-1][1] + 1:
            parts[-1] = (parts[-1][0], number)
        else:
            parts.append((number, number))
    return parts


def ranges(numbers: tuple[int, ...]) -> str:
    """Line numbers with neighbours joined: `3, 7-9`."""
    return ", ".join(
        f"{first}-{last}" if last > first else str(first) for first, last in grouped(numbers)
    )
