"""Everything bytecov reads that strangers write: good inputs, and what reading means.

A reader is handed bytes and a folder of its own.  It returns, or raises a `BytecovError`; all else
is a failure.
"""

import argparse
import contextlib
import io
import json
import marshal
import os
import sqlite3
import subprocess
import sys
import warnings
import zlib
from collections.abc import Callable
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import bytecov
from bytecov.api import Session
from bytecov.api.recovery import recover
from bytecov.api.saving import Saving, facts
from bytecov.api.session import scope_of
from bytecov.cli import code
from bytecov.cli.dispatch import main
from bytecov.config import Settings, load
from bytecov.model.errors import BytecovError
from bytecov.model.result import Results
from bytecov.record.journal import Journal
from bytecov.record.measure import Measurement
from bytecov.report.cobertura import render_cobertura
from bytecov.report.github import render_github
from bytecov.report.html import site, write_html
from bytecov.report.json import render_json
from bytecov.report.layout import Look
from bytecov.report.lcov import render_lcov
from bytecov.report.markdown import render_markdown
from bytecov.report.text import render_text as render_report
from bytecov.results.laying import Covered
from bytecov.results.tally import file_result
from bytecov.source.exclusion import exclusions
from bytecov.source.link import link
from bytecov.source.parse import parse
from bytecov.source.statements import Statements
from bytecov.store import reading
from bytecov.store.packing import (
    check_counts,
    check_edges,
    unpack_counts,
    unpack_edges,
    unpack_numbers,
)
from tests.torture.mutate import mutated

ROOT = Path(__file__).parents[2]

PROGRAM = b'''\
import sys


def discount(total, is_member, coupon=None, *rest):
    if is_member and (total > 100 or coupon):
        return 10
    for item in coupon or ():
        print(item)
    while 0 < total < 5 and not coupon:
        total += 1
    match rest:
        case [int(), *_] if total:
            return [one for one in rest if one]
        case _:
            pass
    try:
        int(total)
    except (ValueError, TypeError):
        return 1
    with open(sys.argv[0]):
        return 5 if total > 10 else 0


for arguments in ((200, True), (3, 1, [1]), (7, 0, 0, 1, 2), ("x", 0)):
    try:
        discount(*arguments)
    except TypeError:
        pass
'''


class Reader(NamedTuple):
    """`case` makes an input; `read` reads it in a folder, which `prepare` has made ready."""

    case: Callable[[Random], bytes]
    read: Callable[[bytes, Path], object]
    prepare: Callable[[Path], None] = lambda folder: None


def of_mutated(seeds: list[bytes], most: int = 8) -> Callable[[Random], bytes]:
    return lambda random: mutated(random, seeds, most)


def measured(folder: Path) -> None:
    """m.py, and .bytecov with a run of it by the recorder that keeps most."""
    (folder / "m.py").write_bytes(PROGRAM)
    subprocess.run(
        [sys.executable, "-m", "bytecov", "run", "--values", "--level=mcdc", "m.py"],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True, capture_output=True,
    )  # fmt: skip


# Packed numbers


def packed(content: bytes, folder: Path) -> None:
    for unpack in (unpack_numbers, unpack_counts, unpack_edges, check_counts, check_edges):
        with contextlib.suppress(ValueError):
            unpack(content)


# The data file: its bytes, then its values


def data_bytes(content: bytes, folder: Path) -> None:
    path = folder / ".bytecov"
    path.write_bytes(content)
    reading.load(str(path), with_hits=True)


def data_seeds() -> list[bytes]:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        measured(Path(folder))
        return [(Path(folder) / ".bytecov").read_bytes()]


TEXTS = ("", "\0", "true", "false", "condition", "if", "if vector", "boolop vector", "T-F", "?",
         "/dev/zero", "/dev/tty", "../../x", "m.py", "[]", "[1]", "[[", '["a"]', "null", "1.2.3",
         "3.x", "{}", "a" * 5000, "\x1b[31m", "‮", "vm", "matched", "unexplained", "problem",
         "<script>", "for", "NaN", "-1", "1e999")  # fmt: skip
NUMBERS = (0, 1, -1, 2, 5, 1 << 31, -(1 << 31), (1 << 63) - 1, -(1 << 63), 10**6, 0.5, 1e308, -1.0)


def data_values(content: bytes, folder: Path) -> None:
    """`content` seeds what becomes of the values of a good file; then two things are asked."""
    random = Random(content)
    path = folder / ".bytecov"
    path.write_bytes((folder / "good").read_bytes())
    _overwrite(random, path)
    session = Session(Settings(level=random.choice(("line", "branch", "condition", "mcdc"))))
    session.here, session.data_file = str(folder), str(path)
    for ask in random.sample(QUESTIONS, 2):
        ask(session)
    if random.random() < 0.01:
        write_html(session.results(), folder / "html", "title")


