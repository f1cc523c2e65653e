"""bytecov measured by bytecov: the parts that turn edges into results, by their own tests.

    python tools/self_coverage.py [--python PYTHON]… [--fail-under N] [TEST …]

What measures is a copy under another name, so that nothing of the measured package is loaded before
its tests load it.  Several Pythons add up: what one's bytecode needs, others never run.  Prints
the report, and for each part its condition coverage; ends with status 2 where one is below N.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parent.parent
PARTS = ("source", "results", "flow", "store")
TWINS = ["tests/source/test_twin.py", "tests/source/test_twin_beside.py"]
"""They run the VM, which hides functions of bytecov from whoever watches them (vm/tracing.py): what
comes behind it in a process is not measured."""
ELSEWHERE = ["tests/store/test_faults.py", "tests/source/test_same_everywhere.py"]
"""They start other processes and see little themselves."""
TESTS = [
    [*(f"tests/{part}" for part in PARTS), *(f"--ignore={one}" for one in TWINS + ELSEWHERE)],
    ["tests/record/test_retests.py"],
    TWINS,
]
NAME = "measuring"
IMPORTED = re.compile(r"(^\s*(?:from |import )|\b(?=bytecov\.[a-z_]))bytecov\b", re.MULTILINE)
SETTINGS = """\
[tool.bytecov]
exclude_also = ["if TYPE_CHECKING:", "raise NotImplementedError", "assert_never"]
"""


def main(arguments: Sequence[str]) -> int:
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--fail-under", type=float, default=0.0, metavar="N")
    options.add_argument("--python", action="append", help="run the tests by this, too")
    options.add_argument("--keep", type=Path, help="write the JSON report to this file")
    options.add_argument("tests", nargs="*", metavar="TEST")
    chosen = options.parse_args(arguments)
    tests = [chosen.tests] if chosen.tests else TESTS
    with TemporaryDirectory() as place:
        copy(Path(place))
        found = measured(Path(place), chosen.python or [sys.executable], tests)
        if chosen.keep:
            chosen.keep.write_text(json.dumps(found), "utf-8")
    return max(2 * (shown < chosen.fail_under) for shown in map(percent, PARTS, [found] * 4))


def copy(place: Path) -> None:
    """bytecov as a package of another name."""
    package = place / NAME
    shutil.copytree(ROOT / "bytecov", package, ignore=shutil.ignore_patterns("__pycache__"))
    for path in package.rglob("*.py"):
        text = IMPORTED.sub(rf"\1{NAME}", path.read_text("utf-8"))
        path.write_text(text, "utf-8")


def measured(
    place: Path, pythons: Sequence[str], tests: Sequence[Sequence[str]]
) -> dict[str, object]:
    """Run the tests, each group in a process of its own; print the report, and return it as
    JSON."""
    (place / "settings.toml").write_text(SETTINGS, "utf-8")
    sources = ",".join(str(ROOT / "bytecov" / part) for part in PARTS)
    common = [f"--rcfile={place}/settings.toml", f"--data-file={place}/data"]
    for python in pythons:
        for group in tests:
            command = ["-m", "pytest", "-q", "-p", "no:cacheprovider", *group]
            bytecov(python, place, "run", "--append", f"--source={sources}", *common, *command)
    bytecov(sys.executable, place, "report", *common)
    bytecov(sys.executable, place, "json", *common, "-o", str(place / "found.json"))
    found: dict[str, object] = json.loads((place / "found.json").read_text("utf-8"))
    return found


def bytecov(python: str, place: Path, *words: str) -> None:
    environment = {**os.environ, "PYTHONPATH": f"{place}:{ROOT}:{ROOT / 'plugins'}"}
    done = subprocess.run([python, "-m", NAME, *words], cwd=ROOT, env=environment)
    if done.returncode not in (0, 1):
        raise SystemExit(f"{words[0]} ended with status {done.returncode}")


def percent(part: str, found: dict[str, object]) -> float:
    """The condition coverage of a part, printed."""
    files = found["files"]
    assert isinstance(files, dict)
    statuses = [
        status
        for path, file in files.items()
        if path.startswith(f"bytecov/{part}/")
        for decision in file["decisions"]
        for condition in decision["conditions"]
        for status in condition["outcomes"].values()
    ]
    covered, missed = statuses.count("covered"), statuses.count("missed")
    shown = 100 * covered / (covered + missed)
    print(f"bytecov/{part}: {shown:.1f} % of conditions ({missed} of {covered + missed} missed)")
    return shown


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
