"""One program measured by coverage.py and by us: branch arcs that happened, and that did not."""

import json
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import coverage

from bytecov.results.laying import lay
from bytecov.results.lines_walked import lines_walked
from bytecov.results.tally import file_result
from bytecov.source.exclusion import exclusions
from bytecov.source.link import link
from bytecov.source.parse import parse
from bytecov.source.statements import Statements
from tests.source.oracle import observe

Arcs = list[tuple[int, int]]


class Said(NamedTuple):
    """What one tool says of one program."""

    covered: Arcs
    missed: Arcs
    lines: list[int]
    missed_lines: list[int]
    totals: tuple[int, int]
    """Branches, and how many of them happened."""


def ours(text: str) -> Said:
    source = parse(text, "program.py")
    code = compile(text, "program.py", "exec", dont_inherit=True)
    covered = lay(source, link(source, code), observe(code))
    found = file_result(source, "program.py", covered, exclusions(Statements(source)))
    arcs = (sorted(map(tuple, arcs)) for arcs in (found.arcs.covered, found.arcs.missed))
    totals = found.arcs.tally.total, found.arcs.tally.covered
    return Said(*arcs, list(found.lines.covered), list(found.lines.missed), totals)


def our_steps(text: str) -> set[tuple[int, int]]:
    """Every arc of the run, one that leaves by an exception left out."""
    code = compile(text, "program.py", "exec", dont_inherit=True)
    links = link(parse(text, "program.py"), code)
    return set(map(tuple, lines_walked(links, observe(code))))


def their_steps(text: str, folder: Path) -> set[tuple[int, int]]:
    measure, path = _measured(text, folder)
    arcs = measure.get_data().arcs(str(path)) or []
    return {(line, goal) for line, goal in arcs if line != goal}


def theirs(text: str, folder: Path) -> Said:
    measure, path = _measured(text, folder)
    report = folder / "report.json"
    measure.json_report([str(path)], outfile=str(report))
    [file] = json.loads(report.read_text())["files"].values()
    arcs = (sorted(map(tuple, file[f"{name}_branches"])) for name in ("executed", "missing"))
    totals = (file["summary"]["num_branches"], file["summary"]["covered_branches"])
    return Said(*arcs, file["executed_lines"], file["missing_lines"], totals)


def _measured(text: str, folder: Path) -> tuple[coverage.Coverage, Path]:
    """By the tracer that runs everywhere.  COVERAGE_CORE must be `pytrace`."""
    path = folder / "program.py"
    path.write_text(text)
    measure = coverage.Coverage(branch=True, data_file=None, include=[str(path)], config_file=False)
    measure.start()
    try:
        with suppress(Exception):
            exec(compile(text, str(path), "exec"), {"__name__": "program"})
    finally:
        measure.stop()
    return measure, path
