"""Real packages measured by coverage.py alone, by the plugin in it, and by bytecov.

    python -m tests.conformance.plugin_projects [--python 3.13] [--write] [NAME …]

Three runs of a suite (tests/conformance/projects.py).  What coverage.py says has to be the same
with the plugin as without it, file by file, read with and without; the outcomes that never
happened, and how many did, the same as after `bytecov run`.  --write keeps the table of
docs/plugins.md.
"""

import argparse
import json
import os
import resource
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tests.conformance.environments import Environment
from tests.conformance.pages import PLUGINS, keep
from tests.conformance.projects import NEEDED, PLACE, PROJECTS, Project, fetch
from tests.conformance.runs import ROOT, execute, own_path, pythons, version

USUAL = ("attrs", "click", "h11", "itsdangerous")
HEAD = (
    "package", "Python", "coverage.py: lines, branches", "the same with the plugin",
    "conditions: plugin", "the same of `bytecov run`", "CPU seconds alone", "with the plugin",
)  # fmt: skip
LIMIT = 600.0  # seconds for a suite


class Outcome(NamedTuple):
    """One of a condition, or of a decision that has none."""

    file: str
    line: int
    column: int
    outcome: str


def main() -> int:
    """Print a row for each; 1 if something differs."""
    made = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    made.add_argument("names", nargs="*", metavar="NAME", help=f"default: {', '.join(USUAL)}")
    made.add_argument("--python", action="append", default=[], help="a version, or all")
    made.add_argument("--write", action="store_true", help="keep the table in docs/plugins.md")
    options = made.parse_args()
    chosen = [one for one in PROJECTS if one.name in (options.names or USUAL)]
    wrong = 0
    for python in pythons(options.python):
        number = version(python)
        environment = Environment(python, PLACE / "beside-coverage" / number, NEEDED.split())
        coverage = environment.coverage("newest")
        for project in chosen:
            fetch(project)
            environment.install(project.wanted)
            paths = [own_path(), str(ROOT / "plugins"), str(coverage)]
            row, differences = measured(project, environment.python, number, paths)
            print(f"| {' | '.join(row)} |", *differences[:20], sep="\n    ", flush=True)
            wrong += bool(differences)
            if options.write:
                keep(PLUGINS, Path(__file__).stem, HEAD, [row])
    return min(wrong, 1)


def measured(
    project: Project, python: str, number: str, paths: Sequence[str]
) -> tuple[list[str], list[str]]:
    """A row of the table, and what differs."""
    with tempfile.TemporaryDirectory() as folder:
        one = Measuring(project, python, Path(folder), paths)
        alone, its_seconds = one.coverage(plugin=False)
        told, seconds = one.coverage(plugin=True)
        untold = one.report("told", plugin=False)
        missing, covered = one.bytecov()
    ours = {name: file.pop("bytecov", None) for name, file in told["files"].items()}
    total = told["totals"].pop("bytecov")
    said = {
        Outcome(name, each["line"], each["column"], each["outcome"])
        for name, file in ours.items()
        for each in (file or {"missing": []})["missing"]
    }
    theirs = list(differing(alone, told, "with the plugin"))
    theirs += differing(alone, untold, "data of the plugin, read without it")
    own = [f"only after bytecov run: {each}" for each in sorted(missing - said)]
    own += [f"only by the plugin: {each}" for each in sorted(said - missing)]
    if total["covered"] != covered:
        own.append(f"covered: {total['covered']} by the plugin, {covered} after bytecov run")
    totals = alone["totals"]
    count = total["covered"] + total["missed"]
    row = [
        f"{project.name} {project.version}",
        number,
        f"{totals['covered_lines']} of {totals['num_statements']},"
        f" {totals['covered_branches']} of {totals['num_branches']}",
        "no" if theirs else "yes",
        f"{total['covered']} of {count}",
        "no" if own else "yes",
        f"{its_seconds:.1f}",
        f"{seconds:.1f}",
    ]
    return row, theirs + own


class Measuring:
    """Runs of one suite; `folder` is for what they leave."""

    def __init__(self, project: Project, python: str, folder: Path, paths: Sequence[str]) -> None:
        self.project = project
        self.python = python
        self.folder = folder
        self.environment = {
            **{name: value for name, value in os.environ.items() if "COV" not in name},
            "PYTHONPATH": os.pathsep.join(paths),
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        }
        for name, plugins in (("alone", ""), ("told", "plugins = bytecov_coverage")):
            text = f"[run]\nbranch = true\nsource = {','.join(project.measured)}\n{plugins}\n"
            (folder / name).write_text(text, "utf-8")
        options = [f"-p{name}" for name in project.plugins]
        self.suite = ["-m", "pytest", "-q", "-p", "no:cacheprovider", *options, *project.options]

    def coverage(self, plugin: bool) -> tuple[Any, float]:
        """What coverage.py says of a run, and the CPU seconds that the run took."""
        name = "told" if plugin else "alone"
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        place = (f"--rcfile={self.folder / name}", f"--data-file={self.folder / name}.data")
        self.run("coverage", "run", *place, *self.suite)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return self.report(name, plugin), seconds

    def report(self, data: str, plugin: bool) -> Any:
        """coverage.py's JSON."""
        made = self.folder / "out.json"
        config = self.folder / ("told" if plugin else "alone")
        place = (f"--rcfile={config}", f"--data-file={self.folder / data}.data")
        self.run("coverage", "json", "-q", *place, f"-o{made}")
        return json.loads(made.read_text("utf-8"))

    def bytecov(self) -> tuple[set[Outcome], int]:
        """What never happened under `bytecov run`, and how many outcomes did."""
        made = self.folder / "ours.json"
        place = (f"--rcfile={self.folder / 'alone'}", f"--data-file={self.folder / 'ours.data'}")
        self.run("bytecov", "run", *place, *self.suite)
        self.run("bytecov", "json", "-q", *place, f"-o{made}")
        document = json.loads(made.read_text("utf-8"))
        found: dict[str, set[tuple[Outcome, tuple[int, ...]]]] = {"covered": set(), "missed": set()}
        for name, file in document["files"].items():
            for decision in file["decisions"]:
                for part in decision["conditions"] or [decision]:
                    for outcome, status in part["outcomes"].items():
                        one = Outcome(name, *part["span"][:2], outcome)
                        found.setdefault(status, set()).add((one, tuple(part["span"])))
        return {one for one, _ in found["missed"]}, len(found["covered"])

    def run(self, *words: str) -> None:
        """A module of this Python, in the project; its suite's failures are its own."""
        command = [self.python, "-m", *words]
        status, said = execute(command, self.project.folder, self.environment, LIMIT)
        if status not in ((0, 1) if "run" in words[:2] else (0,)):
            sys.exit(f"{' '.join(command)}: {status}\n{said[-4000:]}")


def differing(alone: Any, other: Any, name: str) -> Iterator[str]:
    """Files of which coverage.py says something else."""
    if alone["totals"] != other["totals"]:
        yield f"{name}: {other['totals']}, not {alone['totals']}"
    for path in alone["files"] | other["files"]:
        if alone["files"].get(path) != other["files"].get(path):
            yield f"{name}: {path}"


if __name__ == "__main__":
    sys.exit(main())
