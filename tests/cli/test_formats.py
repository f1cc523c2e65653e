"""`xml`, `lcov` and `report --format github`, and the programs that read what they write."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import make_project, run_bytecov


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with the data of one run and what was made of it.  Tests only read it."""
    folder = make_project(tmp_path_factory.mktemp("formats"))
    assert run_bytecov(folder, "run", "main.py").returncode == 0
    done = run_bytecov(folder, "xml")
    assert (done.returncode, done.stdout, done.stderr) == (0, "wrote bytecov.xml\n", "")
    done = run_bytecov(folder, "lcov", "-q", "--fail-under=line=10,condition=99")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "% of conditions are covered, under the 99 % asked for" in done.stderr
    return folder


def test_files(folder: Path) -> None:
    assert 'filename="shop/pricing.py"' in (folder / "bytecov.xml").read_text()
    assert "SF:shop/pricing.py" in (folder / "bytecov.lcov").read_text()
    done = run_bytecov(folder, "xml", "-o", "no/such/folder.xml")
    assert done.returncode == 1
    assert done.stderr == (
        "bytecov: no/such/folder.xml cannot be written: No such file or directory\n"
    )


def test_github(folder: Path) -> None:
    lines = run_bytecov(folder, "report", "--format=github").stdout.splitlines()
    assert lines[0].startswith("::notice title=bytecov::lines ")
    assert (
        "::warning file=shop/pricing.py,line=2,endLine=2,col=8,endColumn=33,"
        "title=if is_member and total > 100::`total > 100` was never false (observed true)"
    ) in lines


def run(folder: Path, *command: object) -> str:
    """What a reader prints; it must succeed."""
    done = subprocess.run(
        [*map(str, command)], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def reader(name: str, package: str) -> str:
    """The path of a program; the test is skipped if it is not here."""
    found = shutil.which(name) or shutil.which(name, path=str(Path(sys.executable).parent))
    return found or pytest.skip(f"{name} is not here: {package} has it")


def test_diff_cover(folder: Path, tmp_path: Path) -> None:
    diff_cover = reader("diff-cover", "pip install diff-cover")
    git = [reader("git", "git"), "-c", "user.name=x", "-c", "user.email=x@y"]
    project = tmp_path / "project"
    shutil.copytree(folder, project)
    run(project, *git, "init", "-q", "-b", "main")
    run(project, *git, "commit", "-q", "--allow-empty", "-m", "nothing")
    run(project, *git, "checkout", "-q", "-b", "change")
    run(project, *git, "add", "shop", "main.py")
    run(project, *git, "commit", "-q", "-m", "all")
    for file in ("bytecov.xml", "bytecov.lcov"):
        text = (project / file).read_text().replace(str(folder), str(project))
        (project / file).write_text(text)
        said = run(project, diff_cover, file, "--compare-branch", "main")
        assert "shop/pricing.py (83.3%): Missing lines 8" in said


def test_genhtml(folder: Path, tmp_path: Path) -> None:
    genhtml = reader("genhtml", "lcov 2")
    if "LCOV version 1." in run(folder, genhtml, "--version"):
        pytest.skip("this genhtml is of lcov 1, which knows no MC/DC and no branches in words")
    trace = tmp_path / "mcdc.lcov"
    assert run_bytecov(folder, "lcov", "--level=mcdc", "-o", trace).returncode == 0
    said = run(folder, genhtml, "--branch-coverage", "--mcdc-coverage", trace, "-o", tmp_path)
    assert "no messages were reported" in said
    assert "branches....: 50.0% (4 of 8 branches)" in said


def test_pycobertura(folder: Path) -> None:
    pycobertura = reader("pycobertura", "pip install pycobertura")
    lines = run(folder, pycobertura, "show", "bytecov.xml").splitlines()
    [line] = [line for line in lines if line.startswith("shop/pricing.py")]
    assert line.split() == ["shop/pricing.py", "6", "2", "66.67%", "~2,", "8"]


def test_xmllint(folder: Path) -> None:
    xmllint = reader("xmllint", "libxml2-utils")
    dtd = Path(__file__).parents[1] / "report" / "coverage-04.dtd"
    run(folder, xmllint, "--noout", "--nonet", "--dtdvalid", dtd, "bytecov.xml")
