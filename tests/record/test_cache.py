"""What is kept between runs is found again, is ours, and changes nothing but the time it takes."""

import os
from collections.abc import Callable
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

import bytecov.record.cache as caching
import bytecov.record.vm as recording
import bytecov.vm.translate as translating
from bytecov.bytecode.nesting import fingerprint, walk
from bytecov.model.hits import Hits
from bytecov.record.book import Library
from bytecov.record.cache import Cache, cache_folder
from bytecov.record.vm import VMRecorder
from bytecov.vm.program import Program


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of caches."""
    monkeypatch.setenv("BYTECOV_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def only_file(place: Path) -> Path:
    [file] = [path for path in place.rglob("*") if path.is_file()]
    return file


def test_an_entry_is_found_again(place: Path) -> None:
    Cache("kind", ["vm"]).put("key", b"entry")
    assert Cache("kind", ["vm"]).get("key") == b"entry"
    assert Cache("kind", ["vm"]).get("other") is None
    assert Cache("other", ["vm"]).get("key") is None
    assert Cache("kind", ["model"]).get("key") is None
    Cache("kind", ["vm"]).put("key", b"newer")
    assert Cache("kind", ["vm"]).get("key") == b"newer"
    assert only_file(place).stat().st_mode & 0o777 == 0o600
    assert only_file(place).parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[:20],
        lambda content: content[:-1],
        lambda content: content[:-1] + b"x",
        lambda content: b"x" * 100,
    ],
)
def test_damaged_is_not_found(place: Path, damage: Callable[[bytes], bytes]) -> None:
    cache = Cache("kind", ["vm"])
    cache.put("key", b"entry")
    file = only_file(place)
    file.write_bytes(damage(file.read_bytes()))
    assert cache.get("key") is None
    cache.put("key", b"entry")
    assert cache.get("key") == b"entry"


def test_an_entry_under_another_name_is_not_found(place: Path) -> None:
    cache = Cache("kind", ["vm"])
    cache.put("key", b"entry")
    first = only_file(place)
    cache.put("other", b"other")
    [second] = [path for path in first.parent.iterdir() if path != first]
    second.write_bytes(first.read_bytes())
    assert cache.get("other") is None


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o702])
def test_a_folder_that_others_can_write_to_is_not_used(place: Path, mode: int) -> None:
    cache = Cache("kind", ["vm"])
    cache.put("key", b"entry")
    folder = only_file(place).parent
    folder.chmod(mode)
    assert cache.get("key") is None
    cache.put("new", b"entry")
    assert [path.name for path in folder.iterdir()] == [only_file(place).name]


def test_what_belongs_to_others_is_not_used(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = Cache("kind", ["vm"])
    cache.put("key", b"entry")
    mine = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: mine + 1)
    assert cache.get("key") is None


def test_links_are_not_followed(place: Path, tmp_path: Path) -> None:
    cache = Cache("kind", ["vm"])
    cache.put("key", b"entry")
    file = only_file(place)
    file.rename(tmp_path / "elsewhere")
    file.symlink_to(tmp_path / "elsewhere")
    assert cache.get("key") is None
    file.unlink()
    folder = file.parent
    folder.rename(tmp_path / "folder")
    folder.symlink_to(tmp_path / "folder")
    (tmp_path / "elsewhere").rename(tmp_path / "folder" / file.name)
    assert cache.get("key") is None


def test_where_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BYTECOV_CACHE", "")
    assert cache_folder() is None
    Cache("kind", ["vm"]).put("key", b"entry")
    assert Cache("kind", ["vm"]).get("key") is None
    monkeypatch.delenv("BYTECOV_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == str(tmp_path / "bytecov")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert cache_folder() == str(tmp_path / "home" / ".cache" / "bytecov")


def test_nowhere_to_write(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("BYTECOV_CACHE", str(tmp_path / "file"))
    Cache("kind", ["vm"]).put("key", b"entry")
    assert Cache("kind", ["vm"]).get("key") is None


def test_what_nobody_uses_is_removed(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, strange = place / "vm-0123", place / "vm-4567"
    for folder in (old, strange):
        folder.mkdir(parents=True)
        (folder / "entry").touch()
    os.utime(old, (0, 0))
    Cache("kind", ["vm"]).put("key", b"entry")
    assert not old.exists()
    assert strange.exists()
    monkeypatch.setattr(caching, "MOST", 1)
    for name in ("a", "b", "c"):
        (strange / name).touch()
    Cache("another", ["vm"]).put("key", b"entry")
    assert len(list(strange.iterdir())) == 1


def recorded(code: CodeType, calls: int) -> list[Hits]:
    """The hits of a module and its functions, in their order."""
    library = Library()
    recorder = VMRecorder(library=library)
    names: dict[str, Any] = {"__name__": "guest", "__builtins__": __builtins__}
    exec(recorder.prepare(code), names)
    for _ in range(calls):
        names["work"](40)
    library.close()
    taken = {id(each.code): each.hits for each in recorder.take("")}
    return [taken[id(each)] for each in walk(code) if id(each) in taken]


GUEST = """
from contextlib import contextmanager

