"""Excluded lines and statements are coverage.py's, line for line."""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from coverage import version_info
from coverage.config import DEFAULT_EXCLUDE, DEFAULT_PARTIAL, DEFAULT_PARTIAL_ALWAYS
from coverage.misc import join_regex
from coverage.parser import PythonParser

from bytecov.model.errors import UsageError
from bytecov.results.lines import statement_lines
from bytecov.source.exclusion import Exclusions, exclusions
from bytecov.source.parse import parse, read_source
from bytecov.source.statements import Statements

LIBRARY = Path(os.__file__).parent
FILES = ["ast.py", "inspect.py", "typing.py", "dataclasses.py", "tokenize.py", "abc.py"]
MORE = [
    r"if self\.debug",
    r"raise\b",
    r"@\w+",
    r"^\s*except .*?:\s*\n\s*pass",
    r"case _",
    r"class .*\(",
]
PARTIAL = [r"elif ", r"for \w+ in", r"^\s*while .*:\n\s+break", r"case \d"]

PROGRAM = '''
"""Docstring
of two lines."""
import typing
from typing import TYPE_CHECKING, overload
if TYPE_CHECKING:
    import a
if typing.TYPE_CHECKING: import b
@overload
def f(x: int) -> int: ...
@overload
def f(
    x: str,
) -> str: ...
def f(x):  # pragma: no cover
    """doc"""
    return (x,
            x)
@decorator  # pragma: no cover
class C(
    B,
):
    def g(self): return 1
class D:
    """doc"""
    def h(self):
        if self.x:  # pragma: no cover
            a = 1
        elif self.y:
            a = [
                1, 2,  # pragma: no cover
            ]
        else:  # PRAGMA: NO COVER
            a = 3
        while True:  # pragma: no branch
            break
        while 1: break
        try: pass
        except ValueError:
            pass
        x = lambda: 3  # pragma: no cover
        match x:
            case 1: return (
                2
            )
            case _:
                raise Error  # pragma: no cover
async def i() -> None: ...
s = """
# pragma: no cover
"""
'''


def check(
    text: Statements, parser: PythonParser, more: list[str], also: Sequence[str] = ()
) -> None:
    """With the default patterns of the coverage.py that is installed, 7.10 or later."""
    parser.parse_source()
    partial = [*DEFAULT_PARTIAL, *DEFAULT_PARTIAL_ALWAYS, *also]
    found = exclusions(text, [*DEFAULT_EXCLUDE, *more], partial)
    assert found.no_branch == parser.lines_matching(join_regex(partial))
    lines = text.text.splitlines()
    last_cases = {n for n in found.excluded - parser.excluded if "case _" in lines[n - 1]}
    assert found.excluded - last_cases == parser.excluded
    assert statement_lines(text, found) == parser.statements - last_cases
    if version_info >= (7, 17):
        assert not last_cases


@pytest.mark.parametrize("more", [[], *([pattern] for pattern in MORE)])
@pytest.mark.parametrize("also", [[], *([pattern] for pattern in PARTIAL)])
def test_program(more: list[str], also: list[str]) -> None:
    parser = PythonParser(text=PROGRAM, exclude=join_regex([*DEFAULT_EXCLUDE, *more]))
    check(Statements(parse(PROGRAM)), parser, more, also)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(("more", "also"), [([], []), (MORE, PARTIAL)])
def test_library(name: str, more: list[str], also: list[str]) -> None:
    path = LIBRARY / name
    parser = PythonParser(filename=str(path), exclude=join_regex([*DEFAULT_EXCLUDE, *more]))
    check(Statements(read_source(path)), parser, more, also)


@pytest.mark.skipif(version_info < (7, 17), reason="older coverage.py has other default patterns")
@pytest.mark.parametrize("name", FILES)
def test_our_default_patterns_are_coverages(name: str) -> None:
    text = Statements(read_source(LIBRARY / name))
    partial = [*DEFAULT_PARTIAL, *DEFAULT_PARTIAL_ALWAYS]
    assert exclusions(text) == exclusions(text, DEFAULT_EXCLUDE, partial)


def test_bad_pattern_is_the_users_mistake() -> None:
    with pytest.raises(UsageError, match="no regular expression"):
        exclusions(Statements(parse("x = 1")), ["("])


@pytest.mark.parametrize("patterns", [[], [""]])
def test_no_pattern_excludes_nothing(patterns: list[str]) -> None:
    assert exclusions(Statements(parse(PROGRAM)), patterns, patterns) == Exclusions()


@pytest.mark.parametrize("text", ["", "# nothing", "\n"])
def test_a_source_without_code(text: str) -> None:
    statements = Statements(parse(text))
    assert statements.with_code == frozenset()
    assert statements.definitions == ()
    assert exclusions(statements) == Exclusions()


def test_a_last_case_without_code_stays() -> None:
    # `global` alone has none either, but on 3.11.2, where the jump behind it has its line.
    text = "def f(a):\n  return\n  match a:\n    case _:\n      b  # pragma: no cover\n"
    assert exclusions(Statements(parse(text))).excluded == {5}


def test_docstrings() -> None:
    text = '"""One\ntwo."""\nclass C:\n  """Three."""\n  def f(self):\n    "x" + "y"\n'
    assert Statements(parse(text)).docstrings == {1, 2, 4}
    assert Statements(parse("")).docstrings == frozenset()


def test_a_last_case_goes_with_its_body() -> None:
    for pattern in ("_", "x", "1 | _", "(1 | _) as y"):
        text = f"match a:\n  case 1: b\n  case {pattern}:\n    c  # pragma: no cover\n"
        assert exclusions(Statements(parse(text))).excluded == {3, 4}
    for pattern in ("2", "x if b", "2 as x"):
        text = f"match a:\n  case 1: b\n  case {pattern}:\n    c  # pragma: no cover\n"
        assert exclusions(Statements(parse(text))).excluded == {4}
