"""One test suite run once, natively or by bytecov, in a process of its own.

The suite writes a journal (`inside/`); here it becomes outcomes test by test, and two of them
are compared.
"""

import atexit
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tests.conformance.ending import adopt, children, end

ROOT = Path(__file__).parent.parent.parent
INSIDE = Path(__file__).parent / "inside"
CACHE = Path.home() / ".cache"
ADDRESS = re.compile(r"0x[0-9a-fA-F]+")


@dataclass(slots=True)
class Run:
    """What one run came to.  `trouble` says why a suite did not come to its end."""

    outcomes: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    trouble: str = ""
    contradictions: int = 0
    said: str = ""  # the end of what it printed

    def summary(self) -> str:
        """`120 passed, 3 skipped`"""
        counts = Counter(self.outcomes.values())
        shown = ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
        return ", ".join(part for part in (shown or "nothing", self.trouble) if part)


@dataclass(frozen=True, slots=True)
class Suite:
    """A command that writes a journal.  `measured` goes to `bytecov run --source`."""

    command: Sequence[str]
    measured: Sequence[str]
    python: str
    directory: Path
    environment: Mapping[str, str] = field(default_factory=dict)


def run(suite: Suite, engine: str | None, journal: Path, limit: float) -> Run:
    """Run a suite; `engine` is None for plain Python."""
    journal.unlink(missing_ok=True)
    data = journal.with_suffix(".data")
    data.unlink(missing_ok=True)
    command = [suite.python, *suite.command]
    if engine is not None:
        source = ",".join(suite.measured)
        options = [f"--engine={engine}", f"--source={source}", f"--data-file={data}"]
        command = [suite.python, "-m", "bytecov", "run", *options, *suite.command]
    environment = {**os.environ, **suite.environment, "BYTECOV_JOURNAL": str(journal)}
    environment.pop("PYTHONHOME", None)
    done, said = execute(command, suite.directory, environment, limit)
    result = read_journal(journal)
    result.said = said[-4000:]
    if done is None:
        result.trouble = f"stopped after {limit:.0f} s{unfinished(journal)}"
    elif done < 0:
        result.trouble = f"killed by {signal.Signals(-done).name}{unfinished(journal)}"
    elif result.trouble:
        result.trouble = f"exit status {done}{unfinished(journal)}"
    if engine is not None and data.exists():
        ask = [suite.python, "-m", "bytecov", "debug", f"--data-file={data}", "contradictions"]
        asked, answer = execute(ask, suite.directory, environment, limit)
        result.contradictions = sum(" edge to offset " in line for line in answer.splitlines())
        result.said += answer if result.contradictions or asked else ""
    return result


def execute(
    command: Sequence[str], directory: Path, environment: Mapping[str, str], limit: float
) -> tuple[int | None, str]:
    """Exit status, None after the time limit; and what was printed."""
    adopt()
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
        known = children()
        process = subprocess.Popen(
            command,
            cwd=directory,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        status: int | None
        try:
            status = process.wait(limit)
        except subprocess.TimeoutExpired:
            status = None
        finally:
            end(process, known)
        output.seek(0)
        return status, output.read()


def read_journal(path: Path) -> Run:
    """The outcomes that a journal tells; one that lacks its end says so as `trouble`."""
    result = Run(trouble="no end")
    seen: Counter[str] = Counter()
    for line in path.read_text("utf-8").splitlines() if path.exists() else ():
        try:
            test, outcome, *rest = json.loads(line)
        except ValueError:  # the last line of a run that was stopped
            break
        if outcome == "ended":
            result.seconds, result.trouble = rest[0], ""
        elif outcome != "started":
            name = ADDRESS.sub("0x…", test)
            seen[name] += 1
            name += f" #{seen[name]}" if seen[name] > 1 else ""
            result.outcomes[name] = outcome
            result.texts[name] = rest[0] if rest else ""
    return result


def unfinished(path: Path) -> str:
    """Which test was running when the journal ended."""
    last = path.read_text("utf-8").splitlines()[-1:] if path.exists() else []
    try:
        test, outcome, *_ = json.loads(last[0])
    except (IndexError, ValueError):
        return ""
    return f" in {test}" if outcome == "started" else ""


def differences(native: Run, other: Run) -> dict[str, tuple[str, str]]:
    """{test: (native outcome, other outcome)} wherever they differ; "-" if it did not run."""
    return {
        test: (native.outcomes.get(test, "-"), other.outcomes.get(test, "-"))
        for test in {**native.outcomes, **other.outcomes}
        if native.outcomes.get(test) != other.outcomes.get(test)
    }


@cache
def own_path() -> str:
    """A directory that holds bytecov and nothing else, for PYTHONPATH: a suite must not meet
    our `tests`.  It is a copy: nobody's edits change a run under way."""
    place = tempfile.mkdtemp(prefix="bytecov-path-")
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    shutil.copytree(ROOT / "bytecov", Path(place) / "bytecov")
    return place


def pythons(asked: Sequence[str]) -> list[str]:
    """Executables: of the names given, of all that can be found for "all", else our own."""
    if "all" in asked:
        asked = [f"3.{minor}" for minor in range(11, 16) if find(f"3.{minor}")]
    found = []
    for name in asked:
        path = find(name)
        if path is None:
            sys.exit(f"there is no Python {name!r}: give a version or a path")
        found.append(path)
    return found or [sys.executable]


def find(name: str) -> str | None:
    """The executable of a version or a path."""
    places = f"{CACHE / 'bytecov-pythons' / 'bin'}:{os.environ.get('PATH', '')}"
    return shutil.which(name, path=places) or shutil.which(f"python{name}", path=places)


def version(python: str) -> str:
    """`3.13.0`"""
    code = "import platform; print(platform.python_version())"
    return subprocess.run([python, "-c", code], capture_output=True, text=True).stdout.strip()
