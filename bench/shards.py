"""How long `bytecov combine` takes for many shards, and how much memory: linear in both.

    python bench/shards.py [--files N] [--contexts N] COUNT …

makes COUNT data files as machines of a sharded build would leave them (two Pythons, each machine
with a checkout of its own, all files in each shard, a part of the obligations covered), combines
them in a process of its own, checks the result, and prints seconds of CPU and megabytes.
"""

import argparse
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bytecov.model.edge import Edge, EdgeKind  # noqa: E402
from bytecov.model.obligation import ObligationKey  # noqa: E402
from bytecov.model.span import Span  # noqa: E402
from bytecov.store.database import write  # noqa: E402
from bytecov.store.packing import pack_counts, pack_edges  # noqa: E402
from bytecov.store.reading import load  # noqa: E402
from bytecov.store.records import CodeName, Knowledge, Run  # noqa: E402
from bytecov.store.writing import Writer  # noqa: E402

OBLIGATIONS = 60  # of a file
CODES = 12


def make_shard(path: Path, number: int, files: int, contexts: int) -> None:
    """The data file of one machine."""
    chance = random.Random(number)
    python = ("3.12.1", "3.13.0")[number % 2]
    top = f"/home/runner/{number}/project"
    with write(str(path)) as connection:
        writer = Writer(connection)
        run = Run(f"run {number}", ("pytest",), top, "native", ("edges",), python, "linux",
                  "0.1.0", 0, float(number), 60.0)  # fmt: skip
        writer.add_run(run)
        for file in range(files):
            here = writer.file(f"{top}/src/m{file}.py", f"digest of {file}")
            keys = [
                ObligationKey("condition", Span(line, 7, line, 12), outcome)
                for line in range(OBLIGATIONS // 2)
                for outcome in ("true", "false")
            ]
            writer.add_knowledge(here, Knowledge(python, frozenset(keys[:2]), frozenset()))
            for context in range(contexts):
                name = writer.context(f"tests/test_{number}.py::test_{context}" if context else "")
                covered = chance.sample(keys, OBLIGATIONS // 3)
                writer.add_covered(here, name, dict.fromkeys(covered, 1), {*range(1, 200, 3)})
                for code in range(CODES if not context else 2):
                    offsets = pack_counts(dict.fromkeys(range(0, 300, 2), 0))
                    edges = pack_edges(
                        {Edge(at, at + 20, EdgeKind.JUMP): 0 for at in range(0, 300, 16)}
                    )
                    row = CodeName(f"f{code}", code, f"{code}{python}", python, 3)
                    writer.add_packed_hits(here, name, row, offsets, edges)


def combine(folder: Path) -> tuple[float, float]:
    """Seconds of CPU and megabytes of `bytecov combine` on the shards of a folder."""
    before = used()
    subprocess.run(
        [sys.executable, "-m", "bytecov", "combine", "-q"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
    )
    return used() - before, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def used() -> float:
    """Seconds of CPU of all children so far."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--contexts", type=int, default=4)
    parser.add_argument("counts", nargs="+", type=int, metavar="COUNT")
    options = parser.parse_args()
    for count in options.counts:
        folder = Path(tempfile.mkdtemp(prefix="shards-"))
        try:
            (folder / "src").mkdir()
            for file in range(options.files):
                (folder / "src" / f"m{file}.py").touch()
            for number in range(count):
                path = folder / f".bytecov.ci.{number}"
                make_shard(path, number, options.files, options.contexts)
            size = sum(one.stat().st_size for one in folder.glob(".bytecov.*")) / 1e6
            seconds, megabytes = combine(folder)
            contents = load(str(folder / ".bytecov"))
            assert len(contents.runs) == count
            assert len(contents.files) == options.files, "same files of different machines"
            print(
                f"{count:5} shards  {size:7.1f} MB  {seconds:7.2f} s of CPU  "
                f"{1000 * seconds / count:6.1f} ms each  at most {megabytes:5.0f} MB of memory"
            )
        finally:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
