"""Small nasty programs do with us what they do without: output, errors, status, files."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bytecov.bytecode.version import VERSION

from .conftest import ROOT, VARIABLES

PROGRAMS = sorted((Path(__file__).parent / "nasty").glob("*.py"))
NOT_EQUAL = {
    ("monitoring", "vm"): "line events of sys.monitoring are those of the stub",
    ("coverage_by_monitoring", "vm"): "line events of sys.monitoring are those of the stub",
    ("profiler", "vm"): "profile functions are told of the stub's call of globals",
}
"""docs/vm-fidelity.md"""
if VERSION < (3, 13):
    NOT_EQUAL["coverage_at_once", "vm"] = "trace functions in C see the interpreter's frames"


@pytest.mark.parametrize("engine", ["native", "vm"])
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_the_same_with_us(program: Path, engine: str, tmp_path: Path) -> None:
    if reason := NOT_EQUAL.get((program.stem, engine)):
        pytest.skip(reason)
    plain = done(tmp_path, program)
    assert done(tmp_path, program, "-m", "bytecov", "run", f"--engine={engine}") == plain


@pytest.mark.parametrize("name", ["asyncio", "traceback", "warnings", "unicode"])
@pytest.mark.parametrize(
    ("flags", "environment"),
    [
        (["-O"], {}),
        (["-X", "dev"], {}),
        (["-W", "error"], {}),
        ([], {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}),
        (["-b"], {"PYTHONIOENCODING": "latin-1", "PYTHONHASHSEED": "3"}),
    ],
    ids=["optimized", "dev", "errors", "ascii", "latin-1"],
)
def test_the_same_in_other_modes(
    name: str, flags: list[str], environment: dict[str, str], tmp_path: Path
) -> None:
    program = Path(__file__).parent / "nasty" / f"{name}.py"
    plain = done(tmp_path, program, *flags, **environment)
    assert done(tmp_path, program, *flags, "-m", "bytecov", "run", **environment) == plain


FROM_HERE = f"import sys; sys.path.insert(1, {str(ROOT)!r}); from bytecov.cli import main;"
ISOLATED = ("-I", "-c", f"{FROM_HERE} sys.exit(main(sys.argv[1:]))", "run")


@pytest.mark.parametrize("name", ["traceback", "unicode", "zipimport", "atexit_order"])
def test_the_same_in_isolated_mode(name: str, tmp_path: Path) -> None:
    """`-I`: no PYTHONPATH, no user's packages, no folder of the program's in `sys.path`."""
    program = Path(__file__).parent / "nasty" / f"{name}.py"
    assert done(tmp_path, program, *ISOLATED) == done(tmp_path, program, "-I")


def done(
    tmp_path: Path, program: Path, *by: str, **environment: str
) -> tuple[int, bytes, bytes, list[str]]:
    """Status, output, errors, and the files that are there afterwards but for our own."""
    here = tmp_path / "here"
    here.mkdir()
    shutil.copy(program, here / "program.py")
    inherited = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    found = subprocess.run(
        [sys.executable, *by, "program.py", "one", "two"],
        cwd=here,
        env={**inherited, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert "run" not in by or (here / ".bytecov").exists() or program.stem == "os_exit"
    files = sorted(path.name for path in here.iterdir() if not path.name.startswith(".bytecov"))
    shutil.rmtree(here)
    return found.returncode, found.stdout, found.stderr, files
