"""coverage.py's own verdict on a run, through its public interface.

coverage.py is imported here and nowhere else in the product, never in a process that measures.
"""

import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from bytecov.bytecode.version import VERSION
from bytecov.model.arc import Arc
from bytecov.model.errors import DataError, UsageError

if TYPE_CHECKING:
    from coverage import Coverage


MONITORS = VERSION >= (3, 14)
"""Whether coverage.py records branches by `sys.monitoring` if nothing else is asked for, which
does not take an exception that leaves a function for a return (coverage/env.py, 7.17)."""


class Verdict(NamedTuple):
    """What coverage.py says of one file.  Lines are first lines of statements; an arc is an exit
    of a line that has several, a negative destination leaves the function."""

    lines: frozenset[int]
    missing_lines: frozenset[int]
    excluded_lines: frozenset[int]
    arcs: frozenset[Arc]
    missing_arcs: frozenset[Arc]

    @property
    def branch_lines(self) -> frozenset[int]:
        """The lines that coverage.py calls branches."""
        return frozenset(arc.source for arc in self.arcs | self.missing_arcs)


class Verdicts(NamedTuple):
    """Verdicts by absolute path; `origin` says in words where they come from."""

    version: str
    origin: str
    files: dict[str, Verdict]


def default_data_file(rcfile: str | None) -> str:
    """Where coverage.py's configuration says that it keeps its data."""
    measure = _reader(_coverage(), None, rcfile)
    return os.path.abspath(str(measure.get_option("run:data_file")))


def recorded(data_file: str, rcfile: str | None, origin: str) -> Verdicts:
    """The verdicts on what a data file of coverage.py holds.  UsageError or DataError in one
    sentence where there are none."""
    coverage = _coverage()
    if not os.path.isfile(data_file):
        raise UsageError(f"there is no file {data_file}: `coverage run --branch` makes one")
    measure = _reader(coverage, data_file, rcfile)
    try:
        measure.load()
        data = measure.get_data()
        measured = sorted(map(os.fspath, data.measured_files()))
        branches = data.has_arcs()
    # What else its reader raises on damaged data (sqlite3, TypeError, …) is nowhere specified.
    except Exception as error:
        raise DataError(f"coverage.py cannot read {data_file}: {error}") from None
    if not measured:
        raise DataError(f"{data_file} holds nothing: `coverage run --branch` measures")
    if not branches:
        raise DataError(f"{data_file} holds lines only: measure with `coverage run --branch`")
    return _asked(coverage, measure, measured, origin)


def worked_out(arcs: Mapping[str, Iterable[Arc]], rcfile: str | None, origin: str) -> Verdicts:
    """The verdicts that coverage.py would give on a run that took these steps from line to line,
    {path: steps}."""
    coverage = _coverage()
    with tempfile.TemporaryDirectory() as folder:
        data_file = os.path.join(folder, "coverage")
        data = coverage.CoverageData(data_file)
        data.add_arcs({path: [tuple(arc) for arc in found] for path, found in arcs.items()})
        data.write()
        measure = _reader(coverage, data_file, rcfile)
        measure.load()
        return _asked(coverage, measure, sorted(arcs), origin)


def _coverage() -> Any:
    """The package; UsageError where it is not installed."""
    try:
        import coverage
    except ImportError:
        raise UsageError(
            "`bytecov diagnose` compares with coverage.py, which is not installed here:"
            " `pip install coverage`"
        ) from None
    return coverage


def _reader(
    coverage: Any, data_file: str | None, rcfile: str | None
) -> "Coverage":
    """A Coverage that only reports.  Without its plugins: its own verdict is asked for."""
    try:
        place = {} if data_file is None else {"data_file": data_file}
        measure: Coverage = coverage.Coverage(config_file=rcfile or True, messages=False, **place)
        measure.set_option("run:plugins", [])
        measure.set_option("run:branch", True)
        for name in ("include", "omit"):
            measure.set_option(f"report:{name}", [])
    except coverage.CoverageException as error:
        raise UsageError(f"coverage.py does not take its configuration: {error}") from None
    return measure


def _asked(coverage: Any, measure: "Coverage", paths: list[str], origin: str) -> Verdicts:
    present = [path for path in paths if os.path.isfile(path)]
    version: str = coverage.__version__
    if not present:
        return Verdicts(version, origin, {})
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        try:
            measure.json_report(present, outfile=str(report), ignore_errors=True)
        except coverage.CoverageException as error:
            raise DataError(f"coverage.py cannot report: {error}") from None
        said = json.loads(report.read_text(encoding="utf-8"))
    files = {os.path.abspath(path): _verdict(file) for path, file in said["files"].items()}
    return Verdicts(version, origin, files)


def _verdict(said: dict[str, list[int]]) -> Verdict:
    lines, missing, excluded = (
        frozenset(said[f"{name}_lines"]) for name in ("executed", "missing", "excluded")
    )
    arcs, never = (
        frozenset(Arc(*pair) for pair in said.get(f"{name}_branches", ()))  # type: ignore[misc]
        for name in ("executed", "missing")
    )
    return Verdict(lines, missing, excluded, arcs, never)
