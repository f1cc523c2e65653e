"""`bytecov suggest --try`: a test run again in the interpreter with other values of its parameters.

The test itself is pytest's to run; a small plugin of ours, loaded in that process only, changes the
values that `parametrize` gives it.
"""

import json
import os
import subprocess
import sys
import tempfile
from typing import Final

from bytecov.api import Session
from bytecov.api.examining import Examiner
from bytecov.cli.suggest import find_test
from bytecov.diagnose.goals import Goal
from bytecov.diagnose.nearness import near_miss
from bytecov.diagnose.proposals import Proposal, proposals
from bytecov.diagnose.reach import Reason
from bytecov.model.errors import DataError
from bytecov.model.result import Status

MOST_TESTS: Final = 8  # of the nearest are looked at
PATIENCE: Final = 300.0  # seconds for one test
PLUGIN: Final = '''\
"""Changes parameters of the tests that were chosen."""

import json
import os

CHANGES = json.loads(os.environ["BYTECOV_TRY"])


def pytest_collection_modifyitems(items):
    for item in items:
        call = getattr(item, "callspec", None)
        if call is not None:
            call.params.update((n, v) for n, v in CHANGES.items() if n in call.params)
'''


def try_values(session: Session, goal: Goal) -> list[str]:
    """Sentences about what was tried for a goal; none where there is nothing to try."""
    told: list[str] = []
    for test, proposal in _worth_trying(goal):
        came, status = _tried(session, goal, test, proposal)
        shown = f"tried {proposal.parameter}={proposal.value!r} in {test}"
        if not came:
            told.append(f"{shown}: it does not happen")
            continue
        passed = "passes" if status == 0 else "fails, as its expectation is for another value"
        return [f"{shown}: it happens (and the test {passed})"]
    return told


def _worth_trying(goal: Goal) -> list[tuple[str, Proposal]]:
    """Values for the nearest test that is parametrised by plain values, by what it came with."""
    if goal.why.reason is not Reason.NEVER_SO or goal.near is None:
        return []
    for test in goal.tests[:MOST_TESTS]:
        of_test = [one for one in goal.evidence.values if one.context == test]
        near = near_miss(of_test, goal.near.key) or goal.near
        if (function := find_test(test)) and (found := proposals(near, function, _row(test))):
            return [(test, proposal) for proposal in found]
    return []


def _row(test: str) -> str:
    """What the brackets of a test's id say; a phase of it may stand behind."""
    return test.partition("[")[2].rpartition("]")[0]


def _tried(session: Session, goal: Goal, test: str, proposal: Proposal) -> tuple[bool, int]:
    """Whether the outcome came about, and pytest's exit status."""
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "bytecov_try.py"), "w", encoding="utf-8") as file:
            file.write(PLUGIN)
        place = os.path.join(folder, "data")
        paths = [folder, *filter(None, [os.environ.get("PYTHONPATH")])]
        command = [sys.executable, "-m", "bytecov", "run", "--engine", "vm", "--data-file", place]
        command += ["-m", "pytest", "-q", "-p", "bytecov_try", "-p", "no:cacheprovider", test]
        done = subprocess.run(
            command,
            cwd=session.here,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(paths),
                "BYTECOV_TRY": json.dumps({proposal.parameter: proposal.value}),
            },
            capture_output=True,
            check=False,
            timeout=PATIENCE,
        )
        again = Session(session.settings._replace(data_file=place))
        try:
            evidence = Examiner(again).evidence(goal.evidence.source.path)
        except DataError:  # it could not be run
            return False, done.returncode
        found = evidence.outcomes.get(goal.key)
        return found is not None and found.status is Status.COVERED, done.returncode
