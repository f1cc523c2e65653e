"""The tables against the running interpreter's own account of its opcodes."""

import dis
import opcode

import pytest

from bytecov.bytecode import version
from bytecov.bytecode.opcodes import OpcodeTable, derive, running
from bytecov.bytecode.opcodes.numbers import CACHES, DIRECTION, NAMES, NUMBERS
from bytecov.bytecode.opcodes.table import JUMP, PLAIN, SILENT
from bytecov.model.errors import UsageError

FOLDED = {"CACHE", "EXTENDED_ARG"}
"""Decoding makes them part of the instruction they serve."""

INTERNAL = {"ENTER_EXECUTOR", "EXIT_INIT_CHECK", "INTERPRETER_EXIT", "RESERVED", "TRACE_RECORD"}
"""The interpreter's own; `co_code` never shows them."""


def visible() -> set[str]:
    """The opcodes that `co_code` can show."""
    hidden = FOLDED | INTERNAL | set(getattr(opcode, "_specialized_opmap", ()))
    return {
        name
        for name, number in dis.opmap.items()
        if number < 256 and not name.startswith("INSTRUMENTED_") and name not in hidden
    }


def test_table_has_exactly_the_running_opcodes() -> None:
    assert running().names == visible()


def test_jumps_are_those_of_dis() -> None:
    named = {name for name in running().names if dis.opmap[name] in dis.hasjrel}
    table = running()
    assert named == {name for name, kind in table.kinds.items() if kind.direction}
    assert named - (table.jumps | table.branches) <= {"END_ASYNC_FOR"}
    assert {name for name in named if "BACKWARD" in name} == table.backward - {"END_ASYNC_FOR"}


def test_categories_do_not_overlap() -> None:
    table = running()
    assert not table.jumps & table.branches
    assert not table.leaves & (table.jumps | table.branches)
    assert table.terminators == table.jumps | table.leaves
    assert {"RETURN_VALUE", "RAISE_VARARGS", "RERAISE"} <= table.leaves
    assert {"RERAISE", "RAISE_VARARGS", "CALL", "RESUME", "YIELD_VALUE"} <= table.raising
    assert not {"NOP", "POP_TOP", "COPY", "SWAP", "JUMP_FORWARD"} & table.raising


def test_numbers_are_the_interpreters() -> None:
    for name, number in NUMBERS.items():
        assert NAMES[number] == name
        assert DIRECTION[number] == running().kinds[name].direction
    assert CACHES[NUMBERS["LOAD_GLOBAL"]] > 0
    assert CACHES[NUMBERS["POP_TOP"]] == 0


def test_derive() -> None:
    old = derive(None, A=PLAIN, B=PLAIN, J=JUMP)
    new = derive(old, drop=["A"], B=SILENT, C=PLAIN)
    assert new == OpcodeTable({"B": SILENT, "J": JUMP, "C": PLAIN})
    assert old.names == {"A", "B", "J"}
    with pytest.raises(KeyError):
        derive(new, drop=["A"])


def test_unknown_python_is_the_users_to_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(version, "SUPPORTED", False)
    running.cache_clear()
    try:
        with pytest.raises(UsageError, match="does not know the bytecode of Python"):
            running()
    finally:
        monkeypatch.undo()
        running.cache_clear()
