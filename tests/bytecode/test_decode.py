"""Decoding against `dis`."""

import dis
import random
import textwrap
import types
from itertools import pairwise

import pytest

from bytecov.bytecode.decode import decode
from bytecov.bytecode.nesting import walk
from bytecov.model.span import Span


def compiled(source: str) -> types.CodeType:
    return compile(textwrap.dedent(source), "<test>", "exec")


def large_function(names: int = 300) -> types.CodeType:
    """A loop whose body needs EXTENDED_ARG for names, constants and jumps."""
    body = "\n".join(f"        if g{i}: x = {i + 1000}.5" for i in range(names))
    module = compiled(f"def f(a):\n    while a:\n{body}")
    return next(code for code in walk(module) if code.co_name == "f")


@pytest.mark.parametrize("module", [dis, random, textwrap, types])
def test_same_as_dis(module: types.ModuleType) -> None:
    with open(str(module.__file__), "rb") as file:
        for code in walk(compile(file.read(), "<test>", "exec")):
            check(code)


def test_same_as_dis_with_extended_arguments() -> None:
    check(large_function())


def check(code: types.CodeType) -> None:
    expected = [one for one in dis.get_instructions(code) if one.opname != "EXTENDED_ARG"]
    decoded = decode(code)
    assert [one.arg_offset for one in decoded] == [one.offset for one in expected]
    for mine, other in zip(decoded, expected, strict=True):
        assert (mine.opcode, mine.name) == (other.opcode, other.opname)
        if other.arg is not None:
            assert mine.oparg == other.arg
        if mine.target is not None:
            assert mine.target == other.argval
        assert other.positions is not None
        assert mine.line == other.positions.lineno
    for before, after in pairwise(decoded):
        assert before.offset + before.size == after.offset


def test_extended_arguments_belong_to_their_instruction() -> None:
    long = [one for one in decode(large_function()) if one.arg_offset > one.offset]
    assert long
    assert all(one.oparg > 255 for one in long if one.arg_offset == one.offset + 2)
    offsets = {one.offset for one in decode(large_function())}
    assert {one.target for one in decode(large_function()) if one.target is not None} <= offsets


def test_end_async_for_is_no_jump() -> None:
    module = compiled("async def f(x):\n    async for a in x:\n        pass")
    ends = [one for one in decode(module.co_consts[0]) if one.name == "END_ASYNC_FOR"]
    assert [one.target for one in ends] == [None]


def test_specialised_code_decodes_as_compiled() -> None:
    namespace: dict[str, types.FunctionType] = {}
    exec("def f(n):\n    t = 0\n    for i in range(n):\n        t += i\n    return t", namespace)
    before = decode(namespace["f"].__code__)
    for _ in range(100):
        namespace["f"](100)
    assert decode(namespace["f"].__code__) == before


def test_spans_count_bytes() -> None:
    (call,) = [one for one in decode(compiled("'ä'; x(y)")) if one.name == "CALL"]
    assert call.span == Span(1, 6, 1, 10)
    assert call.line == 1


def test_no_span_where_the_compiler_gave_no_columns() -> None:
    code = compiled("x = y")
    bare = code.replace(co_linetable=b"\xef\x00" * (len(code.co_code) // 16 + 1))
    assert {one.span for one in decode(bare)} == {None}
    assert {one.line for one in decode(bare)} == {1}


def test_walk_goes_outer_before_inner() -> None:
    module = compiled("def a():\n    def b(): pass\n    class C: pass\ndef d(): pass")
    names = [code.co_name for code in walk(module) if not code.co_name.startswith("__")]
    assert names == ["<module>", "a", "b", "C", "d"]
