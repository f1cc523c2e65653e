"""Vectors of diamonds: what the rewritten code shows is what happened, and nothing else has
changed."""

import ast
import itertools
import os
import subprocess
import sys
import textwrap
import types
from collections import Counter
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from bytecov.bytecode.nesting import walk
from bytecov.model.diagram import is_tree
from bytecov.model.errors import DataError
from bytecov.model.hits import Hits, Recorded
from bytecov.model.vector import VECTOR
from bytecov.record.paths.plan import diamonds as planned_diamonds
from bytecov.record.paths.plan import plan
from bytecov.record.paths.recording import Paths
from bytecov.record.vm import VMRecorder
from bytecov.source.link import link
from bytecov.source.obligations import obligations
from bytecov.source.parse import read_source
from tests.record.natively import native
from tests.results.expressions import expressions
from tests.source.oracle import Oracle

Names = dict[str, Any]


class Notebook:
    """What conditions tell of themselves: `see(0, value)` is a condition, the first starts."""

    def __init__(self) -> None:
        self.rows: list[dict[int, bool]] = []

    def note(self, index: int, value: object) -> object:
        if index == 0:
            self.rows.append({})
        self.rows[-1][index] = bool(value)
        return value


def run_host(code: types.CodeType, names: Names) -> list[Recorded]:
    oracle = Oracle(code)
    return oracle.run(lambda: exec(code, names))


def run_native(code: types.CodeType, names: Names) -> list[Recorded]:
    exec(native.prepare(code), names)
    return native.take("")


def run_vm(code: types.CodeType, names: Names) -> list[Recorded]:
    recorder = VMRecorder()
    exec(recorder.prepare(code), names)
    return recorder.take("")


