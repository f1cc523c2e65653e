"""Results as rows of markdown, and the documents that keep them."""

import subprocess
from datetime import date
from fcntl import LOCK_EX, flock
from functools import cache
from typing import NamedTuple

from tests.conformance.runs import ROOT, Run, differences

DOCUMENTS = {
    "vm": ROOT / "docs" / "vm-conformance.md",
    "native": ROOT / "docs" / "native-conformance.md",
}
CALLED = {"vm": "the VM", "native": "recorded"}
"""{engine: what its column is called}"""
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
    """Today and the commit, with + if the interpreter has changed since."""
    git = ["git", "-C", str(ROOT)]
    done = subprocess.run([*git, "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    changed = subprocess.run([*git, "diff", "--quiet", "HEAD", "--", "bytecov"]).returncode
    return f"{date.today()} {done.stdout.strip()}{'+' if changed else ''}".strip()


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


def head(engine: str) -> list[str]:
    """The first lines of a table."""
    name = CALLED[engine]
    return [
        f"| suite | tests | plain Python | {name} | differ | contradictions | seconds |"
        f" {name.removeprefix('the ')} seconds | × | measured |",
        "|---|--:|---|---|--:|--:|--:|--:|--:|---|",
    ]


def table(rows: list[Row], engine: str) -> list[str]:
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
    return [*head(engine), *(each.line() for each in rows), whole.line().replace("the same", "")]


def keep(title: str, made: Row, engine: str) -> None:
    """Put a row under the heading `title` of the document, in the place of an older one of the
    same suite.  Several programs may do this at the same time."""
    with DOCUMENTS[engine].open("r+", encoding="utf-8") as document:
        flock(document, LOCK_EX)
        lines = document.read().splitlines()
        if f"### {title}" not in lines:
            lines += ["", f"### {title}", ""]
        part = under(title, lines)
        known = {each.name: each for each in map(parse, lines[part]) if each is not None}
        known[made.name] = made
        lines[part] = ["", *table(sorted(known.values()), engine), ""]
        document.seek(0)
        document.write("\n".join(lines).rstrip() + "\n")
        document.truncate()


def measured(title: str, engine: str) -> set[str]:
    """The suites under the heading `title` whose rows are of today's commit."""
    lines = DOCUMENTS[engine].read_text("utf-8").splitlines()
    rows = map(parse, lines[under(title, lines)]) if f"### {title}" in lines else ()
    return {each.name for each in rows if each is not None and each.measured == stamp()}


def under(title: str, lines: list[str]) -> slice:
    """What stands between a heading and the next."""
    start = lines.index(f"### {title}") + 1
    end = next((at for at in range(start, len(lines)) if lines[at].startswith("#")), len(lines))
    return slice(start, end)
