"""Values of values: what is covered is the same with counts and without."""

import random
from itertools import product
from pathlib import Path

import pytest

from bytecov.record.recorder import Recorder
from bytecov.record.vm import VMRecorder
from bytecov.results.laying import Covered, lay
from bytecov.source.link import link
from bytecov.source.parse import read_source
from tests.record.natively import native
from tests.results.expressions import expressions

EXPRESSIONS = [
    "(a and b) or c",
    "(a or b) and c",
    "(a and b and c) or d",
    "((a and b) or c) and d",
    "(a or (b and c)) and d or a",
    "(a < b < c) or d",
    "(a < b < c and d) or c",
    "(a < b < c or d) and a",
    "(a and a < b < c) or d",
    "((a if b else c) and d) or a",
    "(a and (b if c else d)) or d",
    "not (a and b) or c",
    "(a or b) and (c or d)",
    "(a and b or c) or d",
    "f(a and b or c) or d",
    "(y := a and b) or c",
    "(not (a and b) and c) or d",
    "((a and b) or (c and d)) and (a or b)",
    "(a and b) if (c and d or a) else (b or c) and d",
    "[(x and a) or b for x in (c, d)]",
]


def covered(recorder: Recorder, path: Path) -> Covered:
    code = compile(path.read_text(), str(path), "exec", dont_inherit=True)
    exec(recorder.prepare(code), {"__name__": "program"})
    source = read_source(str(path))
    found = lay(source, link(source, code), recorder.take(""))
    assert found.contradictions == ()
    return found


def write(text: str, rows: list[tuple[int, ...]], path: Path) -> None:
    path.write_text(
        f"def f(a):\n  return a\ndef value(a, b, c, d, e):\n  x = {text}\n  return [x]\n"
        f"for row in {rows}: value(*row)\n"
    )


def check(path: Path) -> None:
    ours, theirs = covered(native, path), covered(VMRecorder(), path)
    assert ours.outcomes.keys() == theirs.outcomes.keys(), path.read_text()
    assert ours.undetermined == theirs.undetermined, path.read_text()
    assert ours.lines == theirs.lines


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_the_same_is_covered(text: str, tmp_path: Path) -> None:
    rng = random.Random(text)
    every = list(product((0, 1, 2), repeat=5))
    for count in (1, 2, 3, 5, 8):
        path = tmp_path / f"program{count}.py"
        write(text, rng.sample(every, count), path)
        check(path)


@pytest.mark.corpus
@pytest.mark.parametrize("size", [3, 4, 5])
def test_every_shape(size: int, tmp_path: Path) -> None:
    rows = random.Random(size).sample(list(product((0, 1), repeat=5)), 3)
    for number, text in enumerate(map(str, expressions(size))):
        path = tmp_path / f"program{number}.py"
        write(text, rows, path)
        check(path)