class Measured:
    """A program run as it is and rewritten."""

    def __init__(
        self, text: str, path: Path, run: Callable[..., list[Recorded]] = run_vm, **names: Any
    ) -> None:
        text = textwrap.dedent(text)
        path.write_text(text)
        self.code = compile(text, str(path), "exec", dont_inherit=True)
        self.paths = Paths()
        self.rewritten = self.paths.prepare(str(path), self.code)
        assert not self.paths.problems
        self.notes = Notebook()
        before, notes = self.done(run(self.code, self.names(names))), self.notes
        self.notes = Notebook()
        recorded = run(self.rewritten, self.names(names))
        self.after = self.done(self.paths.restored(recorded))
        assert notes.rows == self.notes.rows
        assert before.keys() == self.after.keys()
        for code, hits in before.items():
            assert self.after[code].offsets == hits.offsets
            assert self.after[code].edges == hits.edges

    def names(self, names: Names) -> Names:
        return {"__name__": "program", "see": self.notes.note, "itertools": itertools, **names}

    @staticmethod
    def done(recorded: list[Recorded]) -> dict[types.CodeType, Hits]:
        return {each.code: each.hits for each in recorded}

    @property
    def vectors(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for hits in self.after.values():
            for key, count in hits.vectors.items():
                assert key.kind.endswith(VECTOR)
                found[key.outcome] += count
        return found

    def noted(self, width: int) -> Counter[str]:
        letters = {True: "T", False: "F", None: "-"}
        return Counter(
            "".join(letters[row.get(i)] for i in range(width)) for row in self.notes.rows
        )


def rewritten_text(text: str) -> tuple[str, int]:
    """An expression over a, b, c … with `see(number, …)` around each."""
    names = [one for one in ast.walk(ast.parse(text)) if isinstance(one, ast.Name)]
    letters = sorted({one.id for one in names})
    for one in sorted(names, key=lambda one: -one.col_offset):
        noted = f"see({letters.index(one.id)}, {one.id})"
        text = text[: one.col_offset] + noted + text[one.end_col_offset :]
    return text, len(letters)


PLACES = {
    "if": "if {}: x = 1\n  else: x = 2",
    "while": "while {}: break",
    "ternary": "x = 1 if {} else 2",
    "assert": "try: assert {}\n  except AssertionError: pass",
    "comprehension": "x = [1 for _ in (1, 2) if {}]",
    "generator": "x = list(1 for _ in (1, 2) if {})",
    "finally": "try: x = 1\n  finally:\n    if {}: x = 2",
    "loop": "for _ in (1, 2):\n    if {}: continue\n    x = 3",
    "guard": "match 1:\n    case 1 if {}: x = 1\n    case _: x = 2",
    "not": "if not ({}): return 1",
}


@pytest.mark.parametrize("place", PLACES)
def test_every_place(place: str, tmp_path: Path) -> None:
    for text in ("(a or b) and c", "(a and b) or (c and d)", "(b if a else c) and d"):
        check(text, PLACES[place], tmp_path / "program.py")


def check(text: str, place: str, path: Path, run: Callable[..., list[Recorded]] = run_vm) -> None:
    noted, width = rewritten_text(text)
    letters = ", ".join("abcde"[:width])
    program = (
        f"def f({letters}):\n  {place.format(noted)}\n"
        f"for row in itertools.product((0, 1), repeat={width}): f(*row)\n"
    )
    measured = Measured(program, path, run)
    found = measured.vectors
    assert found, program
    assert found == measured.noted(width), program


def diamonds() -> list[str]:
    return [str(one) for one in expressions(5) if not is_tree(one.conditions())]


def test_many_diamonds(tmp_path: Path) -> None:
    for text in islice(diamonds(), 0, None, 17):
        check(text, PLACES["if"], tmp_path / "program.py")


@pytest.mark.corpus
def test_all_small_diamonds(tmp_path: Path) -> None:
    for text in diamonds():
        for place in PLACES.values():
            check(text, place, tmp_path / "program.py")


@pytest.mark.parametrize("place", ["if", "while", "comprehension", "loop"])
def test_the_host_runs_it_as_well(place: str, tmp_path: Path) -> None:
    check("(a or b) and (c or d)", PLACES[place], tmp_path / "program.py", run_host)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("rows", ["101 010", "000 110 011", "100 001 111"])
def test_recorded_natively(place: str, rows: str, tmp_path: Path) -> None:
    noted, _ = rewritten_text("(a or b) and c")
    program = f"def f(a, b, c):\n  {PLACES[place].format(noted)}\n"
    calls = "".join(f"f({', '.join(row)})\n" for row in rows.split())
    measured = Measured(program + calls, tmp_path / "program.py", run_native)
    assert measured.vectors.keys() == measured.noted(3).keys()


def test_exceptions_leave_no_vector(tmp_path: Path) -> None:
    text = """
        def f(a, b, d):
            for _ in range(2):
                try:
                    if (see(0, a) or see(1, b)) and see(2, 1 / d):
                        x = 1
                except ZeroDivisionError:
                    a = b = 0
        f(1, 0, 0); f(0, 1, 0); f(0, 1, 1)
    """
    measured = Measured(text, tmp_path / "program.py")
    assert measured.vectors == {"FF-": 2, "FTT": 2}


def test_what_leaves_holds_code_of_its_own(tmp_path: Path) -> None:
    text = """
        def f(a, b, d):
            if ((see(0, a) or see(1, [x for x in (0, 1) if x < b][1:])) and
                    see(2, (d if a else not d) and [y or d for y in (d,)][0])):
                return 1
        for row in itertools.product((0, 1, 2), repeat=3): f(*row)
    """
    measured = Measured(text, tmp_path / "program.py")
    assert measured.vectors == measured.noted(3)


def test_generators_suspended_inside(tmp_path: Path) -> None:
    text = """
        def f(name):
            while (see(0, (yield 1)) or (yield 2)) and (yield 3):
                pass
            return 4

        first, second, third = f("first"), f("second"), f("third")
        for one in (first, second, third): next(one)
        assert first.send(True) == 3       # T-?
        assert second.send(False) == 2     # F??
        assert second.send(True) == 3      # FT?
        assert first.send(True) == 1       # T-T
        assert third.send(True) == 3       # T-?, never more
        third.close()
        try: second.send(False)            # FTF
        except StopIteration: pass
        try: first.throw(ValueError)
        except ValueError: pass
    """
    measured = Measured(text, tmp_path / "program.py")
    assert measured.vectors == {"T-T": 1, "FTF": 1}


def test_recursion_inside(tmp_path: Path) -> None:
    text = """
        def f(n):
            return 1 if (n > 3 or n < 0) and n or (n < 3 and f(n + 1)) else 0
        f(0)
    """
    measured = Measured(text, tmp_path / "program.py")
    assert sum(measured.vectors.values()) == 4
    assert measured.vectors["FF-TT"] == 0


def test_awaiting_inside(tmp_path: Path) -> None:
    text = """
        import asyncio
        async def value(v):
            await asyncio.sleep(0)
            if v is None: raise KeyError
            return v
        async def values(*given):
            for one in given:
                await asyncio.sleep(0)
                yield one
        async def f(a, b, d):
            try:
                if ((await value(a)) or [x async for x in values(b) if x]) and (await value(d)):
                    return 1
            except KeyError:
                return 2
        async def main():
            rows = itertools.product((0, 1), repeat=3)
            await asyncio.gather(*(f(*row) for row in rows), f(1, 0, None), f(None, 1, 1))
            task = asyncio.create_task(f(0, 1, 1))
            await asyncio.sleep(0)
            task.cancel()
        asyncio.run(main())
    """
    measured = Measured(text, tmp_path / "program.py")
    assert measured.vectors == {"FF-": 2, "T-T": 2, "T-F": 2, "FTT": 1, "FTF": 1}


def test_threads(tmp_path: Path) -> None:
    text = """
        import threading
        barrier = threading.Barrier(4)
        def f(a, b, d):
            if (a or barrier.wait() < 0 or b) and (barrier.wait() >= 0 and d):
                return 1
        rows = [(0, 0, 0), (0, 1, 1), (0, 1, 0), (0, 1, 1)]
        threads = [threading.Thread(target=f, args=row) for row in rows]
        rows[0] = (0, 1, 0)
        threads[0] = threading.Thread(target=f, args=rows[0])
        for one in threads: one.start()
        for one in threads: one.join()
    """
    measured = Measured(text, tmp_path / "program.py")
    assert measured.vectors == {"FFTTT": 2, "FFTTF": 2}


def test_a_test_inside_a_test(tmp_path: Path) -> None:
    """A ternary's test in a test: its own vectors, and those of the whole."""
    text = """
        def f(a, b, d, e, g):
            if e if (a or b) and d else g: pass
        for row in itertools.product((0, 1), repeat=5): f(*row)
    """
    measured = Measured(text, tmp_path / "program.py")
    short = {key: count for key, count in measured.vectors.items() if len(key) == 3}
    assert short == {"T-T": 8, "T-F": 8, "FTT": 4, "FTF": 4, "FF-": 8}
    assert sum(count for key, count in measured.vectors.items() if len(key) == 5) == 32


def test_code_without_diamonds_is_left_alone(tmp_path: Path) -> None:
    measured = Measured("if 1 < 2 and 3 < 4: x = 1\n", tmp_path / "program.py")
    assert measured.rewritten is measured.code


def test_the_way_back(tmp_path: Path) -> None:
    measured = Measured("def f(a, b, c):\n  if (a or b) and c: pass\n", tmp_path / "program.py")
    before, after = walk(measured.code), walk(measured.rewritten)
    for one, other in zip(before, after, strict=True):
        assert measured.paths.original(other) is one


def test_too_many_ways_are_not_recorded(tmp_path: Path) -> None:
    expression = "a"
    for number in range(10):
        expression = f"(({expression}) and b{number}) or c{number}"
    text = f"def f(a):\n  if {expression}: pass\n"
    measured = Measured(text, tmp_path / "program.py")
    assert measured.rewritten is measured.code


def test_the_program_keeps_its_warnings(tmp_path: Path) -> None:
    """What was shown once is not shown again, and nothing is shown of the parsed source."""
    other = tmp_path / "other.py"
    other.write_text("x = '\\d' if (1 < 2 or x) and x else 3\n")
    program = f"""
import warnings
from bytecov.record.paths.recording import Paths
code = compile("x = 1", {str(other)!r}, "exec")
for _ in range(2):
    warnings.warn("once")
    Paths().prepare({str(other)!r}, code)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stderr.count("UserWarning") == 1
    assert "SyntaxWarning" not in done.stderr
    assert "DeprecationWarning" not in done.stderr


def test_a_bug_of_ours_ends_no_import(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "program.py"
    path.write_text("if (a or b) and c: pass\n")
    code = compile(path.read_bytes(), str(path), "exec")
    monkeypatch.setattr("bytecov.record.paths.recording.link", lambda *_: 1 / 0)
    paths = Paths()
    assert paths.prepare(str(path), code) is code
    assert "please report this" in paths.problems[0]


def test_what_cannot_be_read_is_left_alone(tmp_path: Path) -> None:
    code = compile("x = 1", "gone.py", "exec")
    assert Paths().prepare(str(tmp_path / "gone.py"), code) is code


@pytest.mark.corpus
def test_every_diamond_of_the_standard_library_is_understood() -> None:
    """Each is rewritten, wherever the compiler made code of it."""
    lost, count = [], 0
    for path in sorted(Path(os.__file__).parent.rglob("*.py")):
        if "site-packages" in path.parts:
            continue
        try:
            source = read_source(str(path))
            found = planned_diamonds(obligations(source))
            code = compile(path.read_bytes(), str(path), "exec", dont_inherit=True)
        except (DataError, SyntaxError, ValueError):
            continue
        if not found:
            continue
        paths = Paths()
        made = paths.prepare(str(path), code)
        assert not paths.problems
        links = link(source, code)
        ends: set[str] = set()
        for part in walk(code):
            for keys in plan(found, links, part).ends.values():
                ends |= {str(key.span) for key in keys}
        count += len(found)
        assert made is not code or not ends
        lost += [f"{path}:{one.span} {one.text}" for one in found if str(one.span) not in ends]
    assert count > 20
    assert not lost
