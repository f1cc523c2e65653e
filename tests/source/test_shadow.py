"""Programs compiled without columns say what they say with columns, by their shadow."""

from types import CodeType

import pytest

from bytecov.bytecode.positions import decode_positions, encode_positions
from bytecov.source.link import link
from bytecov.source.parse import parse
from bytecov.source.shadow import lacks_columns, shadow_flows
from tests.source.compare import compare
from tests.source.oracle import observe
from tests.source.test_twin import SNIPPETS
from tests.source.twin import run_twin


def without_columns(code: CodeType) -> CodeType:
    """What `python -X no_debug_ranges` compiles."""
    runs = decode_positions(code.co_linetable, code.co_firstlineno)
    bare = [(units, one._replace(end_line=one.line, col=None, end_col=None)) for units, one in runs]
    return code.replace(
        co_linetable=encode_positions(bare, code.co_firstlineno),
        co_consts=tuple(
            without_columns(each) if isinstance(each, CodeType) else each for each in code.co_consts
        ),
    )


@pytest.mark.parametrize("name", SNIPPETS)
def test_snippet(name: str) -> None:
    source = parse(SNIPPETS[name], "program.py")
    code = without_columns(compile(source.text, "program.py", "exec", dont_inherit=True))
    assert lacks_columns(code)
    assert compare(source, code, observe(code), run_twin(source)) == []


@pytest.mark.parametrize("other", ["def f(a):\n  return a", "def g(a): pass", "x = a and b"])
def test_code_of_another_source_stays_unexplained(other: str) -> None:
    """Nothing is guessed where the shadow's code differs."""
    code = without_columns(compile("def f(a):\n  if a: return 1", "program.py", "exec"))
    source = parse(other, "program.py")
    assert all(one.span is None for f in shadow_flows(source, code).values()
               for one in f.instructions if one.offset in f.branches)  # fmt: skip
    assert [each.reason for each in link(source, code).unexplained] == ["no columns"]
