"""Operands are what `dis` says of the same instruction."""

import dis
import re
import sysconfig
from pathlib import Path
from types import CodeType

import pytest

from bytecov.bytecode.decode import decode
from bytecov.bytecode.nesting import walk
from bytecov.bytecode.operands import operands

LIBRARY = Path(sysconfig.get_path("stdlib"))
WORDS = """\
import contextlib as c
from math import *
def outer(a, *b, d=1, **e):
    def inner(f: a = 2):
        nonlocal d
        d += f; del f
        return lambda: (d, a)
    class C[T](dict):
        x = f"{a!r:>{d}} {b!s} {e}"
        def m(self): return super().m, super().n()
    with c.suppress(a) as g: assert a is not b not in e, (-a, ~a, not a)
    async def k(): return [z async for z in a if await z]
    match a:
        case {"k": 1, **r}: print(*b, **e, k=d)
    return a < b <= d == e != {*b} and {1: 2, **e} or b[1:2] or b[d], inner, C, g, k, r
"""


def said(code: CodeType) -> list[tuple[str, str]]:
    """Every instruction but jumps, in the words of `dis`."""
    address = re.compile(r"<code object .+? at 0x[0-9a-f]+, .*>")
    return [
        (
            one.opname,
            f"<code {one.argval.co_qualname}>"
            if isinstance(one.argval, CodeType) and address.fullmatch(one.argrepr)
            else one.argrepr or ("" if one.arg is None else str(one.arg)),
        )
        for one in dis.get_instructions(code)
        if one.opcode not in (*dis.hasjrel, *dis.hasjabs) and one.opname != "EXTENDED_ARG"
    ]


def same(code: CodeType) -> None:
    for one in walk(code):
        instructions = decode(one)
        found = zip(instructions, operands(one, instructions), strict=True)
        jumps = (*dis.hasjrel, *dis.hasjabs)
        assert [
            (instruction.name, text)
            for instruction, text in found
            if instruction.opcode not in jumps
        ] == said(one)


def test_every_kind_of_operand() -> None:
    source = WORDS if hasattr(dis, "hasarg") else WORDS.replace("C[T]", "C")
    same(compile(source, "words.py", "exec", dont_inherit=True))


def test_large_numbers() -> None:
    lines = [f"name_{n} = {n}.5; f(name_{n})" for n in range(700)]
    same(compile("\n".join(lines), "large.py", "exec", dont_inherit=True))
    body = "\n".join(f"  {line}" for line in lines)
    same(compile(f"def g(f):\n{body}", "large.py", "exec", dont_inherit=True))


@pytest.mark.parametrize("name", ["argparse", "dataclasses", "typing", "tempfile", "fractions"])
def test_modules_of_the_library(name: str) -> None:
    same(compile((LIBRARY / f"{name}.py").read_bytes(), name, "exec", dont_inherit=True))


def test_a_jump_names_its_target() -> None:
    code = compile("if a: b", "jump.py", "exec", dont_inherit=True)
    instructions = decode(code)
    [jump] = [
        (one, text)
        for one, text in zip(instructions, operands(code, instructions), strict=True)
        if one.target is not None
    ]
    assert jump[1] == f"to {jump[0].target}"
