"""Ordinary programs, by language feature, run by the host and by the VM: nobody can tell."""

import pytest

from tests.vm.runs import GUESTS, NAMES, QUICK, UNTRANSLATED, run


def check(mode: str, name: str) -> None:
    path = GUESTS / f"{name}.py"
    host, guest = run("host", path), run(mode, path)
    assert guest.output == host.output
    assert guest.errors == host.errors
    assert guest.status == host.status


@pytest.mark.parametrize("name", NAMES)
def test_interpreted(name: str) -> None:
    check("interpreted", name)


@pytest.mark.parametrize("name", NAMES)
def test_woven(name: str) -> None:
    check("woven", name)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[] if name in QUICK else [pytest.mark.corpus])
        for name in NAMES
        if name not in UNTRANSLATED
    ],
)
def test_translated(name: str) -> None:
    check("translated", name)
    assert run("translated", GUESTS / f"{name}.py").hits["untranslated"] == []


def test_translated_on_the_way() -> None:
    check("vm", "hot")
