"""Names of files beside the data file, and whose they are."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from bytecov.store.shards import HITS, host, left_behind, shard_path, shards


@pytest.mark.parametrize(("name", "shown"), [("a.b_c-d", "a-b-c-d"), ("", "host"), ("é", "-")])
def test_host(name: str, shown: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "uname", lambda: SimpleNamespace(nodename=name))
    assert host() == shown


def test_left_behind(tmp_path: Path) -> None:
    """Of a process that runs here nothing is left; of others that cannot be asked, it is."""
    child = os.fork()
    if not child:
        os._exit(0)
    os.waitpid(child, 0)
    names = {
        "running": f".bytecov.{host()}.{os.getpid()}.0a",
        "ended": f".bytecov.{host()}.{child}.0b",
        "elsewhere": f".bytecov.{host()}x.{os.getpid()}.0c",
        "no number": f".bytecov.{host()}.pid.0d",
    }
    for name in names.values():
        (tmp_path / (name + HITS)).touch()
        (tmp_path / name).touch()  # what somebody has saved is not left behind
    found = left_behind(str(tmp_path / ".bytecov"))
    expected = {names[which] + HITS for which in ("ended", "elsewhere", "no number")}
    assert {os.path.basename(path) for path in found} == expected
    assert left_behind("/else/.bytecov", str(tmp_path)) == found
    assert left_behind(str(tmp_path / "data")) == []


def test_shards(tmp_path: Path) -> None:
    mine = shard_path(str(tmp_path / ".bytecov"))
    names = [os.path.basename(mine), ".bytecov.ci.7.ff"]
    for name in (*names, ".bytecov", ".bytecov.ci.7.ff-journal", f".bytecov.ci.8.ff{HITS}", "m.py"):
        (tmp_path / name).touch()
    found = shards(str(tmp_path / ".bytecov"))
    assert found == sorted(str(tmp_path / name) for name in names)
    assert shards("/else/.bytecov", str(tmp_path)) == found
    assert shards("/no/such/folder/.bytecov") == []
