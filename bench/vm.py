"""How fast the interpreter is: ratios to plain Python in one run.

    python bench/vm.py

Each program runs plain, under the VM, and under coverage.py's pure-Python tracer where that is
installed; the median of the rounds counts.  `M/s` is interpreted instructions a second, every
edge recorded.
"""

import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from types import CodeType
from typing import Any

from bytecov.bytecode.version import TEXT
from bytecov.record.vm import VMRecorder

PROGRAMS = {
    "calls": (
        """
def run(n):
    return n if n < 2 else run(n - 1) + run(n - 2)
""",
        18,
    ),
    "loops": (
        """
def run(n):
    total = 0
    for i in range(n):
        j = 0
        while j < 10:
            total += i * j
            j += 1
    return total
""",
        3000,
    ),
    "sieve": (
        """
def run(n):
    flags = [True] * n
    found = 0
    for i in range(2, n):
        if flags[i]:
            found += 1
            for k in range(i * i, n, i):
                flags[k] = False
    return found
""",
        20_000,
    ),
    "objects": (
        """
class Account:
    def __init__(self, balance):
        self.balance = balance
    def pay(self, amount):
        self.balance += amount
        return self.balance
def run(n):
    account = Account(0)
    for i in range(n):
        account.pay(i)
    return account.balance
""",
        8000,
    ),
    "generators": (
        """
def numbers(n):
    for i in range(n):
        if i % 3 == 0 or i % 5 == 0:
            yield i
def run(n):
    return sum(numbers(n))
""",
        12_000,
    ),
    "exceptions": (
        """
def run(n):
    caught = 0
    for i in range(n):
        try:
            if i % 4 == 0:
                raise ValueError(i)
        except ValueError:
            caught += 1
    return caught
""",
        8000,
    ),
}
ROUNDS = 5

Run = Callable[[int], Any]


def made_by(execute: Callable[[CodeType, dict[str, Any]], None], source: str, name: str) -> Run:
    """The program's `run`, its code object executed as `execute` does."""
    names: dict[str, Any] = {"__name__": name}
    execute(compile(source, name, "exec"), names)
    made: Run = names["run"]
    return made


def execute_prepared(recorder: VMRecorder, code: CodeType, names: dict[str, Any]) -> None:
    exec(recorder.prepare(code), names)


def seconds(run: Run, size: int) -> float:
    start = time.process_time()
    run(size)
    return time.process_time() - start


def traced(run: Run, size: int) -> float | None:
    """Under coverage.py's tracer written in Python; None where it cannot be had."""
    try:
        import coverage
    except ImportError:
        return None
    measuring = coverage.Coverage(branch=True, data_file=None, config_file=False, include=["*"])
    measuring.set_option("run:core", "pytrace")
    measuring.start()
    try:
        return seconds(run, size)
    finally:
        measuring.stop()


def main() -> None:
    print(f"CPython {TEXT}: times plain Python\n")
    print(f"{'program':12}{'VM':>8}{'M/s':>8}{'coverage pytrace':>20}")
    for name, (source, size) in PROGRAMS.items():
        recorder = VMRecorder()
        plain = made_by(exec, source, name)
        ours = made_by(partial(execute_prepared, recorder), source, name)
        ours(size)  # becomes hot
        recorder.take("")
        rounds = [(seconds(plain, size), seconds(ours, size)) for _ in range(ROUNDS)]
        executed = sum(sum(each.hits.offsets.values()) for each in recorder.take(""))
        ratio = statistics.median(own / native for native, own in rounds)
        speed = executed / sum(own for _, own in rounds) / 1e6
        other = traced(plain, size)
        beside = "-" if other is None else f"{other / statistics.median(r[0] for r in rounds):.0f}x"
        print(f"{name:12}{ratio:7.1f}x{speed:8.1f}{beside:>20}")


if __name__ == "__main__":
    sys.exit(main())
