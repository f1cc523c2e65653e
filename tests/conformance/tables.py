"""Results as rows of markdown, and docs/vm-conformance.md, which keeps them."""

import subprocess
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tests.conformance.runs import ROOT, Run, differences

DOCUMENT = ROOT / "docs" / "vm-conformance.md"
HEAD = [
    "| suite | tests | plain Python | the VM | differ | contradictions | seconds |"
    " VM seconds | × | measured |",
    "|---|--:|---|---|--:|--:|--:|--:|--:|---|",
]
TOTAL = "**all**"


class Row(NamedTuple):
    """One suite on one Python."""

    name: str
    tests: int
    native: str
    other: str
    differ: int
    contradictions: int
    seconds: float
    other_seconds: float
    measured: str = ""  # date and commit

    def line(self) -> str:
        ratio = self.other_seconds / self.seconds if self.seconds > 0 else 0
        cells = [
            self.name,
            str(self.tests),
            self.native,
            "the same" if self.other == self.native else self.other,
            str(self.differ),
            str(self.contradictions),
            f"{self.seconds:.2f}",
            f"{self.other_seconds:.2f}",
            f"{ratio:.1f}",
            self.measured,
        ]
        return f"| {' | '.join(cells)} |"


def row(name: str, native: Run, other: Run) -> Row:
    return Row(
        name,
        len(native.outcomes),
        native.summary(),
        other.summary(),
        len(differences(native, other)) + bool(other.trouble and not native.trouble),
        other.contradictions,
        native.seconds,
        other.seconds,
        stamp(),
    )


@cache
def stamp() -> str:
    """Today and the commit, with + if there are changes."""
    command = ["git", "-C", str(ROOT), "describe", "--always", "--exclude=*", "--dirty=+"]
    done = subprocess.run(command, capture_output=True, text=True)
    return f"{date.today()} {done.stdout.strip()}".strip()


def parse(line: str) -> Row | None:
    """A row as `line` wrote it; None for any other line."""
    cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
    width = len(Row._fields) + 1  # one is computed
    if not line.startswith("| ") or len(cells) != width or cells[0] in ("suite", TOTAL):
        return None
    name, tests, native, other, differ, contradictions, seconds, other_seconds, _, measured = cells
    other = native if other == "the same" else other
    counts = int(differ), int(contradictions)
    times = float(seconds), float(other_seconds)
    return Row(name, int(tests), native, other, *counts, *times, measured)


def table(rows: list[Row]) -> list[str]:
    """Markdown, with the sums last."""
    whole = Row(
        TOTAL,
        sum(each.tests for each in rows),
        "",
        "",
        sum(each.differ for each in rows),
        sum(each.contradictions for each in rows),
        sum(each.seconds for each in rows),
        sum(each.other_seconds for each in rows),
    )
    return [*HEAD, *(each.line() for each in rows), whole.line().replace("the same", "")]


def keep(title: str, rows: list[Row]) -> None:
    """Put rows under the heading `title` of the document, in the place of older ones of the
    same suites."""
    lines = DOCUMENT.read_text("utf-8").splitlines() if DOCUMENT.exists() else []
    heading = f"### {title}"
    if heading not in lines:
        lines += ["", heading, ""]
    start = lines.index(heading) + 1
    end = next((at for at in range(start, len(lines)) if lines[at].startswith("#")), len(lines))
    known = {each.name: each for each in map(parse, lines[start:end]) if each is not None}
    known.update({each.name: each for each in rows})
    lines[start:end] = ["", *table(sorted(known.values())), ""]
    Path(DOCUMENT).write_text("\n".join(lines).rstrip() + "\n", "utf-8")
