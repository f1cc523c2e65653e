"""One run of pytest under --bytecov: measures, saves, reports.

Each worker of pytest-xdist measures itself and adds to the data file when its session ends, which
is before the controller's does.
"""

import argparse
import platform

import pytest

from bytecov.api import Session
from bytecov.api.configuration import load
from bytecov.api.errors import BytecovError
from bytecov.api.lifetime import Lifetime
from bytecov.api.reporting import Results, render, shortfalls, write
from bytecov_pytest import REPORTS
from bytecov_pytest.contexts import Contexts


class Measuring(Contexts):
    """The hooks of a run that measures."""

    def __init__(self, config: pytest.Config, options: argparse.Namespace) -> None:
        self.is_worker = False
        self.reports = [_report(one) for one in options.bytecov_report] or [("term-missing", "")]
        try:
            settings = load(
                source=tuple(one for one in options.bytecov if one) or None,
                level=options.bytecov_level,
                fail_under=options.bytecov_fail_under,
                engine=options.bytecov_engine,
                dynamic_context="test",
            )
            self.session = Session(settings)
            self.session.start()
            Lifetime(self.session, ["pytest"]).begin(save=False)
        except BytecovError as error:
            raise pytest.UsageError(f"bytecov: {error}") from None
        self.argv = ["pytest", *config.invocation_params.args]
        self.results: Results | None = None
        self.told: list[str] = []  # what went wrong
        super().__init__(self.session)

    def pytest_configure(self, config: pytest.Config) -> None:
        """A run begins: what is measured takes the place of what was before."""
        self.is_worker = hasattr(config, "workerinput")
        if not self.is_worker:
            try:
                self.session.forget()
            except BytecovError as error:
                raise pytest.UsageError(f"bytecov: {error}") from None

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Save; then fail the run if too little was covered."""
        self.session.stop()
        try:
            self.session.save([str(one) for one in self.argv], int(exitstatus), not self.is_worker)
            if self.is_worker:
                return
            self.results = self.session.results()
            self.told = shortfalls(self.results, self.session.settings)
        except (BytecovError, OSError) as error:
            self.told = [str(error)]
        if self.told and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """A section in the style of the others."""
        if self.is_worker:
            return
        out = terminalreporter
        settings = self.session.settings
        out.write_sep("=", f"bytecov: Python {platform.python_version()}, {self.session.engine}")
        for said in dict.fromkeys(self.session.warnings):
            out.write_line(f"warning: {said}", yellow=True)
        self.session.warnings.clear()
        if self.results is not None:
            for name, path in self.reports:
                if name.startswith("term"):
                    shown = render(self.results, settings, "text", name == "term-missing")
                    out.write_line(shown.rstrip("\n"))
                else:
                    out.write_line(f"wrote {self._write(name, path)}")
        for said in self.told:
            out.write_line(f"FAIL {said}", red=True, bold=True)

    def _write(self, name: str, path: str) -> str:
        assert self.results is not None
        try:
            return write(self.results, self.session, name, path)
        except BytecovError as error:
            return f"no {name}: {error}"


def _report(asked: str) -> tuple[str, str]:
    """`html:pages` as name and path."""
    name, _, path = asked.partition(":")
    if name not in REPORTS:
        raise pytest.UsageError(
            f"--bytecov-report={asked}: there is {', '.join(REPORTS[:-1])} and {REPORTS[-1]}"
        )
    return name, path
