"""`--repr`: objects told by their own `__repr__`, with nothing of it recorded."""

from typing import Any

import pytest

from bytecov.record.representing import LONGEST, OFTEN, Representing, TooLong
from bytecov.record.vm import VMRecorder

GUEST = """\
import time

class Bag:
    def __init__(self, size): self.size = size
    def __bool__(self): return self.size > 2
    def __repr__(self): return f"Bag({self.size})" if self.size else "nothing"

class Loops:
    def __repr__(self):
        while True:
            try:
                pass
            except BaseException:
                pass

class Swallows:
    def __repr__(self):
        while True:
            try:
                self.sleep()
            except BaseException:
                pass
    def sleep(self):
        time.sleep(0.01)

class Raises:
    def __repr__(self): raise SystemExit(3)

class Recurs:
    def __repr__(self): return f"{self}"

class Wrong:
    def __repr__(self): return 3

class Long:
    def __repr__(self): return "x" * 1000

class Plain: pass

def test(x):
    if x: return 1
    return 0
"""


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine is."""
    monkeypatch.setattr("bytecov.record.representing.SECONDS", 60.0)


def told(guest: str, *arguments: str) -> tuple[list[str], dict[str, int], dict[str, Any]]:
    """What `test` was given, in words; how often the first instruction of each function ran; and
    the guest's names."""
    recorder = VMRecorder(reprs=True)
    names: dict[str, Any] = {"__name__": "guest"}
    exec(recorder.prepare(compile(guest, "guest.py", "exec")), names)
    for argument in arguments:
        names["test"](eval(argument, names))
    texts, ran = [], {}
    for one in recorder.take(""):
        ran[one.code.co_qualname] = one.hits.offsets.get(0, 0) or max(one.hits.offsets.values())
        if one.code.co_name == "test":
            texts = [seen.observation.operands[0].text for seen in one.hits.values]
    return texts, ran, names


@pytest.mark.parametrize(
    ("argument", "text"),
    [
        ("Bag(3)", "Bag(3)"),
        ("[Bag(3), 1]", "[<guest.Bag Bag(3)>, 1]"),
        ("Loops()", "repr takes too long"),
        ("Swallows()", "repr takes too long"),
        ("Raises()", "repr raised SystemExit"),
        ("Recurs()", "repr raised RecursionError"),
        ("Wrong()", "repr raised TypeError"),
        ("Long()", f"{'x' * LONGEST}… (1000 long)"),
        ("Plain()", "#1"),
        ("Bag(3).__repr__", "<bound method Bag.__repr__ of Bag(3)>"),
        ("(i for i in ())", "<generator object <genexpr>>"),
    ],
)
def test_what_is_told(argument: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if text != "repr takes too long":
        monkeypatch.setattr("bytecov.record.representing.SECONDS", 60.0)
    assert told(GUEST, argument)[0] == [text]


def test_nothing_of_it_is_recorded(patient: None) -> None:
    """Neither counts nor values; and what the program asks itself is, though it was first laid out
    while we asked."""
    texts, ran, _ = told(GUEST, "Bag(3)", "Bag(0)")
    assert sorted(texts) == ["Bag(3)", "nothing"]
    assert ran["Bag.__bool__"] == 2
    assert "Bag.__repr__" not in ran
    texts, ran, _ = told(GUEST, "Bag(3)", "[repr(Bag(4))]", "[repr(Bag(4))]")
    assert ran["Bag.__repr__"] == 2


def test_bounded_in_number(patient: None) -> None:
    """So many for each branch; the others are told by type."""
    asked = GUEST.replace('f"Bag({self.size})"', "asked.append(self) or str(len(asked))")
    arguments = [f"Bag({n})" for n in range(1, 3 * OFTEN)]
    texts, _, names = told(f"asked = []\n{asked}", *arguments)
    assert len(names["asked"]) == OFTEN
    assert set(texts) > {"1", "2"}


def test_a_slow_type_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    class Slow:
        def __repr__(self) -> str:
            asked.append(self)
            raise TooLong

    representing = Representing()
    assert {representing.ask(Slow()) for _ in range(3)} == {"repr takes too long"}
    assert len(asked) == 1


def test_an_interruption_by_the_user_is_none_of_it() -> None:
    class Interrupted:
        def __repr__(self) -> str:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Representing().ask(Interrupted())
