"""The plugin object: wires a Coverage to the recording and to the reports."""

import functools
import sys
import warnings
from typing import TYPE_CHECKING, Any

from coverage.exceptions import CoverageWarning
from coverage.plugin import CoveragePlugin

from bytecov_coverage import inside
from bytecov_coverage.recording import RECORDING

if TYPE_CHECKING:
    from coverage import Coverage, CoverageData
    from coverage.types import TConfigurable

    from bytecov_coverage.reports import Reports

FORMATS = ("report", "html_report", "xml_report", "json_report", "lcov_report")
"""The methods of a Coverage that make a report."""

NO_BRANCH = (
    "bytecov_coverage adds to branch coverage, which is off: set `branch = true`"
    " (or use --branch, or pytest's --cov-branch)"
)


class BytecovPlugin(CoveragePlugin):
    """Made for each Coverage object; `configure` is called when that is first used."""

    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options

    def configure(self, config: "TConfigurable") -> None:
        """Wrap the methods that begin measuring, store data, and report."""
        cov, starting = inside.caller(config, sys._getframe(1))
        if said := inside.unfit(cov):
            warnings.warn(f"bytecov_coverage is off: {said}", stacklevel=2)
            return
        _record(cov, starting)
        _report(cov, self._options)


def _record(cov: "Coverage", starting: bool) -> None:
    start, stop, get_data = cov.start, cov.stop, cov.get_data

    def begin() -> None:
        if cov.get_option("run:branch"):
            RECORDING.start(cov)
        else:
            warnings.warn(NO_BRANCH, CoverageWarning, stacklevel=2)

    @functools.wraps(start)
    def started() -> None:
        begin()
        start()

    @functools.wraps(stop)
    def stopped() -> None:
        stop()
        RECORDING.stop(cov)

    @functools.wraps(get_data)
    def flushed() -> "CoverageData":
        RECORDING.flush(cov)
        return get_data()

    setattr(cov, "start", started)  # noqa: B010 (mypy: no assignment to a method)
    setattr(cov, "stop", stopped)  # noqa: B010
    setattr(cov, "get_data", flushed)  # noqa: B010
    if starting:
        begin()


def _report(cov: "Coverage", options: dict[str, Any]) -> None:
    """What reports need is loaded when one is asked for: most processes only measure."""

    @functools.cache
    def reports() -> "Reports":
        from bytecov.api.configuration import load
        from bytecov_coverage.reports import Reports

        totals = load(coverage_totals=options.get("coverage_totals")).coverage_totals
        return Reports(cov, merged=totals == "merged")

    for method in FORMATS:
        make = getattr(cov, method)

        def made(*arguments: Any, _method: str = method, _make: Any = make, **named: Any) -> float:
            return reports().make(_method, _make, *arguments, **named)

        setattr(cov, method, functools.wraps(make)(made))
