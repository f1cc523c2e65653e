"""What mapping a source costs beside compiling it: `link` to `compile` plus `ast.parse`.

    python bench/map.py [FILE …]

Every file is parsed, compiled and mapped several times, one after the other; the least time of
each counts.
"""

import ast
import gc
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from bytecov.bytecode.version import TEXT
from bytecov.source.link import link
from bytecov.source.parse import parse

LIBRARY = Path(os.__file__).parent
FILES = (
    *("argparse.py", "ast.py", "asyncio/base_events.py", "dataclasses.py", "decimal.py"),
    *("email/_header_value_parser.py", "inspect.py", "json/decoder.py", "logging/__init__.py"),
    *("pathlib.py", "pathlib/__init__.py", "subprocess.py", "tarfile.py", "typing.py"),
)
ROUNDS = 5


def least(run: Callable[[], object]) -> float:
    """Seconds of the fastest of the rounds."""
    found = []
    for _ in range(ROUNDS):
        gc.collect()
        start = time.process_time()
        run()
        found.append(time.process_time() - start)
    return min(found)


def main(arguments: list[str]) -> None:
    paths = [Path(each) for each in arguments] or [LIBRARY / name for name in FILES]
    print(f"CPython {TEXT}: milliseconds\n")
    print(f"{'source':40}{'parse':>8}{'compile':>9}{'map':>8}{'times':>8}")
    total = [0.0, 0.0, 0.0]
    for path in filter(Path.exists, paths):
        text = path.read_bytes()
        code = compile(text, str(path), "exec", dont_inherit=True)
        sources = iter([parse(text, str(path)) for _ in range(ROUNDS)])  # each is surveyed once
        times = [
            least(lambda text=text: ast.parse(text)),
            least(lambda text=text, path=path: compile(text, str(path), "exec")),
            least(lambda sources=sources, code=code: link(next(sources), code)),
        ]
        total = [a + b for a, b in zip(total, times, strict=True)]
        show("/".join(path.parts[-2:]), times)
    show("all", total)


def show(name: str, times: list[float]) -> None:
    parsed, compiled, mapped = (seconds * 1000 for seconds in times)
    ratio = mapped / (parsed + compiled)
    print(f"{name:40}{parsed:8.1f}{compiled:9.1f}{mapped:8.1f}{ratio:7.1f}x")


if __name__ == "__main__":
    main(sys.argv[1:])
