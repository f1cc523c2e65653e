"""Feeds readers with inputs that are almost right: a result, or a sentence, and nothing else.

    python -m tests.torture.fuzz [--cases N] [--seed S] [READER …]

Each reader runs in a process of its own, in two gigabytes of memory; a case that takes more than
ten seconds is a hang.  A failing case is kept in the folder `torture-failures`.
"""

import argparse
import multiprocessing
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path
from random import Random

from tests.torture.readers import FAULT, READERS, Reader

MEMORY = 2 << 30
PATIENCE = 10  # seconds for one case
FAILURES = Path("torture-failures")


class Hang(Exception):
    """A case takes too long."""


def feed(reader: Reader, folder: Path, seed: int, cases: int) -> Counter[str]:
    """How many cases gave a result, and how many a sentence; any other exception goes on, with
    the case in the file `case` of the folder."""
    random = Random(seed)
    counts: Counter[str] = Counter()
    last = folder / "case"
    for _ in range(cases):
        content = reader.case(random)
        last.write_bytes(content)
        signal.alarm(PATIENCE)
        try:
            reader.read(content, folder)
            counts["result"] += 1
        except FAULT as error:
            said = str(error)
            assert said, "no sentence"
            assert "Traceback" not in said
            counts["sentence"] += 1
        finally:
            signal.alarm(0)
    return counts


def stop(number: int, frame: object) -> None:
    raise Hang(f"more than {PATIENCE} seconds")


def work(name: str, folder: str, seed: int, cases: int) -> None:
    """The life of a process that feeds one reader."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGALRM, stop)
    os.chdir(folder)
    reader = READERS[name]()
    reader.prepare(Path(folder))
    began = time.monotonic()
    try:
        counts = feed(reader, Path(folder), seed, cases)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    seconds = time.monotonic() - began
    print(
        f"| {name} | {seed} | {cases:,} | {counts['result']:,} | {counts['sentence']:,}"
        f" | {seconds:,.0f} s |", flush=True,
    )  # fmt: skip


def run(name: str, seed: int, cases: int) -> bool:
    """Whether a reader survived."""
    place = "/dev/shm" if os.path.isdir("/dev/shm") else None
    with tempfile.TemporaryDirectory(dir=place, prefix="torture-") as folder:
        process = multiprocessing.get_context("fork").Process(
            target=work, args=(name, folder, seed, cases)
        )
        process.start()
        process.join()
        if process.exitcode == 0:
            return True
        FAILURES.mkdir(exist_ok=True)
        kept = FAILURES / f"{name.replace(' ', '-')}-{seed}"
        shutil.copy(Path(folder) / "case", kept)
        print(f"| {name} | {seed} | FAILED, exit {process.exitcode}: {kept} |", flush=True)
        return False


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("readers", nargs="*", metavar="READER")
    options = parser.parse_args()
    print("| reader | seed | cases | a result | a sentence | time |\n|---|---|---|---|---|---|")
    names = options.readers or list(READERS)
    survived = [run(name, options.seed, options.cases) for name in names]
    return 0 if all(survived) else 1


if __name__ == "__main__":
    sys.exit(main())