def _debug(session: Session) -> None:
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        assert main(["debug", "data", "--data-file", session.data_file]) in (0, 1)


def _rendered(render: Callable[[Results, Look], object]) -> Callable[[Session], object]:
    return lambda session: render(session.results(), Look(session.settings.level))


QUESTIONS: tuple[Callable[[Session], object], ...] = (
    *map(_rendered, (render_report, render_markdown, render_github)),
    lambda session: render_json(session.results()),
    lambda session: render_cobertura(session.results(), session.here),
    lambda session: render_lcov(session.results(), checksums=True),
    lambda session: session.summary(),
    lambda session: session.doubts("unexplained"),
    _debug,
)


def _overwrite(random: Random, path: Path) -> None:
    connection = sqlite3.connect(path)
    try:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema"
                 " WHERE type = 'table' AND name NOT LIKE 'sqlite%'")]  # fmt: skip
        for _ in range(random.randint(1, 6)):
            table = random.choice(names)
            column = random.choice([row[1] for row in connection.execute(
                f"PRAGMA table_info({table})")])  # fmt: skip
            some = random.randbytes(random.randrange(9))
            value: object = random.choice((random.choice(TEXTS), random.choice(NUMBERS), some))
            which = random.choice(("", " WHERE abs(random()) % 5 = 0"))
            with contextlib.suppress(sqlite3.Error, OverflowError):  # constraints are SQLite's
                connection.execute(f"UPDATE {table} SET {column} = ?{which}", (value,))
        connection.commit()
    finally:
        connection.close()


def keep_good(folder: Path) -> None:
    measured(folder)
    (folder / ".bytecov").rename(folder / "good")


# What a killed process left


