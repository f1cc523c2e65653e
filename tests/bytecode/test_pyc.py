"""`.pyc` files, good and bad."""

import importlib.util
import marshal
import py_compile
from pathlib import Path

import pytest

from bytecov.bytecode.pyc import read_pyc
from bytecov.model.errors import DataError

MAGIC = importlib.util.MAGIC_NUMBER
CODE = marshal.dumps(compile("x = 1", "<test>", "exec"))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "module.py"
    path.write_text("x = 1\n")
    return path


def made(source: Path, mode: py_compile.PycInvalidationMode) -> Path:
    return Path(str(py_compile.compile(str(source), doraise=True, invalidation_mode=mode)))


def test_timestamp(source: Path) -> None:
    pyc = read_pyc(made(source, py_compile.PycInvalidationMode.TIMESTAMP))
    assert (pyc.mtime, pyc.source_size) == (int(source.stat().st_mtime), 6)
    assert (pyc.source_hash, pyc.checked) == (None, False)
    assert pyc.code.co_names == ("x",)


@pytest.mark.parametrize("mode", ["CHECKED_HASH", "UNCHECKED_HASH"])
def test_hash(source: Path, mode: str) -> None:
    pyc = read_pyc(made(source, py_compile.PycInvalidationMode[mode]))
    assert pyc.source_hash == importlib.util.source_hash(source.read_bytes())
    assert (pyc.mtime, pyc.source_size) == (None, None)
    assert pyc.checked is (mode == "CHECKED_HASH")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "shorter than the header"),
        (MAGIC + bytes(11), "shorter than the header"),
        (b"#!/usr/bin/env python\n", "magic number is none of Python's"),
        (b"\x01\x02\r\n" + bytes(12) + CODE, "another Python"),
        (MAGIC + b"\x08" + bytes(11) + CODE, "flags that no Python writes: 0x8"),
        (MAGIC + bytes(12), "is damaged"),
        (MAGIC + bytes(12) + CODE[:20], "is damaged"),
        (MAGIC + bytes(12) + marshal.dumps(7), "an object of type int"),
    ],
)
def test_bad(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "module.pyc"
    path.write_bytes(content)
    with pytest.raises(DataError, match=message):
        read_pyc(path)


def test_missing(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="No such file"):
        read_pyc(tmp_path / "module.pyc")
