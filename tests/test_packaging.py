"""What a user installs: the files of the wheel, its metadata, what importing it brings in."""

import email
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (path,) = folder.glob("*.whl")
    return zipfile.ZipFile(path)


def test_wheel_holds_every_file_of_the_package(wheel: zipfile.ZipFile) -> None:
    files = (path for path in (ROOT / "bytecov").rglob("*") if path.is_file())
    kept = {str(path.relative_to(ROOT)) for path in files if "__pycache__" not in path.parts}
    assert {"bytecov/py.typed", "bytecov/__init__.py"} <= kept
    assert kept <= set(wheel.namelist())


def test_wheel_holds_nothing_else(wheel: zipfile.ZipFile) -> None:
    tops = {name.split("/")[0] for name in wheel.namelist() if ".dist-info/" not in name}
    assert tops <= {"bytecov", "bytecov_coverage", "bytecov_pytest"}


def test_metadata(wheel: zipfile.ZipFile) -> None:
    (folder,) = {name.split("/")[0] for name in wheel.namelist() if ".dist-info/" in name}
    metadata = email.message_from_bytes(wheel.read(f"{folder}/METADATA"))
    assert metadata["Name"] == "bytecov"
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == ">=3.11"
    assert b"Apache License" in wheel.read(f"{folder}/licenses/LICENSE")
    scripts = wheel.read(f"{folder}/entry_points.txt").decode()
    assert "bytecov = bytecov.cli:main" in scripts


COVERAGE = "[run]\nbranch = true\nplugins = bytecov_coverage\n"


@pytest.mark.parametrize(
    "words",
    [("bytecov", "run"), ("coverage", "run"), ("pytest", "--bytecov"), ("pytest", "--cov")],
    ids=" ".join,
)
def test_pytest_has_nothing_to_warn_of(
    wheel: zipfile.ZipFile, words: tuple[str, ...], tmp_path: Path
) -> None:
    """Installed, our packages are a pytest plugin's, which it would rewrite if it came first."""
    wheel.extractall(tmp_path / "installed")
    (tmp_path / "test_a.py").write_text("def test_a():\n    assert 1 or 2\n")
    (tmp_path / ".coveragerc").write_text(COVERAGE)
    pytest_words = ["-W", "error", "-q", "-p", "no:cacheprovider", "test_a.py"]
    if words[1] == "run":
        pytest_words = ["-m", "pytest", *pytest_words]
    done = subprocess.run(
        [sys.executable, "-m", *words, *pytest_words],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "installed")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout
    assert "warning" not in done.stdout


def test_importing_brings_in_no_other_package() -> None:
    """The measured process imports the standard library and bytecov, nothing else."""
    program = (
        "import sys; before = set(sys.modules)\n"
        "import bytecov.cli, bytecov.api\n"
        "new = {name.split('.')[0] for name in set(sys.modules) - before}\n"
        "print(*sorted(new - sys.stdlib_module_names - {'bytecov'}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert done.stdout.split() == []
