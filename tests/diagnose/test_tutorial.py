"""docs/tutorial.md does what it says: its commands are run and its files written, in order.

A block of commands is run line by line; what stands below a command is what it printed.  A block
of Python is the file named before it.  `--update` writes the outputs anew, on Python 3.13.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bytecov.bytecode.version import VERSION

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "tutorial.md"
SECTION = re.compile(r"^## (\w+): ", re.MULTILINE)
BLOCK = re.compile(r"```(python)?\n(.*?)```\n", re.DOTALL)
NAMED = re.compile(r"`(tests/\w+\.py)`:\s*$")
PROJECTS = SECTION.findall(PAGE.read_text(encoding="utf-8"))

OWN_TO_PYTHON = re.compile(r"\boffset \d+ [A-Z_]+")
"""Instructions: the page shows those of Python 3.13."""


def sections() -> dict[str, str]:
    """{project: the part of the page about it}"""
    _, *parts = SECTION.split(PAGE.read_text(encoding="utf-8"))
    return dict(zip(parts[::2], parts[1::2], strict=True))


class Walk:
    """One project, copied, in which a section of the page is followed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def block(self, language: str, body: str, before: str) -> str:
        """The block as it should be."""
        if language == "python":
            named = NAMED.search(before)
            assert named, "a file without a name"
            (self.folder / named[1]).write_text(body, encoding="utf-8")
            return body
        commands = [line[2:] for line in body.splitlines() if line.startswith("$ ")]
        return "".join(f"$ {command}\n{self.run(command)}" for command in commands)

    def run(self, command: str) -> str:
        """What a command prints, without what differs from run to run."""
        words = shlex.split(command)
        if words[0] == "cd":
            return ""
        assert words[0] == "bytecov", command
        done = subprocess.run(
            [sys.executable, "-B", "-W", "ignore", "-m", *words],
            cwd=self.folder,
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        text = re.sub(r"\d+\.\d\ds", "0.05s", done.stdout)
        return re.sub(r"coverage\.py \d+\.\d+\.\d+", "coverage.py 7.17", text)


def environment() -> dict[str, str]:
    """A user's, with bytecov's plugin for pytest on, as where it is installed."""
    found = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("COVERAGE", "BYTECOV", "PYTEST"))
    }
    return found | {
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "plugins")]),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTEST_PLUGINS": "bytecov_pytest",
        "PYTHONHASHSEED": "0",
    }


def followed(text: str, folder: Path) -> str:
    """A section with the outputs that its commands have."""
    walk, parts, end = Walk(folder), [], 0
    for found in BLOCK.finditer(text):
        before = text[end : found.start()]
        body = walk.block(found[1] or "", found[2], before)
        parts += [before, f"```{found[1] or ''}\n{body}```\n"]
        end = found.end()
    return "".join([*parts, text[end:]])


@pytest.mark.parametrize("project", PROJECTS)
def test_the_page_is_true(
    project: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    ignored = shutil.ignore_patterns("__pycache__", ".bytecov*", ".coverage*", "html*", ".pytest*")
    folder = tmp_path / project
    shutil.copytree(ROOT / "sample_projects" / project, folder, ignore=ignored)
    text = sections()[project]
    found = followed(text, folder)
    if request.config.getoption("--update") and VERSION == (3, 13):
        page = PAGE.read_text(encoding="utf-8").replace(text, found)
        PAGE.write_text(page, encoding="utf-8")
    assert comparable(found) == comparable(sections()[project])


def comparable(text: str) -> str:
    """What is the same on every Python."""
    return OWN_TO_PYTHON.sub("offset …", text)


def test_each_project_ends_with_a_failing_test() -> None:
    for project, text in sections().items():
        assert re.search(r"\n\d failed", text), project
    assert set(sections()) == {"shop", "parser", "jobqueue"}
