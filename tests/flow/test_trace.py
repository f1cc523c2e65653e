"""Every step that the host really takes is an edge of the flow, or lies inside a block."""

import subprocess
import sys
from pathlib import Path

import pytest

from bytecov.flow.blocks import flow
from tests.flow.trace_oracle import Step, possible


def test_the_oracle_objects() -> None:
    code = test_guest.__code__
    found = flow(code)
    last = found.instructions[-1].arg_offset
    assert not possible(found, Step(code, last, 0, None))
    assert not possible(found, Step(code, 0, last, ValueError))


def trace(root: Path, *modules: str) -> None:
    """Another process: this one may be traced already."""
    command = [sys.executable, "-m", "tests.flow.trace_oracle", *modules]
    ran = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.rstrip().endswith("raised, 0 not possible")


def test_guest(root: Path) -> None:
    trace(root, "tests.flow.guest")


@pytest.mark.corpus
@pytest.mark.parametrize(
    "name", ["coroutines", "exceptions", "except_star", "generators", "patma", "with"]
)
def test_cpython_tests(root: Path, name: str) -> None:
    trace(root, f"test.test_{name}")
