"""Feeds readers with inputs that are almost right: a result, or a sentence, and nothing else.

    python -m tests.torture.fuzz [--cases N] [--minutes M] [READER …]

Cases come in batches: a batch is a reader, a seed and a number of cases, so that each can be made
again (`--seed S`).  A batch runs in a process of its own, in two gigabytes of memory; a case that
takes more than ten seconds of the processor, or stands still for five minutes, is a hang.  What was
fed is kept in `record.json` beside this file, where the next run goes on; several runs may go on at
once.  A failing case is kept in the folder `torture-failures`, and its reader gets no more.
"""

import argparse
import mmap
import multiprocessing
import os
import resource
import signal
import struct
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from random import Random

from tests.torture import record
from tests.torture.readers import BATCH, CRASHING, FAULT, READERS, Reader

MEMORY = 2 << 30
PATIENCE = 10  # seconds of the processor for one case
STANDSTILL = 300  # seconds on the wall for one case: others may need the machine
LARGEST = 1 << 22  # bytes of a case
FAILURES = Path("torture-failures")


class Hang(Exception):
    """A case takes too long."""


class Slate:
    """Memory that outlives the process that writes to it: the case at work and its number, and
    what became of those before it."""

    HEAD = struct.Struct("<qqqq")

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, LARGEST + self.HEAD.size)
        self.write(0, 0, 0, b"")

    def write(self, number: int, results: int, sentences: int, content: bytes) -> None:
        head = self.HEAD.pack(number, results, sentences, len(content))
        self._memory[: len(head) + len(content)] = head + content

    def read(self) -> tuple[int, int, int, bytes]:
        *counts, size = self.HEAD.unpack_from(self._memory)
        number, results, sentences = counts
        return number, results, sentences, self._memory[self.HEAD.size : self.HEAD.size + size]


@contextmanager
def watched() -> Iterator[None]:
    """Hang, in time."""
    signal.setitimer(signal.ITIMER_PROF, PATIENCE)
    signal.alarm(STANDSTILL)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.alarm(0)


def feed(reader: Reader, folder: Path, seed: int, cases: int, slate: Slate) -> None:
    """The cases from the one on the slate; an exception that is neither result nor sentence goes
    on."""
    first, results, sentences, _ = slate.read()
    for number in range(first, cases):
        content = reader.case(Random(seed << 32 | number))
        slate.write(number, results, sentences, content)
        try:
            with watched():
                reader.read(content, folder)
            results += 1
        except FAULT as error:
            said = str(error)
            assert said, "no sentence"
            assert "Traceback" not in said
            sentences += 1
    slate.write(cases, results, sentences, b"")


def stop(number: int, frame: object) -> None:
    raise Hang(f"more than {PATIENCE} seconds of the processor, or {STANDSTILL} on the wall")


def work(name: str, folder: str, seed: int, cases: int, slate: Slate) -> None:
    """The life of a process that feeds one reader."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGALRM, stop)
    signal.signal(signal.SIGPROF, stop)
    os.chdir(folder)
    try:
        reader = READERS[name]()
        reader.prepare(Path(folder))
        feed(reader, Path(folder), seed, cases, slate)
    except BaseException:
        traceback.print_exc()
        os._exit(1)


def run(name: str, seed: int, cases: int) -> record.Batch | None:
    """What a batch came to; None where the reader did not survive it."""
    place = "/dev/shm" if os.path.isdir("/dev/shm") else None
    slate, before = Slate(), resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryDirectory(dir=place, prefix="torture-") as folder:
        while True:
            process = multiprocessing.get_context("fork").Process(
                target=work, args=(name, folder, seed, cases, slate)
            )
            process.start()
            process.join()
            number, results, sentences, content = slate.read()
            if process.exitcode == 0:
                after = resource.getrusage(resource.RUSAGE_CHILDREN)
                took = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
                return record.Batch(seed, cases, results, sentences, round(took, 1))
            if (process.exitcode or 0) > 0 or name not in CRASHING:
                break
            slate.write(number + 1, results, sentences + 1, b"")
    FAILURES.mkdir(exist_ok=True)
    kept = FAILURES / f"{name.replace(' ', '-')}-{seed}-{number}"
    kept.write_bytes(content)
    print(f"{name}, seed {seed}: FAILED, exit {process.exitcode}: {kept}", flush=True)
    return None


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--cases", type=int, default=1_000_000, help="that each reader gets in all")
    parser.add_argument("--minutes", type=float, default=1e9, help="after which no batch begins")
    parser.add_argument("--seed", type=int, help="make this batch again, and record nothing")
    parser.add_argument("readers", nargs="*", metavar="READER")
    options = parser.parse_args()
    names = options.readers or list(READERS)
    if options.seed is not None:
        batches = [run(name, options.seed, BATCH[name]) for name in names]
        return 0 if all(batches) else 1
    end = time.monotonic() + 60 * options.minutes
    failed: set[str] = set()
    for turn in count():
        left = [one for one in names if record.cases(one) < options.cases and one not in failed]
        if not left or time.monotonic() > end:
            break
        name = left[turn % len(left)]
        seed = record.next_seed(name)
        batch = run(name, seed, BATCH[name])
        if batch is None:
            failed.add(name)
            record.add_failure(name, seed)
        else:
            record.add(name, batch)
    record.write_table()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
