"""How fast the interpreter is: ratios to plain Python in one run.

    python bench/vm.py

Each program runs plain, under the VM, under coverage.py's pure-Python tracer (what
COVERAGE_CORE=pytrace chooses) and in x-python, an interpreter of bytecode in Python from PyPI,
where these are installed and work; what does not is said below the table.  The median of the
rounds counts, in time of the process.  `M/s` is interpreted instructions a second, every edge
recorded and counted.  The VM is there twice: as on every day, where the host runs what is hot, with
counters woven in; and translated, where nothing is the host's but what it is asked for.
"""

import contextlib
import io
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import CodeType
from typing import Any

if __name__ == "__main__":  # beside us lie html.py and others; and this bytecov is meant
    sys.path[0] = str(Path(__file__).parents[1])

from bytecov.bytecode.version import TEXT
from bytecov.record.vm import VMRecorder
from bytecov.vm import stub

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
SMALLER = {"calls": 12}
"""Sizes for x-python that are not a tenth: the work of recursion is exponential."""
ROUNDS = 5
LONGEST = 60  # seconds for a program in x-python, which gets a tenth of the work

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


def traced(run: Run, size: int) -> float:
    """Under coverage.py's tracer written in Python."""
    import coverage

    measuring = coverage.Coverage(branch=True, data_file=None, config_file=False, include=["*"])
    measuring.set_option("run:core", "pytrace")
    measuring.start()
    try:
        return seconds(run, size)
    finally:
        measuring.stop()


def in_x_python(name: str) -> float:
    """In x-python, by a process of its own: times plain Python for a tenth of the work."""
    command = [sys.executable, __file__, "--x-python", name]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST)
    except subprocess.TimeoutExpired:
        raise RuntimeError(f"more than {LONGEST} s") from None
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["it ended"])[-1]
        raise RuntimeError(said.removeprefix("RuntimeError: "))
    return float(done.stdout)


def x_python(name: str) -> float:
    """What `in_x_python` asks for."""
    from xpython.execfile import PYTHON_VERSION_TRIPLE, exec_code_object, get_supported_versions

    source, size = PROGRAMS[name]
    size = SMALLER.get(name, size // 10)
    versions, needs = get_supported_versions(False, False)
    if PYTHON_VERSION_TRIPLE[:2] not in versions:
        raise RuntimeError(f"it compiles for {' '.join(needs.split())}, and this is {TEXT}")
    expected = made_by(exec, source, name)(size)
    times = sorted(seconds(made_by(exec, source, name), size) for _ in range(ROUNDS))
    names: dict[str, Any] = {"__name__": name, "__builtins__": __builtins__}
    code = compile(f"{source}\nresult = run({size})\n", name, "exec")
    said = io.StringIO()
    start = time.process_time()
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
        exec_code_object(code, names)
    took = time.process_time() - start
    if names.get("result") != expected:
        last = (said.getvalue().strip().splitlines() or [f"result {names.get('result')}"])[-1]
        raise RuntimeError(f"not what plain Python gives ({last})")
    return took / times[ROUNDS // 2]


def under_vm(source: str, size: int, name: str, weaves: bool) -> tuple[float, float]:
    """Times plain Python, and millions of instructions a second, of a program that is hot."""
    found, stub.can_weave = stub.can_weave, stub.can_weave if weaves else lambda program: False
    recorder = VMRecorder()
    plain = made_by(exec, source, name)
    ours = made_by(partial(execute_prepared, recorder), source, name)
    for _ in range(2):
        ours(size)  # becomes hot
    recorder.take("")
    rounds = [(seconds(plain, size), seconds(ours, size)) for _ in range(ROUNDS)]
    executed = sum(sum(each.hits.offsets.values()) for each in recorder.take(""))
    stub.can_weave = found
    ratio = statistics.median(own / native for native, own in rounds)
    return ratio, executed / sum(own for _, own in rounds) / 1e6


def tried(measure: Callable[[], float], failures: dict[str, str], tool: str) -> str:
    """The ratio in words; where there is none, why goes to `failures`."""
    try:
        return f"{measure():.0f}x"
    except ImportError as error:
        failures.setdefault(tool, f"not here ({error})")
    except RuntimeError as error:
        failures.setdefault(tool, str(error))
    return "-"


def main() -> None:
    if sys.argv[1:2] == ["--x-python"]:
        print(x_python(sys.argv[2]))
        return
    print(f"CPython {TEXT}: times plain Python\n")
    print(f"{'program':12}{'VM':>8}{'M/s':>8}{'translated':>12}{'M/s':>8}", end="")
    print(f"{'coverage pytrace':>20}{'x-python':>12}")
    failures: dict[str, str] = {}
    for name, (source, size) in PROGRAMS.items():
        (ratio, speed), (translated, slower) = (
            under_vm(source, size, name, weaves) for weaves in (True, False)
        )
        shown = f"{ratio:7.1f}x{speed:8.1f}{translated:11.1f}x{slower:8.1f}"
        plain = made_by(exec, source, name)
        native = statistics.median(seconds(plain, size) for _ in range(ROUNDS))
        beside = tried(lambda: traced(plain, size) / native, failures, "coverage.py")  # noqa: B023
        other = tried(lambda: in_x_python(name), failures, f"x-python on {name}")  # noqa: B023
        print(f"{name:12}{shown}{beside:>20}{other:>12}", flush=True)
    print()
    for said in dict.fromkeys(failures.values()):
        tools = [tool for tool, why in failures.items() if why == said]
        print(f"{', '.join(tools)}: {said}")


if __name__ == "__main__":
    sys.exit(main())
