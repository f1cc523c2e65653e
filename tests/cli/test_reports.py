"""`report`, `json`, `html`, `dis`, `cfg`, `combine`, `erase`, `debug`."""

import json
import os
import shutil
from pathlib import Path

import pytest

from bytecov.cli import COMMANDS, main

from .conftest import PRICING, Bytecov

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def measured(project: Path, bytecov: Bytecov) -> Path:
    """The project with the data of one run."""
    assert bytecov("run", "main.py").returncode == 0
    return project


def out(capsys: Capture, *arguments: str, status: int = 0) -> str:
    """What a command prints, run in this process."""
    found = main(list(arguments))
    captured = capsys.readouterr()
    assert found == status, captured.err
    if status == 0:
        assert captured.err == ""
    return captured.out + captured.err


def test_report(measured: Path, capsys: Capture) -> None:
    lines = out(capsys, "report").splitlines()
    assert lines[0].startswith("lines ")
    assert "outcomes never happened" in lines[0]
    assert lines[-1] == "  8:16  ternary `a` was never reached"
    assert "  2:7   if `is_member and total > 100`" in "\n".join(lines)
    assert "`total > 100` was never false (observed true)" in "\n".join(lines)


def test_report_options(measured: Path, capsys: Capture) -> None:
    assert "never false" not in out(capsys, "report", "--no-missing")
    assert "never false" not in out(capsys, "report", "--level", "line")
    assert "main.py" not in out(capsys, "report", "shop")
    assert "main.py" not in out(capsys, "report", "--omit", "main.py")
    assert "pricing" not in out(capsys, "report", "--include=main.py")
    assert out(capsys, "report", "--format", "total", "--precision", "1").strip().count(".") == 1
    assert out(capsys, "report", "--format=markdown").startswith("**lines")
    assert "1 file without a miss not shown" in out(capsys, "report", "--skip-covered")


def test_fail_under(measured: Path, capsys: Capture) -> None:
    assert "under the 99 % asked for" in out(capsys, "report", "--fail-under", "99", status=2)
    assert "of branches" in out(capsys, "report", "--fail-under=99", "--level=branch", status=2)
    out(capsys, "report", "--fail-under", "10")
    out(capsys, "json", "--fail-under", "99", status=2)
    (measured / "pyproject.toml").write_text("[tool.bytecov]\nfail_under = 99\n")
    out(capsys, "report", status=2)
    # coverage.py's own number speaks of lines here, not of conditions.
    (measured / "pyproject.toml").write_text("[tool.coverage.report]\nfail_under = 60\n")
    out(capsys, "report")


def test_a_changed_source_is_said(measured: Path, capsys: Capture) -> None:
    (measured / "shop" / "pricing.py").write_text("# new\n" + PRICING)
    text = out(capsys, "report")
    assert "shop/pricing.py: it has changed since it was measured" in text
    assert "never false" not in text
    assert "changed" not in out(capsys, "report", "--ignore-errors")
    (measured / "shop" / "pricing.py").unlink()
    assert "cannot read shop/pricing.py" in out(capsys, "report")
    (measured / "shop" / "pricing.py").write_text("x = (\n")
    assert "shop/pricing.py" in out(capsys, "report")


def test_json(measured: Path, capsys: Capture) -> None:
    document = json.loads(out(capsys, "json", "-o", "-"))
    assert document["meta"]["engines"] == ["native"]
    assert set(document["files"]) == {"main.py", "shop/__init__.py", "shop/pricing.py"}
    [first, *_] = document["files"]["shop/pricing.py"]["decisions"]
    assert first["conditions"][1]["outcomes"] == {"true": "covered", "false": "missed"}
    assert out(capsys, "json") == "wrote bytecov.json\n"
    assert json.loads((measured / "bytecov.json").read_text()) == document
    assert "cannot be written" in out(capsys, "json", "-o", "no/where", status=1)


def test_html(measured: Path, capsys: Capture) -> None:
    pytest.importorskip("jinja2")
    pytest.importorskip("pygments")
    assert out(capsys, "html") == "wrote htmlbytecov/index.html\n"
    assert out(capsys, "html", "-q", "-d", "other") == ""
    assert (measured / "other" / "index.html").exists()


def test_dis_and_cfg(measured: Path, capsys: Capture) -> None:
    text = out(capsys, "dis", "shop/pricing.py:discount")
    assert text.startswith("discount (")
    assert any(line.lstrip().startswith("+ ") for line in text.splitlines())  # ran, not counted
    assert "unused" in out(capsys, "dis", "shop/pricing.py")
    assert out(capsys, "cfg", "--format", "dot", "shop/pricing.py:discount").startswith("digraph")
    plain = out(capsys, "cfg", "--no-hits", "shop/pricing.py:unused")
    assert "block 0" in plain
    assert "did you mean 'discount'" in out(capsys, "dis", "shop/pricing.py:disc", status=1)
    assert "cannot be read" in out(capsys, "dis", "gone.py", status=1)
    (measured / "bad.py").write_text("x = (\n")
    assert "cannot be compiled" in out(capsys, "dis", "bad.py", status=1)


def test_dis_without_data(project: Path, capsys: Capture) -> None:
    assert "discount" in out(capsys, "dis", "shop/pricing.py")


