"""The coverage.py plugin on every Python, in every driver, with the oldest and newest coverage.py.

    python tools/plugin_matrix.py [--python 3.13 …] [--keep FOLDER]

Each combination measures the project of tests/plugins/project.py in an environment of its own; all
must say the same.  `make matrix` runs it on every Python that is here.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

PYTHONS = ("3.11", "3.12", "3.13", "3.14", "3.15")
COVERAGES = ("coverage==7.10.*", "coverage")
DRIVERS = {
    "coverage run": ["coverage", "run", "-m", "pytest"],
    "pytest-cov": ["pytest", "--cov", "--cov-branch", "--cov-report="],
    "xdist": ["pytest", "-n2", "--cov", "--cov-branch", "--cov-report="],
}
REPORT = ["coverage", "report", "-m"]


def main() -> int:
    """Print a line for each combination; 1 if they differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", action="append", choices=PYTHONS, help="only on these")
    parser.add_argument("--keep", type=Path, help="keep the environments in this folder")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        rows = [row for python in options.python or PYTHONS for row in try_python(folder, python)]
    said = {report for _, report in rows if report}
    for name, report in rows:
        print(
            f"{name:<40} {'not here' if not report else 'same' if report == rows[0][1] else report}"
        )
    print(f"{len(rows)} combinations, {len(said)} different result{'s' * (len(said) != 1)}")
    return 0 if len(said) == 1 else 1


def try_python(folder: Path, python: str) -> list[tuple[str, str]]:
    """(name, what the report says) of each combination on one Python."""
    found = []
    for coverage in COVERAGES:
        interpreter = environment(folder, python, coverage)
        for driver, command in DRIVERS.items():
            report = measure(folder, interpreter, command) if interpreter else ""
            found.append((f"{python}, {coverage}, {driver}", report))
    return found


def environment(folder: Path, python: str, coverage: str) -> Path | None:
    """The interpreter of an environment with bytecov and this coverage; None without the Python."""
    path = folder / f"{python}-{'old' if '=' in coverage else 'new'}"
    interpreter = path / "bin" / "python"
    if interpreter.exists():
        return interpreter
    try:
        venv = [f"python{python}", "-m", "venv", "--without-pip", path]
        subprocess.run(venv, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    packages = [str(ROOT), coverage, "pytest", "pytest-cov", "pytest-xdist"]
    install = [sys.executable, "-m", "pip", "--python", interpreter, "install", "-q", *packages]
    subprocess.run(install, check=True)
    return interpreter


def measure(folder: Path, interpreter: Path, command: list[str]) -> str:
    """The missing column and the line about conditions."""
    from tests.plugins.project import make_project
    from tests.plugins.test_coverage_plugin import CONFIGURATION

    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        project = make_project(Path(temporary), CONFIGURATION)
        for words in (command, REPORT):
            done = subprocess.run(
                [interpreter, "-m", *words], cwd=project.path, capture_output=True, text=True
            )
            if done.returncode:
                return f"{' '.join(words)} failed: {done.stdout}{done.stderr}"
        return f"{project.missing(done.stdout)}; {done.stdout.splitlines()[-1]}"


if __name__ == "__main__":
    sys.exit(main())
