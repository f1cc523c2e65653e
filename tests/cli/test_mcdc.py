"""`--level mcdc` end to end: the report names the vectors that a suite lacks, and tests with
these vectors close the gap."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import ROOT, Bytecov

MISSING_TESTS = """\
from calc.evaluate import Evaluator
from calc.parser import parse
from calc.session import Session


def test_operators_of_one_power() -> None:
    # `power == floor` true, `self._next.text not in RIGHT_TO_LEFT` true
    assert Evaluator().value(parse("1 - 2 - 3")) == 2  # the bug that the sample hides: -4
    # `power == floor` true, `self._next.text not in RIGHT_TO_LEFT` false
    parse("2 ^ 3 ^ 2")


def test_no_formula() -> None:
    # `name.isidentifier()` true, `words` false
    assert "error" in next(Session().run(["let r ="]))
"""


@pytest.fixture(params=["native", "vm"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def measure(bytecov: Bytecov, engine: str) -> Callable[..., None]:
    """`bytecov run --level mcdc`, successfully."""

    def run(*arguments: str, cwd: Path | None = None) -> None:
        done = bytecov("run", "--engine", engine, "--level", "mcdc", *arguments, cwd=cwd)
        assert done.returncode == 0, done.stdout + done.stderr

    return run


Measure = Callable[..., None]


@pytest.fixture
def parser(tmp_path: Path, measure: Measure) -> Path:
    """A copy of the sample, measured."""
    copy = tmp_path / "parser"
    shutil.copytree(
        ROOT / "sample_projects" / "parser",
        copy,
        ignore=shutil.ignore_patterns("__pycache__", ".*"),
    )
    measure("-m", "pytest", "-q", cwd=copy)
    return copy


def test_a_named_vector_closes_the_gap(parser: Path, bytecov: Bytecov, measure: Measure) -> None:
    done = bytecov("report", "--level", "mcdc", "--missing", cwd=parser)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].endswith(": 3 conditions never shown to decide alone")
    assert (
        "`words` never decided alone: needs `name.isidentifier()` true, `words` false -> false"
        " (to go with T T -> T)"
    ) in done.stdout
    assert "`power == floor` never decided alone: needs" in done.stdout
    (parser / "tests" / "test_missing.py").write_text(MISSING_TESTS)
    measure("-m", "pytest", "-q", cwd=parser)
    done = bytecov("report", "--level", "mcdc", "--fail-under", "100", cwd=parser)
    assert done.returncode == 0, done.stderr
    assert "never decided alone" not in done.stdout
    assert "MC/DC 100 %" in done.stdout.splitlines()[0]


def test_fail_under_and_json(
    project: Path, bytecov: Bytecov, measure: Measure, engine: str
) -> None:
    measure("main.py")
    done = bytecov("report", "--level", "mcdc", "--fail-under", "90")
    assert done.returncode == 2
    assert "of MC/DC are covered, under the 90 % asked for" in done.stderr
    done = bytecov("json", "--level", "mcdc", "-o", "-")
    found = json.loads(done.stdout)
    assert found["meta"]["level"] == "mcdc"
    assert found["totals"]["mcdc"] == {"covered": 1, "total": 4, "missed": 3, "undetermined": 0}
    decision = found["files"]["shop/pricing.py"]["decisions"][0]
    once = 1 if engine == "vm" else None
    assert decision["vectors"] == [
        {"values": ["T", "T"], "outcome": "T", "count": once, "witness": None},
        {"values": ["F", "-"], "outcome": "F", "count": once, "witness": None},
    ]
    assert bytecov("report", "--level", "mcdc", "--mcdc", "unique-cause").returncode == 0
    done = bytecov("report", "--mcdc", "weak")
    assert done.returncode == 1
    assert "unique-cause" in done.stderr


DIAMOND = """\
import sys

def allowed(owner, admin, open_):
    if (owner or admin) and open_:
        return "yes"
    return "no"

for row in sys.argv[1:]:
    allowed(*map(int, row))
