"""What native recorders keep between runs: the same with it and without it."""

import os
from pathlib import Path

import pytest

from bytecov.bytecode.nesting import walk
from bytecov.model.hits import Hits
from bytecov.record.cache import Cache
from bytecov.record.entries import PARTS, key_of
from tests.record.generated import program
from tests.record.natively import native

TEXT = "def f(a):\n  for x in a or ():\n    if x: return x\nf([0, 1])\n"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a cache that the recorder of this process uses."""
    monkeypatch.setenv("BYTECOV_CACHE", str(tmp_path))
    monkeypatch.setattr(native._entries, "_cache", Cache("native", PARTS))
    return tmp_path


def files(place: Path) -> list[Path]:
    return [each for each in place.rglob("*") if each.is_file()]


def run() -> list[Hits]:
    code = compile(TEXT, "program.py", "exec")
    exec(native.prepare(code), {"__name__": "program"})
    found = {id(each.code): each.hits for each in native.take("")}
    return [found.get(id(each), Hits()) for each in walk(code)]


def test_the_same_comes_out(place: Path) -> None:
    cold = run()
    [kept] = files(place)
    written = kept.stat().st_mtime_ns
    assert run() == cold
    assert files(place) == [kept]
    assert kept.stat().st_mtime_ns == written
    assert any(each.edges for each in cold)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.filterwarnings("ignore")
def test_the_same_code_is_executed(place: Path, seed: int) -> None:
    code = compile(program(seed), "generated", "exec")
    made = []
    for _ in range(2):
        executed = [
            (one.co_code, one.co_exceptiontable, list(one.co_positions()), one.co_stacksize)
            for one in walk(native.prepare(code))
        ]
        native.take("")
        made.append(executed)
    assert made[0] == made[1]
    assert len(files(place)) == 1


def test_what_is_damaged_is_made_again(place: Path) -> None:
    cold = run()
    [kept] = files(place)
    good = kept.read_bytes()
    for bad in (b"", good[:-5], good[:50] + bytes([good[50] ^ 1]) + good[51:]):
        kept.write_bytes(bad)
        assert run() == cold
        assert kept.read_bytes() == good


def test_keys_are_of_the_bytecode() -> None:
    def key(text: str, file: str = "a.py") -> str:
        return key_of(compile(text, file, "exec"))

    assert key("def f(a): return a") == key("def g(a): return a", "b.py")
    assert key("def f(a): return a") != key("def f(a): return not a")
    assert key("def f(a): return a") != key("def f(a):\n return a")
    assert os.sep not in key("pass")
