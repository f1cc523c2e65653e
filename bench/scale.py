"""How time and memory grow with a project: its files, and the contexts of its tests.

    python bench/scale.py files COUNT …      sources of the standard library, in copies
    python bench/scale.py contexts COUNT …   tests that each cover a part of 300 files

Prints seconds of CPU, which other work on the machine hardly changes, and the most memory.
"""

import hashlib
import os
import random
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from itertools import cycle, islice
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bytecov.model.obligation import ObligationKey  # noqa: E402
from bytecov.model.span import Span  # noqa: E402
from bytecov.store.database import write  # noqa: E402
from bytecov.store.records import Run  # noqa: E402
from bytecov.store.writing import Writer  # noqa: E402

# One process that says what its child used: RUSAGE_CHILDREN never goes down again.
MEASURED = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
"""


def bytecov(folder: Path, *arguments: str) -> str:
    """What a command took."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, sys.executable, "-m", "bytecov", *arguments],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True,
        capture_output=True, text=True,
    )  # fmt: skip
    seconds, megabytes = map(float, done.stdout.split())
    return f"{arguments[0]} {seconds:.1f} s, {megabytes:.0f} MB"


def library() -> list[Path]:
    """Sources of the standard library, none larger than 3,000 lines."""
    found = sorted(Path(sysconfig.get_path("stdlib")).glob("*.py"))
    found += sorted(Path(sysconfig.get_path("stdlib")).glob("*/*.py"))
    return [one for one in found if "test" not in one.parts and one.stat().st_size < 100_000]


def files(folder: Path, count: int) -> None:
    """A project of so many files, none of which runs; all are compiled, linked and reported."""
    lines = 0
    for number, path in enumerate(islice(cycle(library()), count)):
        package = folder / "big" / f"p{number // 100}"
        package.mkdir(parents=True, exist_ok=True)
        (package / "__init__.py").touch()
        content = path.read_bytes() + b"\n# copy %d\n" % number
        (package / f"m{number}.py").write_bytes(content)
        lines += content.count(b"\n")
    (folder / "big" / "__init__.py").touch()
    (folder / "main.py").write_text("print(1)\n")
    took = [bytecov(folder, "run", "--source=big", "main.py")]
    took += [bytecov(folder, "report"), bytecov(folder, "xml")]
    size = (folder / ".bytecov").stat().st_size / 1e6
    print(f"{count:6,} files  {lines:9,} lines  {size:6.1f} MB of data  {'  '.join(took)}")


def contexts(folder: Path, count: int, sources: int = 300) -> None:
    """So many tests, each covering a third of what ten files owe."""
    chance = random.Random(1)
    text = "".join(f"def f{i}(a, b):\n    return 1 if a and b else 2\n" for i in range(20))
    keys = [
        ObligationKey("condition", Span(line, start, line, start + 1), outcome)
        for line in range(2, 41, 2)
        for start in (16, 22)
        for outcome in ("true", "false")
    ]
    digest = hashlib.sha256(text.encode()).hexdigest()
    with write(str(folder / ".bytecov")) as connection:
        writer = Writer(connection)
        writer.add_run(Run("u", ("pytest",), str(folder), "native", ("edges",), "3.13.0", "linux",
                           "0.1.0", 0, 1.0, 1.0))  # fmt: skip
        ids = []
        for number in range(sources):
            path = folder / f"m{number}.py"
            path.write_text(text)
            ids.append(writer.file(str(path), digest))
        for number in range(count):
            context = writer.context(f"tests/test_{number // 50}.py::test_{number}|run")
            for file in chance.sample(ids, 10):
                covered = dict.fromkeys(chance.sample(keys, len(keys) // 3), 1)
                writer.add_covered(file, context, covered, {*range(1, 41, 2)})
    size = (folder / ".bytecov").stat().st_size / 1e6
    took = [bytecov(folder, "report"), bytecov(folder, "json")]
    print(f"{count:6,} tests  {size:6.1f} MB of data  {'  '.join(took)}")


def main() -> None:
    what = {"files": files, "contexts": contexts}[sys.argv[1]]
    for count in map(int, sys.argv[2:]):
        folder = Path(tempfile.mkdtemp(prefix="scale-"))
        try:
            what(folder, count)
            sys.stdout.flush()
        finally:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
