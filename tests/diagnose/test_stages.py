"""How a line becomes what runs."""

from pathlib import Path

import pytest

from bytecov.cli import main
from bytecov.diagnose.stages import FIELDS, Stages, stages
from bytecov.model.hits import Hits
from bytecov.results.anatomy import anatomy
from bytecov.source.parse import parse

TEXT = '''\
import os
def outer(ä, *rest, key=None):
    total = 0
    def inner(b):
        nonlocal total
        with open(os.devnull) as file:
            total += b if ä else (
                -b
            )
    try:
        for each in rest: inner(each)
    except (ValueError, KeyError) as error:
        raise
    return [x for x in rest if x and not key], f"{total!r}"
'''


def staged(line: int, text: str = TEXT) -> Stages:
    source = parse(text, "program.py")
    return stages(source, compile(text, "program.py", "exec", dont_inherit=True), line)


def test_every_instruction_has_one_place() -> None:
    """Side by side stands each instruction of the line that has a position, once."""
    for line in range(1, TEXT.count("\n") + 1):
        for code in staged(line).codes:
            beside = [step for piece in code.pieces for step in piece.steps]
            assert len(beside) == len(set(beside))
            assert set(beside) == {one for one in code.steps if one.instruction.span}


def test_a_statement_of_several_lines_is_one() -> None:
    assert staged(7).lines == staged(8).lines == (7, 9)


def test_stages_speak_of_one_source() -> None:
    found = staged(7)
    assert [one.string for one in found.tokens][:5] == ["total", "+=", "b", "if", "ä"]
    assert {node.text for node in found.nodes} >= {"IfExp", "AugAssign Add", "Name id='ä'"}
    [code] = found.codes
    assert code.code.co_qualname == "outer.<locals>.inner"
    roles = {one.name: one.roles for one in code.symbols}
    assert roles["total"] == ("free", "nonlocal", "assigned")
    assert roles["b"] == ("parameter", "local", "referenced")
    assert code.exceptions, "the with protects it"
    named = {piece.text: [step.instruction.name for step in piece.steps] for piece in code.pieces}
    assert any("LOAD" in name for name in named["ä"]), "columns are characters"
    assert [name for name, _, _ in code.fields] == list(FIELDS)


def test_lines_without_code() -> None:
    assert staged(5).codes == ()


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Needs no run."""
    path = tmp_path / "program.py"
    path.write_text(TEXT, encoding="utf-8")
    assert main(["explain", "--stages", f"{path}:14"]) == 0
    text = capsys.readouterr().out
    for title in ("tokens", "syntax tree", "symbol table of outer", "code object outer"):
        assert f"\n{title}\n" in text
    for title in ("side by side", "exception table", "flow graph"):
        assert f"\n{title}" in text
    assert main(["explain", "--stages", f"{path}:5"]) == 0
    assert "no instruction of it" in capsys.readouterr().out


def test_facts_for_html() -> None:
    """The bytecode tab shows the same of a code object, in groups, bytes left out."""
    source = parse(TEXT, "program.py")
    found = anatomy(source, lambda code: Hits({0: 1}))
    [inner] = [one for one in found.codes if one.qualname.endswith("inner")]
    facts = {(one.group, one.name): one.value for one in inner.facts}
    assert facts["symbols", "free, nonlocal, assigned"] == "total"
    assert facts["code object", "co_argcount"] == "1"
    assert ("code object", "co_code") not in facts
    assert any(group == "exception table" for group, _ in facts), "the with protects it"
