"""Links beyond single branches: code without columns, whole corpora."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import bytecov
from bytecov.source.corpus import map_corpus

LIBRARY = Path(os.__file__).parent
SAMPLE = ["argparse.py", "ast.py", "asyncio", "dataclasses.py", "email", "inspect.py", "json"]
ROOT = Path(bytecov.__file__).parent


def test_bytecov_and_a_sample_of_the_library() -> None:
    report = map_corpus([ROOT, *(LIBRARY / name for name in SAMPLE)])
    assert report.files > 100
    assert (report.unexplained, report.unfound, report.mismatches) == ([], [], [])


@pytest.mark.corpus
def test_the_library() -> None:
    report = map_corpus([LIBRARY])
    assert (report.unexplained, report.unfound, report.mismatches) == ([], [], [])


def test_without_columns() -> None:
    names = [str(LIBRARY / name) for name in ("argparse.py", "json", "dataclasses.py")]
    command = [sys.executable, "-X", "no_debug_ranges", "-m", "bytecov", "debug"]
    command += ["unexplained", *names]
    done = subprocess.run(
        command, cwd=ROOT.parent, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