"""


def test_ways_that_meet_add_up_over_runs(
    project: Path, bytecov: Bytecov, measure: Measure, engine: str
) -> None:
    """Edges alone would call this covered: each was taken, and `admin` never decided."""
    (project / "gate.py").write_text(DIAMOND)
    measure("gate.py", "101", "010")
    measure("--append", "gate.py", "100", "000")
    done = bytecov("report", "--level", "mcdc", "gate.py")
    assert "conditions 100 %, MC/DC 67 %" in done.stdout
    assert (
        "`admin` never decided alone: needs `owner` false, `admin` true, `open_` true -> true"
        " (to go with F F - -> F)"
    ) in done.stdout
    found = json.loads(bytecov("json", "-o", "-", "gate.py").stdout)
    decision = next(one for one in found["files"]["gate.py"]["decisions"] if one["kind"] == "if")
    vectors = {"".join(one["values"]): one["count"] for one in decision["vectors"]}
    assert vectors == dict.fromkeys(["T-T", "T-F", "FTF", "FF-"], 1 if engine == "vm" else None)
    measure("--append", "gate.py", "011")
    assert "MC/DC 100 %" in bytecov("report", "--level", "mcdc", "gate.py").stdout
    assert bytecov("debug", "contradictions").stdout.strip().startswith("0")


def test_a_run_for_less_says_so(project: Path, bytecov: Bytecov, engine: str) -> None:
    (project / "gate.py").write_text(DIAMOND)
    bytecov("run", "--engine", engine, "gate.py", "101", "010", "100", "000")
    done = bytecov("report", "--level", "mcdc", "gate.py")
    assert "bytecov: not every run was made for MC/DC" in done.stderr
    assert done.stderr.count("\n") == 1
    assert "`admin`" not in done.stdout
    assert "undetermined" in done.stdout
    (project / "pyproject.toml").write_text('[tool.bytecov]\nlevel = "mcdc"\n')
    bytecov("run", "--engine", engine, "gate.py", "101", "010", "100", "000")
    done = bytecov("report", "gate.py")
    assert done.stderr == ""
    assert "`admin` never decided alone" in done.stdout


def test_vectors_of_processes_and_contexts_add_up(
    project: Path, bytecov: Bytecov, engine: str
) -> None:
    """Each process in a data file and a context of its own; what each saw has a witness."""
    (project / "gate.py").write_text(DIAMOND)
    for context, rows in {"opened": ("101", "011"), "closed": ("100",), "": ("000",)}.items():
        done = bytecov(
            *("run", "--level", "mcdc", "--engine", engine, "--parallel-mode"),
            *("--context", context, "gate.py", *rows),
        )
        assert done.returncode == 0, done.stderr
    assert bytecov("combine").returncode == 0
    found = json.loads(bytecov("json", "-o", "-", "gate.py").stdout)
    decision = next(one for one in found["files"]["gate.py"]["decisions"] if one["kind"] == "if")
    assert {part["mcdc"] for part in decision["conditions"]} == {"covered"}
    witnesses = {"".join(one["values"]): one["witness"] for one in decision["vectors"]}
    assert witnesses == {"T-T": "opened", "T-F": "closed", "FTT": "opened", "FF-": None}


def test_a_vector_to_go_with_names_its_witness(project: Path, bytecov: Bytecov) -> None:
    assert bytecov("run", "--level", "mcdc", "--context", "nightly", "main.py").returncode == 0
    said = bytecov("report", "--level", "mcdc").stdout
    assert "(to go with T T -> T, seen in nightly)" in said


def test_too_many_ways_are_said_and_count_as_missed(project: Path, bytecov: Bytecov) -> None:
    test = " and ".join(f"(a{i} or b{i})" for i in range(11))
    names = ", ".join(f"a{i}=1, b{i}=0" for i in range(11))
    (project / "many.py").write_text(f"def f({names}):\n    if {test}:\n        pass\nf()\n")
    assert bytecov("run", "--level", "mcdc", "many.py").returncode == 0
    said = bytecov("report", "--level", "mcdc").stdout
    assert "the whole test has 4,095 ways through it, too many for MC/DC" in said
    found = json.loads(bytecov("json", "-o", "-").stdout)
    [decision] = found["files"]["many.py"]["decisions"]
    assert decision["unanalysed"] == 4095
    assert {part["mcdc"] for part in decision["conditions"]} == {"missed"}
    assert found["totals"]["mcdc"]["missed"] == 22
