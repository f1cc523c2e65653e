"""The coverage.py plugin on every Python, in every driver, with the oldest and newest coverage.py.

    python -m tests.conformance.plugin_matrix [--python 3.13 …] [--coverage 7.12 …] [--write]

Each combination measures the project of tests/plugins/project.py, with bytecov installed from a
wheel; all must say the same.  One environment for each Python stays in ~/.cache/bytecov-matrix;
versions of coverage.py are put in front of it.  `make matrix` runs all; --write keeps the table of
docs/plugins.md.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.conformance.environments import Environment, call
from tests.conformance.pages import PLUGINS, keep
from tests.conformance.runs import CACHE, ROOT, pythons, version
from tests.plugins.project import PLUGIN_ALONE, RULES_SAID, make_project

PLACE = CACHE / "bytecov-matrix"
NEEDED = ("pytest", "pytest-cov", "pytest-xdist", "jinja2", "pygments", "rich")
COVERAGES = ("7.10", "newest")
COV = ("--cov", "--cov-branch", "--cov-report=")
DRIVERS = {
    "`coverage run`": ("coverage", "run", "-m", "pytest"),
    "pytest-cov": ("pytest", *COV),
    "pytest-xdist": ("pytest", "-n2", *COV),
}
PROGRAM = """\
import coverage
print(coverage.__version__, coverage.Coverage.current()._collector.tracer_name())
"""


class Said(NamedTuple):
    """What coverage.py's reports say of the project; `trouble` if they could not be made."""

    missing: str = ""  # the last column of the text
    summary: str = ""  # below the table
    outcomes: str = ""  # in JSON
    trouble: str = ""


class Combination(NamedTuple):
    """One coverage.py on one Python: its version and core, and what each driver led to."""

    python: str
    coverage: str
    core: str
    said: dict[str, Said]


def main() -> int:
    """Print a line for each; 1 if they differ."""
    made = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    made.add_argument("--python", action="append", default=[], help="a version, or all")
    made.add_argument("--coverage", action="append", default=[], help="7.12, or newest")
    made.add_argument("--write", action="store_true", help="keep the table in docs/plugins.md")
    options = made.parse_args()
    count, wrong = 0, 0
    wanted: Said | None = None
    for one in combinations(options.python or ["all"], options.coverage or COVERAGES):
        wanted = wanted or next(iter(one.said.values()))
        cells = ["the same" if said == wanted else "differs" for said in one.said.values()]
        row = [one.python, one.coverage, one.core, *cells]
        print(f"| {' | '.join(row)} |", flush=True)
        for name, said in one.said.items():
            count += 1
            if said != wanted or not said.missing.startswith(RULES_SAID):
                wrong += 1
                print(f"    {name}: {said}")
        if options.write:
            keep(PLUGINS, Path(__file__).stem, ["Python", "coverage", "core", *DRIVERS], [row])
    print(f"{count} combinations, {wrong} unlike the first")
    return min(wrong, 1)


def combinations(asked: list[str], coverages: tuple[str, ...]) -> Iterator[Combination]:
    with tempfile.TemporaryDirectory() as folder:
        call(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
        [wheel] = Path(folder).glob("*.whl")
        for python in pythons(asked):
            number = version(python)
            environment = Environment(python, PLACE / number, NEEDED)
            environment.renew(wheel)
            for wanted in coverages:
                yield combination(environment, number, environment.coverage(wanted))


def combination(environment: Environment, number: str, coverage: Path) -> Combination:
    with tempfile.TemporaryDirectory() as temporary:
        project = make_project(Path(temporary), PLUGIN_ALONE)

        def run(*words: str) -> str:
            """What a module prints, in the project."""
            done = subprocess.run(
                [environment.python, "-m", *words],
                cwd=project.path,
                env={**os.environ, "PYTHONPATH": str(coverage)},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=True,
            )
            return done.stdout

        def said(command: tuple[str, ...]) -> Said:
            try:
                run(*command)
                report = run("coverage", "report", "-m")
                run("coverage", "json", "-q", "-o", "out.json")
            except subprocess.CalledProcessError as error:
                return Said(trouble=f"{error}: {error.stdout}")
            files = json.loads((project.path / "out.json").read_text("utf-8"))["files"]
            outcomes = {name: file.get("bytecov") for name, file in files.items()}
            summary = report.splitlines()[-1]
            return Said(project.missing(report), summary, json.dumps(outcomes, sort_keys=True))

        (project.path / "core.py").write_text(PROGRAM)
        release, core = run("coverage", "run", "core.py").split()[:2]
        return Combination(
            number, release, core, {name: said(command) for name, command in DRIVERS.items()}
        )


if __name__ == "__main__":
    sys.exit(main())
