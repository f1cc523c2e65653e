"""What mapping a source costs beside compiling it: `link` to `compile` plus `ast.parse`; and what
it costs again, when links are on disk (`source/cache.py`).

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
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import CodeType

from bytecov.bytecode.version import TEXT
from bytecov.record.cache import LINKS, Cache
from bytecov.source.cache import linked
from bytecov.source.link import link
from bytecov.source.parse import Source, parse

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
    print(f"{'source':40}{'parse':>8}{'compile':>9}{'map':>8}{'times':>8}{'again':>8}{'times':>8}")
    total = [0.0] * 4
    for path in filter(Path.exists, paths):
        text = path.read_bytes()
        code = compile(text, str(path), "exec", dont_inherit=True)
        sources = iter([parse(text, str(path)) for _ in range(ROUNDS)])  # each is surveyed once
        with TemporaryDirectory() as folder:
            os.environ["BYTECOV_CACHE"] = folder
            kept = Cache(*LINKS)
            linked(parse(text, str(path)), code, kept)
            again = [parse(text, str(path)) for _ in range(ROUNDS)]
            from_disk = least(partial(from_cache, again, code, kept))
        times = [
            least(lambda text=text: ast.parse(text)),
            least(lambda text=text, path=path: compile(text, str(path), "exec")),
            least(lambda sources=sources, code=code: link(next(sources), code)),
            from_disk,
        ]
        total = [a + b for a, b in zip(total, times, strict=True)]
        show("/".join(path.parts[-2:]), times)
    show("all", total)


def from_cache(sources: list[Source], code: CodeType, kept: Cache) -> None:
    """The links of the next of the sources."""
    linked(sources.pop(), code, kept)


def show(name: str, times: list[float]) -> None:
    parsed, compiled, mapped, again = (seconds * 1000 for seconds in times)
    ratios = [each / (parsed + compiled) for each in (mapped, again)]
    print(
        f"{name:40}{parsed:8.1f}{compiled:9.1f}{mapped:8.1f}{ratios[0]:7.1f}x"
        f"{again:8.1f}{ratios[1]:7.1f}x"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
