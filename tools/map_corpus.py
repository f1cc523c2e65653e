"""Map the standard library and the installed packages of every Python that is here.

    python tools/map_corpus.py [PYTHON …]

An interpreter compiles its own standard library, tests included, one of a virtual environment the
packages installed there; nothing is run.  The table goes into docs/source-map.md.  Ends with
status 1 if any branch is unexplained, any condition not found, or any edge leads elsewhere.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "source-map.md"
BEGIN, END = "<!-- map-corpus: begin -->\n", "<!-- map-corpus: end -->\n"
PYTHONS = [*(f"python3.{minor}" for minor in range(11, 16)), str(ROOT / ".venv/bin/python")]
PLACES = """\
import os, sys, sysconfig
from importlib.metadata import distributions
packages = sysconfig.get_path("purelib")
inside = {found.metadata["Name"] for found in distributions(path=[packages])}
is_base = sys.prefix == sys.base_prefix
print(sys.version.split()[0])
print("standard library" if is_base else f"{len(inside)} packages")
print(os.path.realpath(sysconfig.get_path("stdlib")) if is_base else packages)
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
        return " | ".join(["", self.python, self.sources, *map("{:,}".format, self.counts), ""])


def main(pythons: list[str]) -> int:
    rows = [mapped(python) for python in pythons if shutil.which(python)]
    if not rows:
        print("map_corpus: no Python 3.11 to 3.15 found", file=sys.stderr)
        return 1
    table = HEAD + "".join(str(row).strip(" ") + "\n" for row in rows)
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    PAGE.write_text(before + BEGIN + table + END + rest.partition(END)[2], encoding="utf-8")
    return int(any(any(row.counts[3:]) for row in rows))


def mapped(python: str) -> Row:
    """The row of one interpreter; cases that are not 0 are printed."""
    done = subprocess.run([python, "-c", PLACES], capture_output=True, text=True, check=True)
    version, sources, folder = done.stdout.splitlines()
    row = Row(version, sources, counts(python, folder))
    print(row, flush=True)
    return row


def counts(python: str, folder: str) -> tuple[int, ...]:
    command = [python, "-m", "bytecov", "debug", "unexplained", folder]
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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or PYTHONS))
