"""A small project, and bytecov run in it as users run it."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

PRICING = """\
def discount(total, is_member):
    if is_member and total > 100:
        return 10
    return 0


def unused(a):
    return 1 if a else 2
"""
MAIN = """\
import sys

from shop.pricing import discount

print(sys.argv, discount(200, True), discount(200, False))
if len(sys.argv) > 1:
    sys.exit(int(sys.argv[1]))
"""


VARIABLES = ("BYTECOV_FILE", "COVERAGE_FILE", "COVERAGE_RCFILE", "PYTHONPATH")


def make_project(folder: Path) -> Path:
    """shop/pricing.py and main.py in a folder."""
    (folder / "shop").mkdir()
    (folder / "shop" / "__init__.py").touch()
    (folder / "shop" / "pricing.py").write_text(PRICING)
    (folder / "main.py").write_text(MAIN)
    return folder


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current directory: shop/pricing.py and main.py."""
    make_project(tmp_path)
    monkeypatch.chdir(tmp_path)
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    return tmp_path


Bytecov = Callable[..., subprocess.CompletedProcess[str]]


def run_bytecov(
    cwd: Path, *arguments: object, **environment: str
) -> subprocess.CompletedProcess[str]:
    """bytecov in a process of its own."""
    inherited = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    return subprocess.run(
        [sys.executable, "-m", "bytecov", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=cwd,
        env={**inherited, "PYTHONPATH": str(ROOT), **environment},
    )


@pytest.fixture
def bytecov(project: Path) -> Bytecov:
    """`bytecov(*arguments)` in a process of its own."""

    def run(
        *arguments: object, cwd: Path | None = None, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        return run_bytecov(cwd or project, *arguments, **environment)

    return run
