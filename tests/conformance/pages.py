"""Tables in the documentation that programs keep."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.conformance.runs import ROOT

PLUGINS = ROOT / "docs" / "plugins.md"


def keep(page: Path, program: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Put rows into the table of `program` between its marks; of rows with the same first two
    cells the new one stays."""
    begin, end = f"<!-- measured: {program} -->\n", "<!-- end -->\n"
    before, mark, rest = page.read_text("utf-8").partition(begin)
    table, _, after = rest.partition(end)
    if not mark:
        raise ValueError(f"{page} has no {begin.strip()}")
    old = (split(line) for line in table.splitlines()[2:])
    kept = {tuple(row[:2]): row for row in (*old, *map(list, rows)) if row}
    lines = [head, ["---"] * len(head), *(kept[key] for key in sorted(kept, key=_by_number))]
    made = "".join(f"| {' | '.join(row)} |\n" for row in lines)
    page.write_text(f"{before}{begin}{made}{end}{after}", "utf-8")


def split(line: str) -> list[str]:
    """The cells of a row; none of any other line."""
    return [cell.strip() for cell in line.strip().strip("|").split(" | ")] if "|" in line else []


def _by_number(key: Sequence[str]) -> list[list[tuple[bool, int | str]]]:
    """7.9 before 7.10."""
    return [
        [(part.isdecimal(), int(part) if part.isdecimal() else part) for part in cell.split(".")]
        for cell in key
    ]
