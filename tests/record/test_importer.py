"""Imported modules run prepared; nothing else about importing changes."""

import importlib
import importlib.util
import marshal
import re
import subprocess
import sys
import traceback
from collections.abc import Iterator
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

import pytest

from bytecov.record.importer import Importer
from bytecov.record.vm import VMRecorder

LAUNCH = str(Path(__file__).with_name("launch.py"))


class Watch:
    """An importer that notes what it prepares and changes nothing."""

    def __init__(self) -> None:
        self.prepared: list[str] = []
        self.importer = Importer(self.prepare, lambda code: code)

    def prepare(self, path: str, code: CodeType) -> CodeType:
        self.prepared.append(Path(path).name)
        return code


@pytest.fixture
def watch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "modules", dict(sys.modules))
    watch = Watch()
    watch.importer.install()
    yield watch
    watch.importer.uninstall()


def test_source_files_are_prepared(watch: Watch, tmp_path: Path) -> None:
    (tmp_path / "imported_one.py").write_text("import imported_two\nx = 1\n")
    (tmp_path / "imported_two.py").write_text("y = 2\n")
    assert importlib.import_module("imported_one").x == 1
    assert watch.prepared == ["imported_one.py", "imported_two.py"]
    importlib.reload(sys.modules["imported_two"])
    assert watch.prepared[2:] == ["imported_two.py"]


def test_cached_files_are_prepared(
    watch: Watch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    (tmp_path / "imported_three.py").write_text("z = 3\n")
    importlib.import_module("imported_three")
    del sys.modules["imported_three"]
    assert list((tmp_path / "__pycache__").glob("imported_three.*.pyc"))
    importlib.import_module("imported_three")
    assert watch.prepared == ["imported_three.py"] * 2


def test_a_spec_from_a_path_is_prepared(watch: Watch, tmp_path: Path) -> None:
    (tmp_path / "plugin.py").write_text("name = __name__\n")
    spec = importlib.util.spec_from_file_location("other_name", tmp_path / "plugin.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.name == "other_name"
    assert watch.prepared == ["plugin.py"]


def test_finders_and_loaders_are_the_usual_ones(watch: Watch, tmp_path: Path) -> None:
    (tmp_path / "imported_four.py").write_text("")
    module = importlib.import_module("imported_four")
    assert type(module.__loader__) is SourceFileLoader
    assert all(type(each).__module__ != "bytecov.record.importer" for each in sys.meta_path)
    assert importlib.util.find_spec("imported_four") is not None


def test_uninstalled(tmp_path: Path) -> None:
    before = dict(vars(SourceFileLoader))
    watch = Watch()
    watch.importer.install()
    assert dict(vars(SourceFileLoader)) != before
    watch.importer.uninstall()
    assert dict(vars(SourceFileLoader)) == before


def test_tracebacks_do_not_show_the_step(watch: Watch, tmp_path: Path) -> None:
    (tmp_path / "imported_five.py").write_text("1 / 0\n")
    with pytest.raises(ZeroDivisionError) as caught:
        __import__("imported_five")
    names = [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]
    assert names == ["test_tracebacks_do_not_show_the_step", "<module>"]


def test_an_import_that_fails_can_be_tried_again(watch: Watch, tmp_path: Path) -> None:
    (tmp_path / "imported_six.py").write_text("raise ValueError\n")
    with pytest.raises(ValueError):
        importlib.import_module("imported_six")
    (tmp_path / "imported_six.py").write_text("fine = True  # now\n")
    importlib.invalidate_caches()
    assert importlib.import_module("imported_six").fine


def test_subclasses_of_the_loader(watch: Watch, tmp_path: Path) -> None:
    class Loader(SourceFileLoader):
        def get_code(self, fullname: str) -> CodeType | None:
            return super().get_code(fullname)

    path = tmp_path / "imported_seven.py"
    path.write_text("seven = 7\n")
    module = ModuleType("imported_seven")
    Loader("imported_seven", str(path)).exec_module(module)
    assert module.seven == 7
    assert watch.prepared == ["imported_seven.py"]


SUITE = """\
import helper

def test_passes():
    assert helper.double(2) == 4

def test_fails():
    value = [1, 2, 3]
    assert helper.double(len(value)) == sum(value) + 1, "why"
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    (tmp_path / "test_suite.py").write_text(SUITE)
    (tmp_path / "helper.py").write_text("def double(x):\n    return x * 2 if x else 0\n")
    (tmp_path / "conftest.py").write_text("import pytest\n")
    return tmp_path


def run_suite(suite: Path, *how: str) -> tuple[str, int, str]:
    """Output without times, exit status, and what was measured."""
    measured = suite.parent / "measured"
    ran = subprocess.run(
        [sys.executable, *how, "-m", "pytest", "-p", "no:cacheprovider", "-q", "--no-header"],
        cwd=suite, capture_output=True, text=True, check=False,
        env={"BYTECOV_TEST_MEASURED": str(measured), "PATH": "", "HOME": str(suite)},
    )  # fmt: skip
    output = re.sub(r" in [\d.]+s|0x[0-9a-f]+", "", ran.stdout)
    return output, ran.returncode, measured.read_text() if measured.exists() else ""


def test_pytest_rewrites_and_we_measure(suite: Path) -> None:
    host = run_suite(suite)
    for _ in ("compiled", "from pytest's cache"):
        ours = run_suite(suite, LAUNCH)
        assert ours[:2] == host[:2]
        assert "assert 6 == (6 + 1)" in ours[0]
        lines = ours[2].splitlines()
        assert "test_suite.py test_passes 3 1" in lines
        assert "test_suite.py test_fails 6 1" in lines
        assert "helper.py double 1 2" in lines
        assert "conftest.py <module> 1 1" in lines
        assert not any(line.startswith("python.py") for line in lines)


def test_caches_hold_the_original_code(suite: Path) -> None:
    run_suite(suite, LAUNCH)
    caches = sorted((suite / "__pycache__").iterdir())
    assert {path.name.partition(".")[0] for path in caches} == {"test_suite", "helper", "conftest"}
    for path in caches:
        code = marshal.loads(path.read_bytes()[16:])
        assert isinstance(code, CodeType)
        recorder = VMRecorder()
        assert recorder.prepare(code) != code
        kinds = {type(each) for each in constants(code)}
        assert kinds <= {int, str, float, bool, tuple, frozenset, type(None), slice}
    ours = {path: marshal.loads(path.read_bytes()[16:]) for path in caches}
    for path in caches:
        path.unlink()
    run_suite(suite)
    for path, code in ours.items():
        assert marshal.loads(path.read_bytes()[16:]) == code


def constants(code: CodeType) -> Iterator[object]:
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from constants(each)
        else:
            yield each
