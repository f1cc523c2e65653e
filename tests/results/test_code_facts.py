"""Fields of code objects in words, symbols of scopes, protected ranges."""

from types import CodeType

import pytest

from bytecov.bytecode.nesting import walk
from bytecov.results.code_facts import FIELDS, facts, field_text, scopes, symbols
from bytecov.source.parse import parse

TEXT = """\
import os
def outer(a, /, b, *, c=1):
    local = a
    def inner():
        nonlocal local
        local = os.sep
        return lambda: (local, "é", 2.5)
    try:
        return inner()
    except ValueError:
        return [local for local in b]
"""
CODE = compile(TEXT, "m.py", "exec", dont_inherit=True)
BY_NAME = {code.co_name: code for code in walk(CODE)}
SCOPES = scopes(parse(TEXT, "m.py"))


def test_every_code_object_has_its_scope() -> None:
    for name in ("<module>", "outer", "inner", "<lambda>"):
        code = BY_NAME[name]
        assert (name, 1 if name == "<module>" else code.co_firstlineno) in SCOPES


def test_symbols_and_their_roles() -> None:
    roles = {each.name: set(each.roles) for each in symbols(SCOPES["outer", 2])}
    assert {"parameter", "local", "referenced"} <= roles["a"]
    assert {"local", "assigned"} <= roles["inner"]
    assert "parameter" not in roles["inner"]
    inside = {each.name: set(each.roles) for each in symbols(SCOPES["inner", 4])}
    assert {"free", "nonlocal", "assigned"} <= inside["local"]
    assert {"global", "referenced"} <= inside["os"]
    assert "imported" in {each.name: each.roles for each in symbols(SCOPES["<module>", 1])}["os"]


def test_symbols_of_some_names() -> None:
    assert [each.name for each in symbols(SCOPES["outer", 2], {"c", "b", "x"})] == ["b", "c"]
    assert not list(symbols(SCOPES["outer", 2], ()))


@pytest.mark.parametrize(
    ("code", "name", "text"),
    [
        (BY_NAME["outer"], "co_name", "outer"),
        (BY_NAME["outer"], "co_posonlyargcount", "1"),
        (BY_NAME["outer"], "co_firstlineno", "2"),
        (BY_NAME["inner"], "co_freevars", "local"),
        (BY_NAME["inner"], "co_exceptiontable", "0 bytes"),
        (CODE.replace(co_flags=0), "co_flags", "0x0"),
        (CODE.replace(co_flags=0x10), "co_flags", "0x10 (NESTED)"),
        (CODE.replace(co_consts=(1, "é", CODE)), "co_consts", "1, 'é', <code <module>>"),
        (CODE.replace(co_names=()), "co_names", ""),
    ],
)
def test_fields(code: CodeType, name: str, text: str) -> None:
    assert field_text(code, name) == text


def test_bytes_by_their_number_and_the_first() -> None:
    code = BY_NAME["outer"]
    for name in ("co_code", "co_linetable", "co_exceptiontable"):
        value = getattr(code, name)
        assert field_text(code, name) == f"{len(value)} bytes: {value[:12].hex(' ')}"


def test_facts() -> None:
    code = BY_NAME["outer"]
    found = list(facts(code, SCOPES["outer", 2]))
    said = {(each.group, each.name): each for each in found}
    assert said["code object", "co_kwonlyargcount"].value == "1"
    assert said["code object", "co_argcount"].meaning == FIELDS["co_argcount"]
    assert ("code object", "co_freevars") not in said  # it is empty
    assert ("code object", "co_code") not in said
    assert any("c" in each.value.split(", ") for each in found if each.group == "symbols")
    handlers = [each for each in found if each.group == "exception table"]
    assert handlers
    assert all(each.meaning.startswith("stack cut to ") for each in handlers)
    assert any(each.meaning.endswith(", offset pushed") for each in handlers)


def test_code_without_a_scope() -> None:
    """The compiler's own functions (annotations) have none that could be found by name."""
    assert "symbols" not in {each.group for each in facts(BY_NAME["outer"], None)}
