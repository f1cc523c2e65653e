"""A project whose lines and branches are all covered, and what happens inside its lines is not."""

import contextlib
import io
import os
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import NamedTuple

from coverage import cmdline

ROOT = Path(__file__).parent.parent.parent

RULES = """\
import subprocess
import sys
from multiprocessing import get_context


def either(a, b):
    if a or b:
        return "yes"
    return "no"


def pick(flag):
    return "x<y" if flag else "x&y, z"


def small(numbers):
    return [n for n in numbers if n < 10]


def ready(states):
    if next(states):
        print("ready")


def long(a_rather_long_name, another_one):
    return another_one and (a_rather_long_name or another_one > 2)


def work(n):
    return n and n > 2


def pool(method):
    context = get_context(method)
    workers = [context.Process(target=work, args=(n,)) for n in (0, 1)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    return [one.exitcode for one in workers]


def child():
    command = [sys.executable, "-m", "app.tool"]
    return subprocess.run(command, check=True, stdout=subprocess.DEVNULL).returncode
"""
TOOL = """\
import sys

quiet = len(sys.argv) > 1 or sys.stdin is None
print("quiet" if quiet else "loud")
"""
TESTS = """\
import pytest

from app.rules import child, either, long, pick, pool, ready, small


def test_first():
    assert either(True, False) == "yes"
    assert pick(True)


def test_second():
    assert either(False, False) == "no"
    assert small([1, 2]) == [1, 2]
    assert long(0, 3)


def test_raises():
    states = iter([True])
    ready(states)
    with pytest.raises(StopIteration):
        ready(states)
"""
PROCESSES = """\
from app.rules import child, pool


def test_processes():
    assert pool("fork") == [0, 0]
    assert pool("spawn") == [0, 0]
    assert child() == 0
"""
RULES_SAID = (
    "7->[a or b: b never true], 13->[flag never false], 17->[n < 10 never false],"
    " 21->[next(states) never false], 26->[a_rather_long_name never true],"
    " 26->[another_one never false]"
)
TOOL_SAID = "3->[len(sys.argv) > 1 never true], 4->[quiet never true]"
PLUGIN_ALONE = """\
[tool.coverage.run]
plugins = ["bytecov_coverage"]
branch = true
source = ["app"]
omit = ["app/tool.py"]
[tool.pytest.ini_options]
pythonpath = ["."]
addopts = "-q -p no:cacheprovider"
"""


class Done(NamedTuple):
    """What a command printed."""

    status: int
    output: str


class Project(NamedTuple):
    """A directory with the project in it."""

    path: Path

    def python(self, *words: str, **environment: str) -> Done:
        """Run a module of this Python with bytecov and its plugins at hand."""
        paths = [str(ROOT), str(ROOT / "plugins")]
        inherited = {name: value for name, value in os.environ.items() if "COV" not in name}
        done = subprocess.run(
            [sys.executable, "-B", "-m", *words],
            cwd=self.path,
            env={**inherited, "PYTHONPATH": os.pathsep.join(paths), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=120,
        )
        return Done(done.returncode, done.stdout)

    def good(self, *words: str) -> str:
        """The same of a command that must succeed."""
        done = self.python(*words)
        assert done.status == 0, done.output
        return done.output

    def report(self, *words: str) -> str:
        """What a reporting command of coverage.py prints, in this process."""
        printed = io.StringIO()
        with contextlib.chdir(self.path), redirect_stdout(printed):
            status = cmdline.main([*words])
        assert not status, printed.getvalue()
        return printed.getvalue()

    def missing(self, report: str, name: str = "app/rules.py") -> str:
        """What the last column says of a file."""
        (line,) = (each for each in report.splitlines() if each.startswith(name))
        said = line.partition("%")[2].strip()
        # With core=sysmon coverage.py itself tells an exception from a false test.
        return said.replace("21->exit", "21->[next(states) never false]")


def make_project(path: Path, configuration: str, processes: bool = False) -> Project:
    """The project, with this pyproject.toml."""
    for name, text in {
        "app/__init__.py": "",
        "app/rules.py": RULES,
        "app/tool.py": TOOL,
        "tests/test_rules.py": TESTS,
        **({"tests/test_processes.py": PROCESSES} if processes else {}),
        "pyproject.toml": configuration,
    }.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(text)
    return Project(path)
