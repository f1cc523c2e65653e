"""CPU-bound programs in their steady state: what each tool makes of plain Python's time.

    python bench/steady.py [--rounds N] [--json FILE] [PROGRAM ...]

All tools run the same program at the same time, taking turns, so that a slow moment of the
machine meets all of them.  A round's ratio is to the plain run of the same round; the figure is
the median over the rounds.
"""

import argparse
import json
import statistics
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

HERE = Path(__file__).parent
TOOLS = [
    "plain",
    "bytecov",
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

    def time(self) -> float:
        """Seconds of CPU for one more run."""
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return float(self.answer())

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


def ratios(program: Path, rounds: int, tools: list[str]) -> dict[str, float]:
    """{tool: median ratio to plain Python}, tools that are not installed left out"""
    found: dict[str, list[float]] = {}
    with ExitStack() as stack:
        children = {}
        for tool in tools:
            child = Child(tool, program)
            stack.callback(child.close)
            if child.is_there:
                children[tool] = child
        for _ in range(rounds):
            times = {tool: child.time() for tool, child in children.items()}
            for tool, seconds in times.items():
                found.setdefault(tool, []).append(seconds / times["plain"])
    return {tool: statistics.median(each) for tool, each in found.items() if tool != "plain"}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", type=Path, help="write the ratios to this file, too")
    parser.add_argument("--without", action="append", default=[], help="leave a tool out")
    parser.add_argument("programs", nargs="*", help="names of bench/programs")
    arguments = parser.parse_args()
    names = arguments.programs or sorted(each.stem for each in (HERE / "programs").glob("*.py"))
    tools = [tool for tool in TOOLS if tool not in arguments.without]
    table = {}
    print(f"Python {sys.version.split()[0]}, ratio to plain, median of {arguments.rounds}")
    print(f"{'':16}" + "".join(f"{tool:>20}" for tool in TOOLS[1:]))
    for name in names:
        row = table[name] = ratios(HERE / "programs" / f"{name}.py", arguments.rounds, tools)
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
