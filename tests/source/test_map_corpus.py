"""The tool that makes the table of docs/source-map.md."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture
def tool() -> ModuleType:
    path = Path(__file__).parents[2] / "tools" / "map_corpus.py"
    spec = importlib.util.spec_from_file_location("map_corpus", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "one.py").write_text("with a: pass\nfor i in b:\n    if c or d: pass\n")
    (folder / "two.py").write_text("async def f():\n  x = await a if b else c\n")
    (folder / "broken.py").write_text("x = (\n")
    return folder


@pytest.mark.parametrize("options", [[], ["-X", "no_debug_ranges"]])
def test_counts(tool: ModuleType, sources: Path, options: list[str]) -> None:
    found = tool.counts([sys.executable, *options], str(sources))
    assert found == (2, 6, 1, 0, 0, 0)  # `await` asks whether the awaitable is done


def test_a_python_that_cannot(tool: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="failed"):
        tool.counts([sys.executable, "-c", "exit(3)"], str(tmp_path))


def test_no_python(tool: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert tool.main(["no-such-python"]) == 1
    assert "no Python 3.11 to 3.15 found" in capsys.readouterr().err


def test_the_status_and_the_table(
    tool: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{tool.BEGIN}old\n{tool.END}behind\n")
    found = [tool.Row("3.13.0", "standard library", (1234, 5, 1, 0, 0, 0))]
    monkeypatch.setattr(tool, "rows", lambda *_: iter(found))
    monkeypatch.setattr(tool, "write", lambda rows, write=tool.write: write(rows, page))
    assert tool.main([sys.executable]) == 0
    text = page.read_text()
    assert "old" not in text
    assert text.startswith("before\n")
    assert text.endswith("behind\n")
    assert "| 3.13.0 | standard library | 1,234 | 5 | 1 | 0 | 0 | 0 |\n" in text
    for bad in ((1, 5, 1, 1, 0, 0), (1, 5, 1, 0, 1, 0), (1, 5, 1, 0, 0, 1)):
        found[:] = [tool.Row("3.13.0", "standard library", bad)]
        assert tool.main([sys.executable]) == 1


def test_the_page_has_a_place_for_the_table(tool: ModuleType) -> None:
    before, begin, rest = tool.PAGE.read_text(encoding="utf-8").partition(tool.BEGIN)
    assert before
    assert begin
    assert tool.END in rest