@contextmanager
def held(n):
    yield n

def numbers(n):
    try:
        for i in range(n):
            if i % 3 == 0 or i % 5 == 0:
                yield i
    finally:
        n = 0

class Account:
    rates = {"a": 1.5, "b": (1, "x")}
    def pay(self, amount, *, rate="a"):
        if amount in {1, 2, 3} and rate is not None:
            return [each for each in (amount, -amount) if each > 0]
        return amount * self.rates[rate]

def work(n):
    account, total = Account(), 0
    for i in numbers(n):
        with held(i) as j:
            total += len(str(account.pay(j)))
        try:
            account.pay(i, rate="none")
        except KeyError as error:
            total += 1
    return f"{total:>5}", (lambda: n)()
"""


def test_a_warm_run_records_the_same_and_builds_nothing(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bytecov.vm.program.HOT", 1)
    code = compile(GUEST, "guest.py", "exec")
    cold = recorded(code, 60)
    assert len(cold) >= 7

    def refuse(*ignored: object) -> None:
        raise AssertionError("built again")

    monkeypatch.setattr(recording, "build_stub", refuse)
    monkeypatch.setattr(translating, "translate", refuse)
    again = compile(GUEST, "guest.py", "exec")
    assert recorded(again, 60) == cold
    assert recorded(compile(GUEST, "guest.py", "exec"), 1)


def test_everything_of_a_module_can_be_kept(place: Path) -> None:
    library = Library()
    recorder = VMRecorder(library=library)
    code = compile(GUEST, "guest.py", "exec")
    exec(recorder.prepare(code), {"__name__": "guest"})
    book = library.book(code)
    for program in list(recorder._programs):
        program.heat()
        assert book._page("stub", program) is not None
        assert book._page("translation", program) is not None


def test_a_program_is_told_all_that_building_its_stub_tells(place: Path) -> None:
    code = compile(GUEST, "guest.py", "exec")

    def programs() -> list[Program]:
        library = Library()
        recorder = VMRecorder(library=library)
        for each in walk(code):
            recorder.prepare(each)
        library.close()
        return recorder._programs

    own = {"run", "_nested", "_translate", "_translator", "ticks"}  # of each process
    laid_out = {"layout", "counts"}  # when it runs
    for built, found in zip(programs(), programs(), strict=True):
        names = vars(found).keys() - own - laid_out
        assert names >= {"sites", "entry_slots", "plain_slots", "keeper"}
        assert found.sites or found.code.co_qualname == "<lambda>"
        assert {name: vars(built)[name] for name in names} == {
            name: vars(found)[name] for name in names
        }


def test_fingerprints() -> None:
    def of(text: str, name: str = "name") -> str:
        return fingerprint(compile(text, name, "exec"))

    assert of("x = {'a', 'b'} in 1") == of("x = {'a', 'b'} in 1")
    texts = ["x = 1", "x = True", "x = 1.0", "x = '1'", "y = 1", "x = (1, 2)", "\nx = 1", "x  = 1",
             "def f(): return 1", "def f(): return 2", "def g(): return 1"]  # fmt: skip
    assert len({of(text) for text in texts}) == len(texts)
    assert of("x = 1", "name") != of("x = 1", "other")
