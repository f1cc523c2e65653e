"""Installs bytecov as users do, in environments that are thrown away, and uses it there.

    python tools/check_install.py [--python VERSION …]

builds the wheel and the sdist, then for each Python that is here and each way (pip with the wheel,
pip with the sdist, `uv tool`, pipx) installs, runs a program, reports on it, and looks for type
information and completion.  uv and pipx are used if they are on PATH.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
PYTHONS = ("3.11", "3.12", "3.13", "3.14", "3.15")
PROGRAM = "def f(a, b):\n    return 1 if a and b else 2\n\n\nprint(f(1, 0), f(0, 1))\n"


def run(*command: object, cwd: Path, **environment: str) -> str:
    """What a command prints; RuntimeError with all of it if it fails."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [*map(str, command)], cwd=cwd, env=clean | environment, text=True, timeout=600,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))}\n{done.stdout}")
    return done.stdout


def by_pip(python: str, package: Path, folder: Path) -> Path:
    pip: tuple[object, ...] = (folder / "venv/bin/python", "-m", "pip")
    try:
        run(python, "-m", "venv", folder / "venv", cwd=folder)
    except RuntimeError:  # a Python whose ensurepip does not work: the newest pip serves it
        run(python, "-m", "venv", "--without-pip", "--clear", folder / "venv", cwd=folder)
        newest = (sys.executable, "-m", "pip", "install", "-q", "--target", folder / "newest")
        run(*newest, "pip", cwd=folder)
        pip = (folder / "venv/bin/python", folder / "newest/pip")
    run(*pip, "install", "-q", package, cwd=folder)
    return folder / "venv/bin/bytecov"


def by_uv(python: str, package: Path, folder: Path) -> Path:
    run(
        "uv", "tool", "install", "-q", "--python", python, package, cwd=folder,
        UV_TOOL_DIR=str(folder / "tools"), UV_TOOL_BIN_DIR=str(folder / "bin"),
        UV_PYTHON_DOWNLOADS="never",
    )  # fmt: skip
    return folder / "bin/bytecov"


def by_pipx(python: str, package: Path, folder: Path) -> Path:
    run(
        "pipx", "install", "-q", "--python", python, package, cwd=folder,
        PIPX_HOME=str(folder / "pipx"), PIPX_BIN_DIR=str(folder / "bin"),
    )  # fmt: skip
    return folder / "bin/bytecov"


Way = Callable[[str, Path, Path], Path]


def use(command: Path, folder: Path) -> None:
    """What a user does first; AssertionError where it does not come out right."""
    work = folder / "work"
    work.mkdir()
    (work / "program.py").write_text(PROGRAM)
    assert run(command, "--version", cwd=work).startswith("bytecov ")
    assert run(command, "run", "program.py", cwd=work) == "2 2\n"
    assert "`b` was never true" in run(command, "report", cwd=work)
    assert "wrote htmlbytecov/index.html" in run(command, "html", cwd=work)
    assert "<condition " in run(command, "xml", "-o", "-", cwd=work)
    for shell in ("bash", "zsh", "fish"):
        assert "report" in run(command, "completion", shell, cwd=work)
    python = command.resolve().parent / "python"
    assert run(python, "-m", "bytecov", "--version", cwd=work).startswith("bytecov ")
    place = Path(run(python, "-c", "import bytecov; print(bytecov.__file__)", cwd=work).strip())
    assert ROOT not in place.parents
    assert (place.parent / "py.typed").exists()
    run(python, "-c", "import bytecov_coverage.words", cwd=work)


def ways(wheel: Path, sdist: Path) -> list[tuple[str, Way, Path]]:
    """Name, way and package of each that is possible here."""
    found: list[tuple[str, Way, Path]] = [
        ("pip wheel", by_pip, wheel),
        ("pip sdist", by_pip, sdist),
    ]
    for name, way in (("uv", by_uv), ("pipx", by_pipx)):
        if shutil.which(name):
            found.append((name, way, wheel))
        else:
            print(f"{name} is not on PATH: left out")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--python", nargs="+", default=PYTHONS, metavar="VERSION")
    options = parser.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory(prefix="bytecov-install-") as name:
        top = Path(name)
        run(sys.executable, "-m", "hatchling", "build", "-d", top / "dist", cwd=ROOT)
        (wheel,), (sdist,) = (top / "dist").glob("*.whl"), (top / "dist").glob("*.tar.gz")
        for version in options.python:
            python = shutil.which(f"python{version}")
            if not python:
                print(f"python{version} is not here: left out")
                continue
            for way, install, package in ways(wheel, sdist):
                folder = top / f"{version} {way}".replace(" ", "-")
                folder.mkdir()
                began = time.monotonic()
                try:
                    use(install(python, package, folder), folder)
                    said = "ok"
                except (AssertionError, RuntimeError, OSError) as error:
                    failed += 1
                    said = f"FAILED {type(error).__name__}: {error}"
                print(f"{version}  {way:<9}  {time.monotonic() - began:5.1f} s  {said}", flush=True)
                shutil.rmtree(folder)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
