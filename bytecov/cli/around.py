"""`bytecov explain --around`: a test run again and traced."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from types import CodeType

from bytecov.api import Session
from bytecov.diagnose.around import Passage, code_at, passage, tests_near
from bytecov.diagnose.evidence import Evidence
from bytecov.model.errors import UsageError


def nearest_test(evidence: Evidence, line: int) -> str:
    """The test of the data that came nearest to a line; UsageError where none is known."""
    code = _code_at(evidence, line)
    if tests := tests_near(evidence, code, line):
        return tests[0]
    raise UsageError(
        f"no test is known that came near line {line}: name one with --rerun TEST, or measure with"
        " `bytecov run --contexts test pytest`"
    )


def passages(
    evidence: Evidence, session: Session, line: int, tests: list[str], rcfile: str | None
) -> list[tuple[str, Passage | None]]:
    """How each of these tests of pytest came to the line, or passed it."""
    code = _code_at(evidence, line)
    path = evidence.source.path
    found = []
    for test in tests:
        with tempfile.TemporaryDirectory() as folder:
            output = os.path.join(folder, "trace")
            command = [sys.executable, "-m", "bytecov", "trace", "--ops", "--file", path]
            command += ["--function", code.co_qualname, "-o", output]
            command += ["--rcfile", rcfile] if rcfile else []
            command += ["-m", "pytest", "-q", "-p", "no:cacheprovider", test]
            done = subprocess.run(command, cwd=session.here, check=False, stdout=sys.stderr)
            if done.returncode > 1 or not os.path.exists(output):
                raise UsageError(f"{test} could not be run: see what was said above")
            with Path(output).open(encoding="utf-8", errors="replace") as traced:
                found.append((test, passage(evidence, code, line, traced)))
    return found


def _code_at(evidence: Evidence, line: int) -> CodeType:
    code = code_at(evidence, line)
    if code is None:
        raise UsageError(f"there is no code on line {line}: nothing comes to it")
    return code
