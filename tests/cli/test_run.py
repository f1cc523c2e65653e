"""`bytecov run`: the program is the same with us as without us, and what it did is kept."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bytecov.cli.run import parser, split
from bytecov.store.reading import load

from .conftest import ROOT, Bytecov


def plain(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True)


@pytest.mark.parametrize(
    "arguments", [["main.py"], ["main.py", "3", "--help", "-a"], ["main.py", "0"], ["main.py", "x"]]
)
def test_output_and_status_are_the_programs(bytecov: Bytecov, arguments: list[str]) -> None:
    ours, theirs = bytecov("run", *arguments), plain(*arguments)
    assert ours.stdout == theirs.stdout
    assert ours.stderr == theirs.stderr
    assert ours.returncode == theirs.returncode


def test_a_module(bytecov: Bytecov, project: Path) -> None:
    (project / "shop" / "__main__.py").write_text("import sys\nprint(__name__, sys.argv[1:])\n")
    result = bytecov("run", "-m", "shop", "-m", "x")
    assert result.stdout == "__main__ ['-m', 'x']\n"
    assert "shop/__main__.py" in bytecov("report").stdout


def test_a_console_script(bytecov: Bytecov, project: Path) -> None:
    (project / "test_it.py").write_text(
        "from shop.pricing import discount\ndef test():\n    assert discount(200, True) == 10\n"
    )
    result = bytecov("run", "pytest", "-q", "-p", "no:cacheprovider")
    assert "1 passed" in result.stdout
    assert result.returncode == 0
    assert "`total > 100` was never false" in bytecov("report").stdout


def test_what_is_kept(bytecov: Bytecov, project: Path) -> None:
    bytecov("run", "main.py", "3")
    assert sorted(os.listdir(project)) == [".bytecov", "main.py", "shop"]
    contents = load(str(project / ".bytecov"), with_hits=True)
    [run] = contents.runs
    assert run.argv == ("main.py", "3")
    assert run.exit_code == 3
    assert run.engine == "native"
    assert run.directory == str(project)
    assert {file.path for file in contents.files.values()} == {
        str(project / name) for name in ("main.py", "shop/__init__.py", "shop/pricing.py")
    }
    assert contents.hits


def test_a_new_run_starts_anew_unless_it_appends(bytecov: Bytecov, project: Path) -> None:
    def runs() -> int:
        return len(load(str(project / ".bytecov")).runs)

    bytecov("run", "main.py")
    bytecov("run", "main.py")
    assert runs() == 1
    bytecov("run", "--append", "main.py")
    bytecov("run", "-a", "main.py")
    assert runs() == 3


def test_a_program_that_is_not_there_costs_no_data(bytecov: Bytecov, project: Path) -> None:
    bytecov("run", "main.py")
    assert bytecov("run", "gone.py").returncode == 1
    assert len(load(str(project / ".bytecov")).runs) == 1


def test_parallel_mode(bytecov: Bytecov, project: Path) -> None:
    for _ in range(2):
        bytecov("run", "-p", "main.py")
    shards = [name for name in os.listdir(project) if name.startswith(".bytecov.")]
    assert len(shards) == 2
    assert not (project / ".bytecov").exists()
    assert "conditions" in bytecov("report").stdout  # shards are read where they are
    result = bytecov("combine")
    assert result.stdout == "combined 2 files into .bytecov\n"
    assert len(load(str(project / ".bytecov")).runs) == 2
    assert bytecov("combine").returncode == 1


def test_source_lists_what_never_ran(bytecov: Bytecov, project: Path) -> None:
    (project / "shop" / "idle.py").write_text("if a and b:\n    pass\n")
    bytecov("run", "--source=shop", "main.py")
    report = bytecov("report").stdout
    assert "shop/idle.py" in report
    assert "main.py" not in report


def test_context(bytecov: Bytecov, project: Path) -> None:
    bytecov("run", "--context", "unit", "main.py")
    assert {row.context for row in load(str(project / ".bytecov")).covered} == {"unit"}


def test_data_file_options(bytecov: Bytecov, project: Path) -> None:
    bytecov("run", "--data-file", "one", "main.py")
    bytecov("run", "main.py", BYTECOV_FILE="two")
    (project / "pyproject.toml").write_text('[tool.bytecov]\ndata_file = "three"\n')
    bytecov("run", "main.py")
    assert {"one", "two", "three"} <= set(os.listdir(project))


def test_the_program_may_change_its_directory(bytecov: Bytecov, project: Path) -> None:
    (project / "away.py").write_text("import os, shop.pricing\nos.chdir('/')\n")
    assert bytecov("run", "away.py").returncode == 0
    assert "shop/pricing.py" in bytecov("report").stdout


def test_modules_named_like_the_standard_library(bytecov: Bytecov, project: Path) -> None:
    for name in ("sqlite3", "hashlib", "tokenize", "struct"):
        (project / f"{name}.py").write_text(f"print('theirs: {name}')\nx = 1 if __name__ else 2\n")
    (project / "clash.py").write_text("import tokenize, hashlib, sqlite3, inspect\n")
    ours, theirs = bytecov("run", "clash.py"), plain("clash.py")
    assert (ours.stdout, ours.returncode) == (theirs.stdout, theirs.returncode)
    assert "bytecov:" not in ours.stderr
    assert "clash.py" in bytecov("report").stdout


def test_a_closed_stderr_and_stdout(bytecov: Bytecov, project: Path) -> None:
    (project / "closing.py").write_text(
        "import sys, shop.pricing\nsys.stdout.close()\nsys.stderr.close()\n"
    )
    bytecov("run", "closing.py")
    assert "shop/pricing.py" in bytecov("report").stdout


def test_a_directory_that_cannot_be_written(bytecov: Bytecov, project: Path) -> None:
    result = bytecov("run", "--data-file", "no/where", "main.py", "3")
    assert result.returncode == 3
    assert result.stdout.startswith("['main.py', '3']")
    assert "bytecov: what was measured could not be saved: " in result.stderr


def test_a_source_that_changes_while_it_runs(bytecov: Bytecov, project: Path) -> None:
    (project / "suicide.py").write_text("import os\nos.unlink(__file__)\nimport shop.pricing\n")
    assert bytecov("run", "suicide.py").returncode == 0
    report = bytecov("report")
    assert report.returncode == 0
    assert "cannot read suicide.py" in report.stdout
    assert "shop/pricing.py" in report.stdout


TAKEN = "import sys\nfor tool in range(6): sys.monitoring.use_tool_id(tool, 'another')\n"


@pytest.mark.skipif(not hasattr(sys, "monitoring"), reason="3.11: there is nothing to be taken")
class TestEveryToolTaken:
    """A host that cannot serve the native recorder."""

    def test_the_interpreter_takes_over(self, bytecov: Bytecov, project: Path) -> None:
        (project / "sitecustomize.py").write_text(TAKEN)
        here = os.pathsep.join([str(project), str(ROOT)])
        result = bytecov("run", "main.py", "3", PYTHONPATH=here)
        assert result.returncode == 3
        assert result.stdout == plain("main.py", "3").stdout
        assert result.stderr.count("\n") == 1
        assert "every tool id of sys.monitoring is taken" in result.stderr
        assert load(str(project / ".bytecov")).runs[0].engine == "vm"
        assert "vm: every tool id" in bytecov("debug", "sys", PYTHONPATH=here).stdout

    def test_who_insists_is_told(self, bytecov: Bytecov, project: Path) -> None:
        (project / "sitecustomize.py").write_text(TAKEN)
        here = os.pathsep.join([str(project), str(ROOT)])
        result = bytecov("run", "--engine=native", "main.py", PYTHONPATH=here)
        assert result.returncode == 1
        assert result.stdout == ""
        assert "taken: use --engine vm" in result.stderr


class TestSentences:
    """One sentence, status 1, no traceback."""

    def said(self, bytecov: Bytecov, *arguments: str) -> str:
        result = bytecov(*arguments)
        assert result.returncode == 1
        assert result.stdout == ""
        assert result.stderr.startswith("bytecov: ")
        assert result.stderr.count("\n") == 1
        assert "Traceback" not in result.stderr
        return result.stderr

    def test_no_program(self, bytecov: Bytecov) -> None:
        assert "there is no program to run" in self.said(bytecov, "run")
        assert "-m needs the name" in self.said(bytecov, "run", "-m")

    def test_no_such_file_or_module(self, bytecov: Bytecov) -> None:
        assert "gone.py" in self.said(bytecov, "run", "gone.py")
        assert "gone" in self.said(bytecov, "run", "-m", "gone")

    def test_a_syntax_error(self, bytecov: Bytecov, project: Path) -> None:
        (project / "bad.py").write_text("x = (\n")
        assert "bad.py" in self.said(bytecov, "run", "bad.py")

    def test_unknown_option(self, bytecov: Bytecov) -> None:
        assert "--apend" in self.said(bytecov, "run", "--apend", "main.py")

    def test_option_without_value(self, bytecov: Bytecov) -> None:
        assert "--source" in self.said(bytecov, "run", "--source")

    def test_unknown_engine(self, bytecov: Bytecov) -> None:
        assert "'warp'" in self.said(bytecov, "run", "--engine", "warp", "main.py")

    def test_a_data_file_that_is_none(self, bytecov: Bytecov, project: Path) -> None:
        (project / ".bytecov").write_bytes(b"something else" * 20)
        assert "is not a bytecov data file" in self.said(bytecov, "run", "main.py")
        assert (project / ".bytecov").read_bytes() == b"something else" * 20

    def test_bad_settings(self, bytecov: Bytecov, project: Path) -> None:
        (project / "pyproject.toml").write_text("[tool.bytecov]\nsauce = 1\n")
        assert "did you mean 'source'" in self.said(bytecov, "run", "main.py")


@pytest.mark.parametrize(
    ("line", "ours", "as_module", "program"),
    [
        ("a.py -a", "", False, "a.py -a"),
        ("-a a.py", "-a", False, "a.py"),
        ("--source src a.py --source x", "--source src", False, "a.py --source x"),
        ("--source=src -m a.b -x", "--source=src", True, "a.b -x"),
        ("-ma.b -x", "", True, "a.b -x"),
        ("-- -odd.py", "", False, "-odd.py"),
        ("-p -a pytest -p no:x", "-p -a", False, "pytest -p no:x"),
        ("--data-file d -p", "--data-file d -p", False, ""),
    ],
)
def test_where_the_program_begins(line: str, ours: str, as_module: bool, program: str) -> None:
    assert split(parser(), line.split()) == (ours.split(), as_module, program.split())
