"""Virtual environments that stay, and versions of coverage.py to put in front of them."""

import shutil
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from tests.conformance.runs import CACHE


class Environment:
    """A virtual environment in `folder`, with what was `needed`."""

    def __init__(self, python: str, folder: Path, needed: Iterable[str]) -> None:
        self.folder = folder
        self.python = str(self.folder / "bin" / "python")
        self._installed = self.folder / "installed.txt"
        if not self._installed.exists():
            shutil.rmtree(self.folder, ignore_errors=True)
            call(python, "-m", "venv", "--without-pip", str(self.folder))
            self._installed.write_text("", "utf-8")
        self.install(*needed)

    def install(self, *what: str) -> None:
        """Install what is not there yet."""
        known = self._installed.read_text("utf-8").splitlines()
        if missing := [each for each in what if each not in known]:
            self._pip("--prefer-binary", *missing)
            with self._installed.open("a", encoding="utf-8") as file:
                file.writelines(f"{each}\n" for each in missing)

    def renew(self, package: Path) -> None:
        """Install a wheel, in the place of an older one."""
        self._pip("--force-reinstall", "--no-deps", str(package))

    def coverage(self, wanted: str) -> Path:
        """A folder with this coverage.py alone, to go on PYTHONPATH: `7.10`, or `newest`."""
        place = self.folder / f"coverage-{wanted}"
        if not place.exists():
            pinned = "coverage" if wanted == "newest" else f"coverage=={wanted}.*"
            making = place.with_suffix(".making")
            shutil.rmtree(making, ignore_errors=True)
            self._pip("--no-deps", "--target", str(making), pinned)
            making.rename(place)
        return place

    def _pip(self, *words: str) -> None:
        call(self.python, str(newest_pip()), "install", "--quiet", *words)


@cache
def newest_pip() -> Path:
    """A pip for every Python: not each comes with one that works, and an old one does not run on
    a new Python."""
    place = CACHE / "bytecov-pip"
    if not (place / "pip").exists():
        words = ("install", "--quiet", "--upgrade", "--target", str(place), "pip")
        call(sys.executable, "-m", "pip", *words)
    return place / "pip"


def call(*command: str, cwd: Path | None = None) -> None:
    """Run a command that must not fail."""
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=cwd
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout}")
