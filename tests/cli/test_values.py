"""`bytecov run --values`: what conditions were tested with is kept, and can be read."""

import sqlite3
from pathlib import Path

from bytecov.api import Session
from bytecov.config.settings import Settings
from bytecov.model.values import REDACTED, Observation, Value, Witnessed
from bytecov.store.reading import load
from bytecov.store.schema import VERSION

from .conftest import Bytecov

SECRETS = """\
def login(user, password):
    if user == "bob" and password == "hunter2":
        return True
    return user in ("my secret", "ann")

login("bob", "12345")
login("eve", "x")
"""


def told(witnessed: list[Witnessed]) -> set[tuple[str, str, str, tuple[str, ...], int]]:
    return {
        (
            str(one.key.span), one.key.outcome, one.observation.operator,
            tuple(value.text for value in one.observation.operands), one.times,
        )
        for one in witnessed
    }  # fmt: skip


def test_kept_by_condition_and_context(bytecov: Bytecov, project: Path) -> None:
    assert bytecov("run", "--values", "--context", "one", "main.py").returncode == 0
    bytecov("run", "--values", "-a", "--context", "two", "main.py")
    found = Session(Settings()).values("shop/pricing.py")
    assert {one.context for one in found} == {"one", "two"}
    assert {one.key.kind for one in found} == {"condition"}
    assert told(found) == {
        ("2:7", "true", "bool", ("True",), 1),
        ("2:7", "false", "bool", ("False",), 1),
        ("2:21", "true", ">", ("200", "100"), 1),
    }
    [run, _] = load(".bytecov").runs
    assert run.engine == "vm"
    assert Session(Settings()).values("main.py")


def test_merged_counts(bytecov: Bytecov, project: Path) -> None:
    for _ in range(2):
        bytecov("run", "--values", "-p", "main.py")
    bytecov("combine")
    found = Session(Settings()).values("shop/pricing.py")
    assert ("2:21", "true", ">", ("200", "100"), 2) in told(found)


def test_only_on_request(bytecov: Bytecov, project: Path) -> None:
    bytecov("run", "--engine", "vm", "main.py")
    assert Session(Settings()).values("shop/pricing.py") == []
    result = bytecov("run", "--values", "--engine", "native", "main.py")
    assert result.returncode == 1
    assert result.stderr == (
        "bytecov: the native recorder does not see values: use --engine vm\n"
    )


def test_redacted(bytecov: Bytecov, project: Path) -> None:
    (project / "login.py").write_text(SECRETS)
    bytecov("run", "--values", "login.py")
    assert b"12345" not in (project / ".bytecov").read_bytes()
    found = Session(Settings()).values("login.py")
    hidden = Value("str", REDACTED)
    assert [one.observation for one in found if str(one.key.span) == "2:25"] == [
        Observation("==", (hidden, hidden))
    ]
    assert ("2:7", "true", "==", ("'bob'", "'bob'"), 1) in told(found)
    (project / "pyproject.toml").write_text("[tool.bytecov]\nredact = ['bob']\nvalues = true\n")
    bytecov("run", "login.py")
    found = Session(Settings()).values("login.py")
    assert ("2:7", "false", "==", (REDACTED, REDACTED), 1) in told(found)
    assert ("2:25", "false", "==", ("'12345'", "'hunter2'"), 1) in told(found)


def test_a_file_without_the_table(bytecov: Bytecov, project: Path) -> None:
    bytecov("run", "--engine", "vm", "main.py")
    with sqlite3.connect(".bytecov") as connection:
        connection.execute("DROP TABLE value")
        connection.execute("PRAGMA user_version = 1")
    connection.close()
    assert Session(Settings()).values("shop/pricing.py") == []
    assert bytecov("report").returncode == 0
    bytecov("run", "--values", "-a", "main.py")
    assert Session(Settings()).values("shop/pricing.py")
    with sqlite3.connect(".bytecov") as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (VERSION,)
    connection.close()


def test_values_that_are_none(bytecov: Bytecov, project: Path) -> None:
    bytecov("run", "--values", "main.py")
    with sqlite3.connect(".bytecov") as connection:
        connection.execute("UPDATE value SET operands = '[[1, 2, 3]]'")
    connection.close()
    result = bytecov("combine", ".bytecov", "--data-file", "other")
    assert "damaged (a value is of a wrong type)" in result.stderr
