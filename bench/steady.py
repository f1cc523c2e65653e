"""CPU-bound programs in their steady state: what each tool makes of plain Python's time.

    python bench/steady.py [--rounds N] [--seconds S] [--json FILE] [PROGRAM ...]

All tools run the same program at the same time, taking turns, so that a slow moment of the
machine meets all of them.  A round's ratio is to the plain run of the same round; the figure is
the median over the rounds: N of them at least, and more while the S seconds for all programs last.
What takes several times as long as plain Python, and needs no more precision, stops after N.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from contextlib import ExitStack, suppress
from pathlib import Path

HERE = Path(__file__).parent
TURN = 0.06  # seconds that plain Python runs in a round
SLOW = 3.0  # times plain Python: no more rounds than asked for
MOST_ROUNDS = 25
TOOLS = [
    "plain",
    "bytecov",
    "bytecov, contexts",
    "coverage --branch",
    "coverage, sysmon",
    "slipcover",
    "slipcover --branch",
]


class Child:
    """One program under one tool, waiting for its turn."""

    def __init__(self, tool: str, program: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-P", str(HERE / "child.py"), tool, str(program)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.is_there = self.answer() == "ready"

    def answer(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def time(self, times: int = 1) -> float:
        """Seconds of CPU for so many more runs; ValueError, OSError if it has died."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{times}\n")
        self.process.stdin.flush()
        return float(self.answer())

    def close(self) -> None:
        assert self.process.stdin is not None
        with suppress(OSError):
            self.process.stdin.close()
        self.process.wait()


def ratios(program: Path, rounds: int, until: float, tools: list[str]) -> dict[str, float]:
    """{tool: median ratio to plain Python}, tools that are not installed or fail left out"""
    found: dict[str, list[float]] = {}
    with ExitStack() as stack:
        children = {}
        for tool in tools:
            child = Child(tool, program)
            stack.callback(child.close)
            if child.is_there:
                children[tool] = child
        plain = children.pop("plain")
        times = max(1, round(TURN / max(plain.time(), 1e-3)))
        done = 0
        while done < rounds or (done < MOST_ROUNDS and time.monotonic() < until):
            done += 1
            expected = plain.time(times)
            for tool, child in list(children.items()):
                if done > rounds and statistics.median(found[tool]) > SLOW:
                    continue
                try:
                    found.setdefault(tool, []).append(child.time(times) / expected)
                except (ValueError, OSError):
                    print(f"{program.stem}: {tool} ended", file=sys.stderr)
                    found.pop(tool, None)
                    del children[tool]
    return {tool: statistics.median(each) for tool, each in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0, help="for all programs together")
    parser.add_argument("--json", type=Path, help="write the ratios to this file, too")
    parser.add_argument("--without", action="append", default=[], help="leave a tool out")
    parser.add_argument("programs", nargs="*", help="names of bench/programs")
    arguments = parser.parse_args()
    names = arguments.programs or sorted(each.stem for each in (HERE / "programs").glob("*.py"))
    tools = [tool for tool in TOOLS if tool not in arguments.without]
    table = {}
    print(f"Python {sys.version.split()[0]}, ratio to plain, median of {arguments.rounds} or more")
    start = time.monotonic()
    print(f"{'':16}" + "".join(f"{tool:>20}" for tool in TOOLS[1:]))
    for number, name in enumerate(names, 1):
        until = start + arguments.seconds * number / len(names)
        program = HERE / "programs" / f"{name}.py"
        row = table[name] = ratios(program, arguments.rounds, until, tools)
        print(f"{name:16}" + _cells(row), flush=True)
    tools = [tool for tool in tools[1:] if all(tool in row for row in table.values())]
    means = {t: statistics.geometric_mean([row[t] for row in table.values()]) for t in tools}
    worst = {t: max(row[t] for row in table.values()) for t in tools}
    print(f"{'geometric mean':16}" + _cells(means))
    print(f"{'worst':16}" + _cells(worst))
    if arguments.json:
        arguments.json.write_text(json.dumps({"python": sys.version.split()[0], "ratios": table}))


def _cells(row: dict[str, float]) -> str:
    return "".join(f"{row[t]:>20.3f}" if t in row else f"{'-':>20}" for t in TOOLS[1:])


if __name__ == "__main__":
    main()
