"""The same source owes the same on every Python: the standard library of this one, compared."""

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.conformance.runs import ROOT, find

LIBRARY = Path(os.__file__).parent
SHARE = 120  # one file of so many in the default run
OTHERS = [
    python
    for minor in range(11, 16)
    if minor != sys.version_info.minor and (python := find(f"3.{minor}"))
]


@cache
def sources() -> tuple[str, ...]:
    found = sorted(LIBRARY.rglob("*.py"))
    return tuple(str(path) for path in found if "site-packages" not in path.parts)


@cache
def said(python: str, step: int) -> dict[str, str]:
    """{path: what the Python says is owed, as a digest} of what it can parse."""
    done = subprocess.run(
        [python, "-m", "tests.source.say_obligations"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        input="\n".join(sources()[::step]),
        capture_output=True,
        text=True,
        timeout=1200,
        check=True,
    )
    rows = [line.split(" ", 1) for line in done.stdout.splitlines()]
    assert len(rows) == len(sources()[::step])
    return {path: digest for digest, path in rows if digest != "-"}


def check(step: int) -> None:
    ours = said(sys.executable, step)
    for python in OTHERS:
        theirs = said(python, step)
        both = ours.keys() & theirs.keys()
        assert len(both) > 0.9 * len(ours), f"{python} parses too little"
        assert [path for path in both if ours[path] != theirs[path]] == [], python


@pytest.mark.skipif(not OTHERS, reason="there is no other Python 3.11 to 3.15 on PATH")
@pytest.mark.parametrize("step", [SHARE, pytest.param(1, marks=pytest.mark.corpus)])
def test_the_standard_library(step: int) -> None:
    check(step)