def left_seeds() -> list[bytes]:
    """The file of a run of m.py, and one of a run in two contexts."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "m.py"
        path.write_bytes(PROGRAM)
        measurement = Measurement(scope_of(Settings(source=(folder,))), "native")
        try:
            compiled = compile(PROGRAM, str(path), "exec", dont_inherit=True)
            run = facts(measurement, ["m.py"], "/work", 1.0, 1.0)._asdict()
            first = {"bytecov hits": 1, "run": run, "optimize": sys.flags.optimize}
            journal = Journal(str(path.with_suffix(".hits")), measurement, first)
            exec(measurement.prepare(str(path), compiled), {"__name__": "m"})
            journal._write()
            once = Path(journal.path).read_bytes()
            measurement.switch_context("again")
            exec(measurement.prepare(str(path), compiled), {"__name__": "m"})
            journal._write()
            twice = Path(journal.path).read_bytes()
        finally:
            measurement.close()
        here = f"{folder}/".encode()
        return [each.replace(here, b"") for each in (once, twice)]


def left_case() -> Callable[[Random], bytes]:
    """Changed bytes, and good JSON with other values in it."""
    seeds = left_seeds()
    change = of_mutated(seeds, 4)

    def case(random: Random) -> bytes:
        if random.random() < 0.4:
            return change(random)
        lines = [json.loads(line) for line in random.choice(seeds).splitlines()]
        for _ in range(random.randint(1, 4)):
            _exchange(random, random.choice(lines))
        return b"".join(json.dumps(line).encode() + b"\n" for line in lines)

    return case


def _exchange(random: Random, value: dict[str, object] | list[object]) -> None:
    """Put something else somewhere into what JSON says."""
    places = list(value) if isinstance(value, dict) else range(len(value))
    if not places:
        return
    at: Any = random.choice(list(places))
    inside = value[at]
    if isinstance(inside, (dict, list)) and random.random() < 0.7:
        _exchange(random, inside)
    else:
        value[at] = random.choice((*TEXTS, *NUMBERS, [], {}, None, True, [[]], at))


def left(content: bytes, folder: Path) -> None:
    path, shard = folder / "x.hits", folder / "x"
    path.write_bytes(content)
    shard.unlink(missing_ok=True)
    recover(str(path), str(shard), Saving(str, ""))
    assert not path.exists()
    reading.load(str(shard), with_hits=True)


def leave(folder: Path) -> None:
    (folder / "m.py").write_bytes(PROGRAM)


# Source


def source(content: bytes, folder: Path) -> None:
    """As a report reads it and, where Python compiles it, as a run links it."""
    parsed = parse(content, "m.py")
    statements = Statements(parsed)
    covered = Covered({}, frozenset(range(1, 40)))
    file_result(parsed, "m.py", covered, exclusions(statements))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compiled = compile(content, "m.py", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    found = link(parsed, compiled)
    assert not found.unexplained, found.unexplained


def source_seeds() -> list[bytes]:
    folders = [ROOT / "sample_projects", ROOT / "tests" / "source" / "targets"]
    files = [path for folder in folders for path in sorted(folder.rglob("*.py"))]
    return [PROGRAM, *(path.read_bytes() for path in files)]


# .pyc


def pyc(content: bytes, folder: Path) -> None:
    """As the child of `bytecov dis` reads it, in this process; one in a hundred by the command."""
    path = folder / "m.pyc"
    path.write_bytes(MAGIC_NUMBER + content)
    options = argparse.Namespace(target=str(path), no_hits=True)
    if zlib.crc32(content) % 100:
        said = code.answer(str(path), lambda: code._text(options))
        if not said.startswith(code.TEXT):
            raise BytecovError(said)
    else:
        with contextlib.redirect_stdout(io.StringIO()):
            code.dis_command(["--no-hits", str(path)])


def pyc_seeds() -> list[bytes]:
    header = bytes(12)
    return [header + marshal.dumps(compile(PROGRAM, "m.py", "exec"))]


# Configuration


def toml(content: bytes, folder: Path) -> None:
    path = folder / "pyproject.toml"
    path.write_bytes(content)
    load(str(path))


def ini(content: bytes, folder: Path) -> None:
    path = folder / "coveragerc"
    path.write_bytes(content)
    load(str(path))


TOML = [
    b'[tool.bytecov]\nsource = ["a", "b"]\nlevel = "mcdc"\ncount = ["assert"]\nprecision = 2\n'
    b'fail_under = { line = 100, condition = 90.5 }\nexclude_also = ["if x:"]\nparallel = true\n'
    b'data_file = "${HOME-x}/a"\n[tool.bytecov.paths]\nall = ["src", "*/src"]\n',
    b'[tool.coverage.run]\nomit = ["*/x.py"]\nbranch = true\ndata_file = ".c"\n'
    b'concurrency = ["thread"]\n[tool.coverage.report]\nfail_under = 90\nsort = "-Cover"\n'
    b'[tool.coverage.paths]\nx = ["a", "b"]\n',
]
INI = [
    b"[run]\nbranch = True\nomit =\n    a/*\n    ${X-b}\nconcurrency = thread, multiprocessing\n"
    b"dynamic_context = test_function\n[report]\nexclude_also =\n    if x:\n    (\nfail_under = 9\n"
    b"precision = 3\nsort = Cover\n[paths]\nall =\n    src\n    */src\n[html]\ntitle = $x\n",
]


# What an earlier report left


def html_memory(content: bytes, folder: Path) -> None:
    (folder / site.MEMORY).write_bytes(zlib.compress(content))
    for one in site._remembered(folder / site.MEMORY).values():
        assert all(site.OURS.fullmatch(name) for name in one.file_names)


def html_seeds() -> list[bytes]:
    told = {"bytecov": bytecov.__version__, "files": [["f", "m", {"has": [""]}, [], []]]}
    return [json.dumps(told).encode()]


# coverage.py's data, by coverage.py itself


def coverage_data(content: bytes, folder: Path) -> None:
    from bytecov.diagnose.coverage_py import recorded

    path = folder / ".coverage"
    path.write_bytes(content)
    recorded(str(path), None, "test")


def coverage_seeds() -> list[bytes]:
    import tempfile

    from coverage import CoverageData

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ".coverage"
        data = CoverageData(str(path))
        data.add_arcs({str(Path(folder) / "m.py"): [(-1, 1), (1, 2), (2, -1)]})
        data.write()
        data.close()
        return [path.read_bytes()]


READERS: dict[str, Callable[[], Reader]] = {
    "packing": lambda: Reader(of_mutated([bytes(range(0, 250, 3)), b"\x81\x01\x02" * 9]), packed),
    "data file, bytes": lambda: Reader(of_mutated(data_seeds()), data_bytes),
    "data file, values": lambda: Reader(lambda random: random.randbytes(8), data_values, keep_good),
    "left by a killed process": lambda: Reader(left_case(), left, leave),
    "source": lambda: Reader(of_mutated(source_seeds(), 2), source),
    "pyc": lambda: Reader(of_mutated(pyc_seeds(), 4), pyc),
    "configuration, TOML": lambda: Reader(of_mutated(TOML, 3), toml),
    "configuration, INI": lambda: Reader(of_mutated(INI, 3), ini),
    "HTML, earlier report": lambda: Reader(of_mutated(html_seeds(), 3), html_memory),
    "coverage.py's data": lambda: Reader(of_mutated(coverage_seeds()), coverage_data),
}
"""By name, made when they are needed: some good inputs take a second."""

SLOW = ("data file, values", "left by a killed process", "coverage.py's data")
BATCH = {name: 1000 if name in SLOW else 5000 for name in READERS}
"""How many cases a batch has: a second to ten."""

CRASHING = {"pyc"}
"""In the product these run in a process of their own, and there is a sentence for its crash."""

FAULT = BytecovError
"""What a reader may raise."""
