"""Runs the benchmark on every Python at hand and writes docs/performance.md.

    python bench/performance.py [--budget MINUTES] [--only-write] [3.13 …]

Each Python gets an environment of its own in ~/.cache/bytecov-bench, with the tools to compare.
Results stay beside them as JSON, one file per Python and part, and the page is written after each
part; `--only-write` writes it from what is there.  The budget is for all Pythons together: five
rounds are run in any case, more while it lasts.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.conformance.runs import find

HERE = Path(__file__).parent
ROOT = HERE.parent
PLACE = Path.home() / ".cache" / "bytecov-bench"
PAGE = ROOT / "docs" / "performance.md"
NEEDED = ["coverage==7.17.3", "slipcover==1.1.0", "pytest==9.2.0"]
VERSIONS = ["3.11", "3.12", "3.13", "3.14", "3.15"]
STEADY = 0.6  # of the time
BEGIN, END = "<!-- measured: bench/performance.py -->", "<!-- end -->"


def environment(version: str) -> Path | None:
    """The Python of a version's environment; what cannot be installed is not compared."""
    python = find(version)
    if python is None:
        return None
    folder = PLACE / version
    stamp = folder / "tools.txt"
    if not stamp.exists() or stamp.read_text() != "\n".join(NEEDED):
        shutil.rmtree(folder, ignore_errors=True)
        own = str(folder / "bin" / "python")
        pip = [own, "-m", "pip", "install", "-q"]
        if subprocess.run([python, "-m", "venv", str(folder)], capture_output=True).returncode:
            # Some Pythons are built without ensurepip; our own pip serves them.
            subprocess.run([python, "-m", "venv", "--clear", "--without-pip", folder], check=True)
            target = str(folder / "lib" / f"python{version}" / "site-packages")
            pip = [sys.executable, "-m", "pip", "install", "-q", "--only-binary=:all:"]
            pip += [f"--python-version={version}", f"--target={target}"]
        for each in NEEDED:
            subprocess.run([*pip, each], check=False)
        stamp.write_text("\n".join(NEEDED))
    return folder / "bin" / "python"


def measure(version: str, python: Path, seconds: float, rounds: int) -> None:
    """Run both parts on one Python.  A part that fails says so, and its old figures stay."""
    load = os.getloadavg()[0]
    for part, share, command in (
        ("steady", STEADY, [str(python), str(HERE / "steady.py")]),
        ("suites", 1 - STEADY, [sys.executable, str(HERE / "suites.py"), "--python", str(python)]),
    ):
        out = PLACE / f"{version}-{part}.json"
        new = out.with_suffix(".new")
        options = [f"--rounds={rounds}", f"--seconds={share * seconds:.0f}", f"--json={new}"]
        # A compiled module is part of every tool's steady state.
        inherited = {n: v for n, v in os.environ.items() if n != "PYTHONDONTWRITEBYTECODE"}
        if subprocess.run([*command, *options], env=inherited).returncode or not new.exists():
            print(f"Python {version}, {part}: could not be measured", file=sys.stderr)
            continue
        found = json.loads(new.read_text())
        new.unlink()
        facts = {"day": time.strftime("%Y-%m-%d"), "load": round(load, 1), "cpus": os.cpu_count()}
        out.write_text(json.dumps({**facts, "machine": platform.machine(), "found": found}))
        write()


def tables() -> Iterator[str]:
    """The page's measured part."""
    for version in VERSIONS:
        steady, suites = (_kept(version, part) for part in ("steady", "suites"))
        if steady:
            ratios = steady["found"]["ratios"]
            python = steady["found"]["python"]
            yield f"### Python {python}\n"
            yield _conditions(steady)
            yield from _table(ratios, "program")
            yield ""
        if suites:
            found = {name: dict(row) for name, row in suites["found"].items()}
            named = {
                f"{name}, {row.pop('plain'):.1f} s": row for name, row in sorted(found.items())
            }
            yield f"Suites from start to end on Python {version}. {_conditions(suites)}"
            yield from _rows(named, "suite")
            yield ""


def _kept(version: str, part: str) -> dict[str, Any] | None:
    path = PLACE / f"{version}-{part}.json"
    found: dict[str, Any] | None = json.loads(path.read_text()) if path.exists() else None
    return found


def _conditions(kept: dict[str, Any]) -> str:
    return (
        f"Measured {kept['day']} on {kept['cpus']} CPUs ({kept['machine']}) under a load of"
        f" {kept['load']}.\n"
    )


def _table(ratios: dict[str, dict[str, float]], what: str) -> Iterator[str]:
    tools = list(next(iter(ratios.values())))
    everywhere = {t: [row[t] for row in ratios.values() if t in row] for t in tools}
    yield from _rows(
        {
            **ratios,
            "**geometric mean**": {t: statistics.geometric_mean(r) for t, r in everywhere.items()},
            "**worst**": {t: max(r) for t, r in everywhere.items()},
        },
        what,
    )


def _rows(ratios: dict[str, dict[str, float]], what: str) -> Iterator[str]:
    tools = list(dict.fromkeys(tool for row in ratios.values() for tool in row))
    yield f"| {what} | {' | '.join(tools)} |"
    yield f"|---|{'--:|' * len(tools)}"
    for name, row in ratios.items():
        cells = (f"{row[tool]:.3f}" if tool in row else "-" for tool in tools)
        yield f"| {name.replace('_', ' ')} | {' | '.join(cells)} |"


def write() -> None:
    """Put the tables into the page."""
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    measured = "\n".join(tables()).strip()
    PAGE.write_text(f"{before}{BEGIN}\n\n{measured}\n\n{END}{after}", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--budget", type=float, default=25, metavar="MINUTES")
    parser.add_argument("--rounds", type=int, default=5, help="at least so many")
    parser.add_argument("--only-write", action="store_true")
    parser.add_argument("versions", nargs="*", default=VERSIONS)
    arguments = parser.parse_args()
    PLACE.mkdir(parents=True, exist_ok=True)
    if not arguments.only_write:
        there = {v: python for v in arguments.versions if (python := environment(v))}
        if missing := [version for version in arguments.versions if version not in there]:
            print(f"there is no Python {', '.join(missing)}", file=sys.stderr)
        end = time.monotonic() + 60 * arguments.budget
        for number, (version, python) in enumerate(there.items()):
            left = max(0.0, end - time.monotonic())
            measure(version, python, left / (len(there) - number), arguments.rounds)
    write()


if __name__ == "__main__":
    main()
