"""Runs one program under one tool and tells how long it took, whenever it is asked.

    python child.py TOOL PROGRAM

Each line on stdin is a number: how often to run once more; the answer is the CPU time in seconds.
"""

import ast
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import CodeType
from typing import Any

ROOT = Path(__file__).parents[1]
Run = Callable[[], object]


def execute(code: CodeType, path: str) -> Run:
    """The program's `run`."""
    names: dict[str, Any] = {"__name__": "program", "__file__": path}
    exec(code, names)
    run: Run = names["run"]
    return run


def plain(path: str, source: str) -> Run:
    return execute(compile(source, path, "exec"), path)


def ours(path: str, source: str) -> Run:
    sys.path.insert(0, str(ROOT))
    from bytecov.record.native import native_recorder

    recorder = native_recorder()
    keep.append(recorder)
    return execute(recorder.prepare(compile(source, path, "exec")), path)


def ours_in_contexts(path: str, source: str) -> Run:
    """Each run is a test: what it does is told apart from what others do."""
    run = ours(path, source)
    recorder: Any = keep[-1]
    number = 0

    def in_context() -> None:
        nonlocal number
        number += 1
        run()
        recorder.cut(f"test {number}")

    return in_context


def coverage_branch(path: str, source: str) -> Run:
    import coverage

    measuring = coverage.Coverage(branch=True, data_file=None, include=[path], config_file=False)
    measuring.start()
    keep.append(measuring)
    return plain(path, source)


def coverage_sysmon(path: str, source: str) -> Run:
    if not hasattr(getattr(sys, "monitoring", None), "events") or not hasattr(
        sys.monitoring.events, "BRANCH_LEFT"
    ):
        raise ImportError("coverage.py measures branches with sys.monitoring from 3.14 on")
    os.environ["COVERAGE_CORE"] = "sysmon"
    return coverage_branch(path, source)


def slipcover(path: str, source: str) -> Run:
    from slipcover import Slipcover

    tool = Slipcover()
    keep.append(tool)
    return execute(tool.instrument(compile(source, path, "exec")), path)


def slipcover_branch(path: str, source: str) -> Run:
    from slipcover import Slipcover
    from slipcover.branch import preinstrument

    tool = Slipcover(branch=True)
    keep.append(tool)
    return execute(tool.instrument(compile(preinstrument(ast.parse(source)), path, "exec")), path)


keep: list[object] = []
TOOLS: dict[str, Callable[[str, str], Run]] = {
    "plain": plain,
    "bytecov": ours,
    "bytecov, contexts": ours_in_contexts,
    "coverage --branch": coverage_branch,
    "coverage, sysmon": coverage_sysmon,
    "slipcover": slipcover,
    "slipcover --branch": slipcover_branch,
}


def main(tool: str, path: str) -> None:
    """Answer until stdin ends."""
    try:
        run = TOOLS[tool](path, Path(path).read_text())
    except ImportError:
        print("absent", flush=True)
        return
    for _ in range(3):  # steady state: specialised, and everything seen once
        run()
    print("ready", flush=True)
    for line in sys.stdin:
        start = time.process_time()
        for _ in range(int(line)):
            run()
        print(time.process_time() - start, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