def test_combine(measured: Path, bytecov: Bytecov, capsys: Capture) -> None:
    folder = measured / "artifacts"
    folder.mkdir()
    bytecov("run", "--engine=vm", "main.py")
    shutil.copy(measured / ".bytecov", folder / ".bytecov.linux")
    (folder / ".bytecov.bad").write_text("nothing")
    bytecov("run", "--engine=vm", "main.py")
    assert main(["combine", "--keep", "artifacts"]) == 0
    captured = capsys.readouterr()
    assert captured.out == "combined 1 file into .bytecov\n"
    assert "artifacts/.bytecov.bad is not a bytecov data file" in captured.err
    assert sorted(os.listdir(folder)) == [".bytecov.bad", ".bytecov.linux"]
    assert main(["combine", "artifacts"]) == 0
    captured = capsys.readouterr()
    assert "was combined before" in captured.err
    assert os.listdir(folder) == [".bytecov.bad"]
    assert "(2 times true)" in out(capsys, "report")


def test_combine_what_is_not_there(measured: Path, capsys: Capture) -> None:
    assert "nothing to combine" in out(capsys, "combine", status=1)
    assert "there is no data file gone" in out(capsys, "combine", "gone", status=1)


def test_erase(measured: Path, capsys: Capture) -> None:
    (measured / ".bytecov.bad").write_text("nothing")
    assert main(["erase"]) == 0
    assert ".bytecov.bad is not" in capsys.readouterr().err
    assert sorted(os.listdir()) == [".bytecov.bad", "main.py", "shop"]
    (measured / ".bytecov.bad").unlink()
    assert out(capsys, "erase") == ""


def test_debug(measured: Path, capsys: Capture) -> None:
    assert str(measured) in out(capsys, "debug", "sys")
    system = dict(line.split(maxsplit=1) for line in out(capsys, "debug", "sys").splitlines())
    assert system["engine"].startswith("native (")
    (measured / ".coveragerc").write_text("[report]\nprecision = 2\n")
    config = out(capsys, "debug", "config")
    [line] = [line.split() for line in config.splitlines() if line.startswith("precision")]
    assert line == ["precision", "2", ".coveragerc", "[report]"]
    data = out(capsys, "debug", "data")
    assert "main.py" in data
    assert "status 0  native" in data
    assert out(capsys, "debug", "unexplained") == "0 unexplained branches\n"
    assert out(capsys, "debug", "contradictions") == "0 contradictions\n"


def test_debug_unexplained_maps_sources(project: Path, capsys: Capture) -> None:
    (project / "site-packages").mkdir()
    (project / "site-packages" / "other.py").write_text("if x: pass\n")
    (project / "broken.py").write_text("x = (\n")
    lines = out(capsys, "debug", "unexplained", ".").splitlines()
    assert lines[0] == "3 files, 4 branches, 0 of them artifacts"
    assert lines[1:4] == [
        "0 unexplained branches",
        "0 outcomes not found",
        "0 edges that lead elsewhere",
    ]
    assert lines[4] == "1 files that are no source for this Python"
    assert "broken.py has a syntax error in line 1" in lines[5]
    assert "takes no PATH" in out(capsys, "debug", "data", "main.py", status=1)
    assert "no such file" in out(capsys, "debug", "unexplained", "gone.py", status=1)


class TestSentences:
    def said(self, capsys: Capture, *arguments: str) -> str:
        text = out(capsys, *arguments, status=1)
        assert text.startswith("bytecov: ")
        assert text.count("\n") == 1
        return text

    @pytest.mark.parametrize("command", ["report", "json", "html", "debug data"])
    def test_no_data(self, project: Path, capsys: Capture, command: str) -> None:
        assert "there is no data file" in self.said(capsys, *command.split())

    @pytest.mark.parametrize("command", ["report", "json", "html", "erase", "debug data"])
    def test_a_data_file_that_is_none(self, project: Path, capsys: Capture, command: str) -> None:
        (project / ".bytecov").write_bytes(b"\0" * 300)
        assert "is not a bytecov data file" in self.said(capsys, *command.split())
        assert (project / ".bytecov").exists()

    def test_nothing_chosen(self, measured: Path, capsys: Capture) -> None:
        assert "no measured file was chosen" in self.said(capsys, "report", "nowhere.py")

    def test_unknown_command(self, capsys: Capture) -> None:
        assert "did you mean 'report'" in self.said(capsys, "repotr")

    def test_bad_options(self, project: Path, capsys: Capture) -> None:
        assert "--levl" in self.said(capsys, "report", "--levl", "x")
        assert "--fail-under" in self.said(capsys, "report", "--fail-under", "many")
        assert "--precision" in self.said(capsys, "report", "--precision", "x")
        assert "--sort" in self.said(capsys, "report", "--sort", "age")
        assert "TOPIC" in self.said(capsys, "debug")
        assert "'weather'" in self.said(capsys, "debug", "weather")


def test_help(capsys: Capture) -> None:
    assert out(capsys) == out(capsys, "--help") == out(capsys, "help")
    assert out(capsys, "--version").startswith("bytecov ")
    for command in COMMANDS:
        with pytest.raises(SystemExit) as caught:
            main([command, "--help"])
        assert caught.value.code == 0
        text = capsys.readouterr().out
        assert text.startswith(f"usage: bytecov {command} ")
        assert max(map(len, text.splitlines())) <= 100
        with pytest.raises(SystemExit):
            main(["help", command])
        assert capsys.readouterr().out == text


def test_a_reader_that_goes_away(measured: Path, bytecov: Bytecov) -> None:
    read, write = os.pipe()
    os.close(read)
    import subprocess
    import sys

    process = subprocess.run(
        [sys.executable, "-m", "bytecov", "debug", "config"],
        stdout=write, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    os.close(write)
    assert "Traceback" not in process.stderr
    assert process.stderr == ""
