"""Programs and test suites beside their twins: what `bytecov run` says, and what happened."""

import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import chdir
from pathlib import Path
from typing import NamedTuple

from bytecov.api import Session
from bytecov.config.load import load
from bytecov.model.decision import DecisionKind
from bytecov.model.obligation import ObligationKey
from bytecov.model.result import DecisionResult, FileResult, Status
from bytecov.model.span import Span
from tests.conformance.runs import own_path
from tests.source.compare import NOT_NOTED

RUN_TWIN = Path(__file__).with_name("run_twin.py")
SETTINGS = """\
[tool.bytecov]
count = ["assert", "except"]
exclude_lines = []
partial_branches = []
partial_branches_always = []
"""

Noted = dict[str, dict[ObligationKey, int] | None]
"""{path: what its twin noted, None where there is no twin}"""


class Compared(NamedTuple):
    """How often recorder and twin agreed, which outcomes the recorder left undetermined, and
    where they disagreed."""

    agreed: int
    undetermined: int
    problems: list[str]


class Suite(NamedTuple):
    """`command` is what python runs in `directory`; the modules below `folder` are measured."""

    python: str
    command: Sequence[str]
    directory: Path
    folder: Path
    environment: dict[str, str] = {}  # noqa: RUF012 (a field of a NamedTuple)

    def run(self, *before: str) -> None:
        """Run it; what it prints is shown if it fails to start."""
        done = subprocess.run(
            [self.python, *before, *self.command],
            cwd=self.directory,
            env={
                **os.environ,
                "PYTHONPATH": own_path(),
                "PYTHONHASHSEED": "0",
                "PYTHONDONTWRITEBYTECODE": "1",
                **self.environment,
            },
            capture_output=True,
            text=True,
            timeout=900,
        )
        if done.returncode not in (0, 1):
            raise RuntimeError(done.stdout + done.stderr)


def noted(suite: Suite, place: Path) -> Noted:
    """What the twins of a suite's modules note.  Tests are left out, wherever they lie: pytest
    rewrites their asserts when they are measured, and has not seen their twins'."""
    notes = place / "notes.json"
    suite.run(str(RUN_TWIN), str(notes), str(suite.folder))
    found = json.loads(notes.read_text("utf-8"))
    return {
        path: None
        if rows is None
        else {ObligationKey(kind, Span(*span), outcome): n for kind, span, outcome, n in rows}
        for path, rows in found.items()
        if "tests" not in Path(path).relative_to(suite.folder.resolve()).parts
    }


def measured(suite: Suite, place: Path, engine: str) -> dict[str, FileResult]:
    """{path: what `bytecov run` says of it}"""
    settings, data = place / "settings.toml", place / f"{engine}.data"
    settings.write_text(SETTINGS, "utf-8")
    common = [f"--rcfile={settings}", f"--data-file={data}"]
    options = [f"--engine={engine}", f"--source={suite.folder}", *common]
    suite.run("-m", "bytecov", "run", *options)
    with chdir(suite.directory):
        session = Session(load(str(settings), data_file=str(data)).settings)
        assert session.doubts("contradiction") == []
        assert session.doubts("unexplained") == []
        results = session.results()
        return {os.path.realpath(file.path): file for file in results.files}


def compare(files: dict[str, FileResult], notes: Noted) -> Compared:
    """All files together."""
    agreed = undetermined = 0
    problems = []
    for path, counts in notes.items():
        if counts is None:
            continue
        assert not files[path].problem, files[path].problem
        for outcome, status, right in _outcomes(files[path], counts):
            agreed += right
            undetermined += status is Status.UNDETERMINED
            if not right and status is not Status.UNDETERMINED:
                where = f"{path}:{outcome.span}: {outcome.kind} {outcome.outcome}"
                problems.append(f"{where}: {status.value}, twin {counts.get(outcome, 0)}")
    return Compared(agreed, undetermined, problems)


def _outcomes(
    file: FileResult, counts: dict[ObligationKey, int]
) -> Iterator[tuple[ObligationKey, Status, bool]]:
    """Every obligation that the twin notes, its status, and whether the twin says the same."""
    for result in file.decisions:
        for key, status in _statuses(result):
            happened = counts.get(key, 0) > 0
            if status is Status.EXCLUDED:  # not in the code, or unreachable
                yield key, status, not happened
            else:
                yield key, status, (status is Status.COVERED) == happened


def _statuses(result: DecisionResult) -> Iterator[tuple[ObligationKey, Status]]:
    decision = result.decision
    if decision.kind in NOT_NOTED:
        return
    alternative = decision.kind is DecisionKind.MATCH_CASE and decision.outcomes == ("matched",)
    for name, outcome in result.outcomes.items():
        if not alternative:  # the twin does not look inside patterns
            yield decision.key(name), outcome.status
    for part in result.conditions:
        if part.condition.tested:
            for name, outcome in part.outcomes.items():
                yield part.condition.key(name), outcome.status
