"""`xml`, `lcov` and `report --format github`, and the programs that read what they write."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import Bytecov


@pytest.fixture
def measured(project: Path, bytecov: Bytecov) -> Path:
    """The project with the data of one run."""
    assert bytecov("run", "main.py").returncode == 0
    return project


def test_files_and_status(measured: Path, bytecov: Bytecov) -> None:
    done = bytecov("xml")
    assert (done.returncode, done.stdout, done.stderr) == (0, "wrote bytecov.xml\n", "")
    assert 'filename="shop/pricing.py"' in (measured / "bytecov.xml").read_text()
    done = bytecov("lcov", "-q", "--fail-under=line=10,condition=99")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "% of conditions are covered, under the 99 % asked for" in done.stderr
    assert "SF:shop/pricing.py" in (measured / "bytecov.lcov").read_text()
    assert "MCDC:2,2,t," in bytecov("lcov", "-o", "-", "--level", "mcdc").stdout
    done = bytecov("xml", "-o", "no/such/folder.xml")
    assert done.returncode == 1
    assert done.stderr == (
        "bytecov: no/such/folder.xml cannot be written: No such file or directory\n"
    )


def test_github(measured: Path, bytecov: Bytecov) -> None:
    lines = bytecov("report", "--format=github").stdout.splitlines()
    assert lines[0].startswith("::notice title=bytecov::lines ")
    assert (
        "::warning file=shop/pricing.py,line=2,endLine=2,col=8,endColumn=33,"
        "title=if is_member and total > 100::`total > 100` was never false (observed true)"
    ) in lines


def run(*command: object) -> str:
    """What a reader prints; it must succeed."""
    done = subprocess.run(
        [*map(str, command)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def reader(name: str, package: str) -> str:
    """The path of a program; the test is skipped if it is not here."""
    found = shutil.which(name) or shutil.which(name, path=str(Path(sys.executable).parent))
    return found or pytest.skip(f"{name} is not here: {package} has it")


@pytest.mark.parametrize("file", ["bytecov.xml", "bytecov.lcov"])
def test_diff_cover(measured: Path, bytecov: Bytecov, file: str) -> None:
    diff_cover = reader("diff-cover", "pip install diff-cover")
    git = [reader("git", "git"), "-c", "user.name=x", "-c", "user.email=x@y"]
    run(*git, "init", "-q", "-b", "main")
    run(*git, "commit", "-q", "--allow-empty", "-m", "nothing")
    run(*git, "checkout", "-q", "-b", "change")
    run(*git, "add", "shop", "main.py")
    run(*git, "commit", "-q", "-m", "all")
    assert bytecov("xml").returncode == bytecov("lcov").returncode == 0
    said = run(diff_cover, file, "--compare-branch", "main")
    assert "shop/pricing.py (83.3%): Missing lines 8" in said


def test_genhtml(measured: Path, bytecov: Bytecov) -> None:
    genhtml = reader("genhtml", "lcov 2")
    if "LCOV version 1." in run(genhtml, "--version"):
        pytest.skip("this genhtml is of lcov 1, which knows no MC/DC and no branches in words")
    assert bytecov("lcov", "--level=mcdc").returncode == 0
    said = run(genhtml, "--branch-coverage", "--mcdc-coverage", "bytecov.lcov", "-o", "pages")
    assert "no messages were reported" in said
    assert "branches....: 50.0% (4 of 8 branches)" in said


def test_pycobertura(measured: Path, bytecov: Bytecov) -> None:
    pycobertura = reader("pycobertura", "pip install pycobertura")
    assert bytecov("xml").returncode == 0
    [line] = [
        line
        for line in run(pycobertura, "show", "bytecov.xml").splitlines()
        if line.startswith("shop/pricing.py")
    ]
    assert line.split() == ["shop/pricing.py", "6", "2", "66.67%", "~2,", "8"]


def test_xmllint(measured: Path, bytecov: Bytecov) -> None:
    xmllint = reader("xmllint", "libxml2-utils")
    assert bytecov("xml").returncode == 0
    dtd = Path(__file__).parents[1] / "report" / "coverage-04.dtd"
    run(xmllint, "--noout", "--nonet", "--dtdvalid", dtd, "bytecov.xml")
