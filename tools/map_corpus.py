"""Map the standard library of every Python that is here, and installed packages.

    python tools/map_corpus.py [--packages FOLDER] [--no-columns] [PYTHON …]

Each interpreter compiles its own standard library, tests included, once more without columns where
that is asked for, and the packages of one folder (default: those of .venv); nothing is run.  The
table goes into docs/source-map.md.  Ends with status 1 if any branch is unexplained, any condition
not found, or any edge leads elsewhere.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from importlib.metadata import distributions
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "source-map.md"
BEGIN, END = "<!-- map-corpus: begin -->\n", "<!-- map-corpus: end -->\n"
PYTHONS = [f"python3.{minor}" for minor in range(11, 16)]
PLACES = """\
import os, sys, sysconfig
print(sys.version.split()[0])
print(os.path.realpath(sysconfig.get_path("stdlib")))
"""
HEAD = """\
| Python | sources | files | branches | artifacts | unexplained | not found | lead elsewhere |
|---|---|---|---|---|---|---|---|
"""


class Row(NamedTuple):
    python: str
    sources: str
    counts: tuple[int, ...]  # files, branches, artifacts, unexplained, not found, elsewhere

    def __str__(self) -> str:
        cells = [self.python, self.sources, *map("{:,}".format, self.counts)]
        return f"| {' | '.join(cells)} |"


def main(arguments: Sequence[str]) -> int:
    options = parser().parse_args(arguments)
    pythons = [python for python in options.pythons or PYTHONS if shutil.which(python)]
    if not pythons:
        print("map_corpus: no Python 3.11 to 3.15 found", file=sys.stderr)
        return 1
    found = []
    for row in rows(pythons, options.packages, options.no_columns):
        print(row, flush=True)
        found.append(row)
    write(found)
    return int(any(any(row.counts[3:]) for row in found))


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    made.add_argument("pythons", nargs="*", metavar="PYTHON")
    made.add_argument("--packages", type=Path, help="a site-packages folder")
    made.add_argument("--no-columns", action="store_true", help="-X no_debug_ranges, too")
    return made


def rows(pythons: Sequence[str], packages: Path | None, no_columns: bool) -> Iterator[Row]:
    """All rows of the table; cases that are not 0 are printed."""
    if packages is None:
        packages = next(ROOT.glob(".venv/lib/python*/site-packages"), None)
    for python in pythons:
        done = subprocess.run([python, "-c", PLACES], capture_output=True, text=True, check=True)
        version, library = done.stdout.splitlines()
        yield Row(version, "standard library", counts([python], library))
        if no_columns:
            bare = [python, "-X", "no_debug_ranges"]
            yield Row(version, "the same without columns", counts(bare, library))
        if packages:
            names = {found.metadata["Name"] for found in distributions(path=[str(packages)])}
            yield Row(version, f"{len(names)} packages", counts([python], str(packages)))


def counts(python: Sequence[str], folder: str) -> tuple[int, ...]:
    """What `bytecov debug unexplained` counts in a folder, as `Row.counts`."""
    command = [*python, "-m", "bytecov", "debug", "unexplained", folder]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode not in (0, 1) or "lead elsewhere" not in done.stdout:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr}")
    if done.returncode:
        print(done.stdout)
    first, *lines = done.stdout.splitlines()
    words = ("unexplained branches", "outcomes not found", "edges that lead elsewhere")
    found = [number(line) for word in words for line in lines if line.endswith(word)]
    return (*map(number, re.findall(r"[\d,]*\d", first)), *found)


def number(text: str) -> int:
    """The number that a text starts with."""
    return int(text.split()[0].replace(",", ""))


def write(found: Sequence[Row], page: Path = PAGE) -> None:
    """Put the table in the place of the one before, with today's date."""
    table = f"{date.today():%Y-%m-%d}:\n\n{HEAD}" + "".join(f"{row}\n" for row in found)
    before, begin, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, end, behind = rest.partition(END)
    page.write_text(f"{before}{begin}{table}{end}{behind}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
