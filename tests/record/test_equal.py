"""What the VM records is what the host did, offset by offset, edge by edge, count by count."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bytecov.model.edge import EdgeKind
from tests.record.grammar import program, together
from tests.vm.runs import GUESTS, NAMES, QUICK, UNWATCHED, run

WATCHED = [name for name in NAMES if name not in UNWATCHED]


def counts(packed: dict[str, Any], kind: str) -> Counter[tuple[int, ...]]:
    """{offset or edge: count}, without what stands in front of a generator's start.  NEXT and
    JUMP are not told apart: where both lead to one place, the host does not say which it was."""
    found: Counter[tuple[int, ...]] = Counter()
    for *where, count in packed[kind]:
        if where[0] >= packed["first"]:
            found[*where[:2], *(each == EdgeKind.RAISE for each in where[2:])] += count
    return found


def check(mode: str, path: Path) -> None:
    seen, expected = run(mode, path).hits, run("oracle", path).hits
    assert len(seen["codes"]) == len(expected["codes"])
    for ours, theirs in zip(seen["codes"], expected["codes"], strict=True):
        for kind in ("offsets", "edges"):
            assert counts(ours, kind) == counts(theirs, kind), f"{kind} of {ours['name']}"


def contradictions(mode: str, path: Path) -> Iterator[str]:
    for packed in run(mode, path).hits["codes"]:
        for edge in packed["impossible"]:
            yield f"{packed['name']}: {edge}"


@pytest.mark.parametrize("name", WATCHED)
def test_interpreted(name: str) -> None:
    check("interpreted", GUESTS / f"{name}.py")


@pytest.mark.parametrize("name", WATCHED)
def test_woven(name: str) -> None:
    check("woven", GUESTS / f"{name}.py")


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[] if name in QUICK else [pytest.mark.corpus]) for name in WATCHED],
)
def test_translated(name: str) -> None:
    check("translated", GUESTS / f"{name}.py")


def test_translated_on_the_way() -> None:
    check("vm", GUESTS / "hot.py")


@pytest.mark.parametrize("name", NAMES)
def test_every_edge_was_possible(name: str) -> None:
    for mode in ("interpreted", "woven"):
        assert list(contradictions(mode, GUESTS / f"{name}.py")) == []
    if name in WATCHED:
        assert list(contradictions("oracle", GUESTS / f"{name}.py")) == []


@pytest.mark.parametrize("project", ["jobqueue", "parser", "shop"])
def test_sample_projects(root: Path, project: str) -> None:
    """Package and tests, as pytest has rewritten them."""
    path = root / "sample_projects" / project
    assert run("vm", path).status == run("oracle", path).status == 0
    assert sum(bool(each["offsets"]) for each in run("vm", path).hits["codes"]) > 50
    check("vm", path)
    assert list(contradictions("vm", path)) == []


def test_the_oracle_objects() -> None:
    theirs = run("oracle", GUESTS / "closures.py").hits["codes"]
    assert any(counts(each, "edges") for each in theirs)
    assert sum(count for each in theirs for *_, count in each["offsets"]) > 1000


@pytest.mark.parametrize(
    "first", [0, *(pytest.param(first, marks=pytest.mark.corpus) for first in range(50, 2000, 50))]
)
def test_generated_programs(tmp_path: Path, first: int) -> None:
    """Many small programs in one file, so that processes cost little."""
    path = tmp_path / "generated.py"
    path.write_text(
        together([program(seed) for seed in range(first, first + 50)]), encoding="utf-8"
    )
    host = run("host", path)
    assert host.status == 0, host.errors
    for mode in ("interpreted", "woven", "vm"):
        assert run(mode, path)[:3] == host[:3]
        check(mode, path)
        assert list(contradictions(mode, path)) == []
