"""Line arcs are coverage.py's, but where docs/differences-from-coverage.md says otherwise."""

import os
import re
import textwrap
from collections import defaultdict
from pathlib import Path

import pytest
from coverage.config import DEFAULT_EXCLUDE
from coverage.misc import join_regex
from coverage.parser import PythonParser

from bytecov.results.arcs import arcs_result
from bytecov.source.exclusion import exclusions
from bytecov.source.parse import read_source
from bytecov.source.statements import Statements

from .beside_coverage import our_steps, ours, their_steps, theirs

AGREED = {
    "if": """
        def f(a):
            if a == 1:
                x = 1
            elif a == 2:
                x = 2
            else:
                x = 3
            if x:
                x = 0
        f(1)
        f(2)
        if f(1):
            f(2)
    """,
    "early return": """
        def f(a):
            if a: return 1
            for i in a or ():
                if i: break
                if i: continue
                if i: raise ValueError
            return 2
        f(0)
        f([])
    """,
    "nested at the end": """
        def f(a, b):
            if a:
                if b:
                    return 1
        for a in range(2):
            if a:
                f(a, 0)
    """,
    "loops": """
        def f(xs):
            for x in xs:
                if x > 2:
                    break
                if x:
                    continue
                x += 1
            else:
                return 1
            while xs:
                xs.pop()
                if len(xs) == 7:
                    break
            else:
                xs = 0
            while True:
                if not xs:
                    break
        f([0, 1])
        f([0, 3])
    """,
    "try": """
        def f(a):
            try:
                if a == 1:
                    raise ValueError
                if a == 2:
                    raise KeyError
            except ValueError:
                if a:
                    a = 2
            except KeyError:
                a = 3
            else:
                if a:
                    a = 4
            finally:
                if a:
                    a = 5
            return a
        f(1)
        f(2)
        f(0)
    """,
    "finally and jumps": """
        def f(a):
            for i in range(3):
                try:
                    if i == a:
                        continue
                    if i > a:
                        break
                finally:
                    if a:
                        b = 2
                c = 3
            return c
        f(1)
    """,
    "with": """
        from contextlib import nullcontext
        def f(a):
            with nullcontext() as x:
                if a:
                    return 1
            with nullcontext(), nullcontext():
                with nullcontext():
                    for i in (1, 2):
                        if i == a:
                            break
            with (
                nullcontext() as x,
                nullcontext(),
            ):
                while a:
                    a -= 1
        f(0)
        f(1)
    """,
    "match": """
        def f(x):
            match x:
                case 1:
                    y = 1
                case [a, b] if a:
                    y = 2
                case {"a": 1} | {
                    "b": 2
                }:
                    y = 3
                case str():
                    pass
            match x:
                case 1 | 2:
                    return 1
                case _ if y:
                    return 2
                case other:
                    return 3
        f(1)
        for x in ([1, 2], [0, 2], 5):
            try:
                f(x)
            except UnboundLocalError:
                pass
    """,
    "a finally behind what always leaves": """
        def f(a):
            try:
                match a:
                    case 1:
                        return 1
                    case _:
                        return 2
            finally:
                if a:
                    b = 1
                c = 2
        def g(a):
            try:
                match a:
                    case 1:
                        return 1
                    case 2:
                        return 2
            finally:
                if a:
                    b = 1
                c = 2
            return a
        def h(a):
            try:
                try:
                    return 1
                except ValueError:
                    return 2
                finally:
                    b = a
            finally:
                if a:
                    b = 1
                c = 2
        def k(a):
            try:
                while a > 7:
                    return 1
            finally:
                if a:
                    b = 1
                c = 2
            return a
        for call in (f, g, h, k):
            for a in (0, 1, 2):
                call(a)
    """,
    "classes and decorators": """
        import functools
        def plain(f):
            return f
        for i in (1, 2):
            @plain
            @functools.cache
            def f(a):
                if a:
                    @plain
                    class C:
                        x = 1
                        if x:
                            y = 2
                        if not x:
                            z = 3
        f(1)
    """,
    "long lines": """
        def f(
            a,
            b=1,
        ):
            if (
                a
                and b
            ):
                x = [
                    1,
                    2,
                ]
            for x in (
                1, 2
            ):
                print(
                    end=''
                )
        f(1)
    """,
    "lines without code": """
        def f(a):
            '''doc'''
            global z
            if a:
                "text"
                x: int
                a = 1
            while a:
                global y
                a = 0
        f(1)
    """,
    "generator": """
        def g(a):
            while a:
                got = yield a
                if got:
                    return
                a -= 1
        i = g(3)
        next(i)
        next(i)
        i.send(1) if 0 else None
    """,
    "async": """
        import asyncio
        async def g(n):
            for i in range(n):
                yield i
        async def f(n):
            async for i in g(n):
                if i:
                    break
            else:
                n = 2
            async for i in g(1):
                n = 3
            return n
        asyncio.run(f(2))
    """,
    "exclusion": """
        def f(a):
            if a:  # pragma: no cover
                return 1
            if a:  # pragma: no branch
                return 2
            while a:
                if a == 3:
                    return 2
                else:
                    a = 2
            for i in (1, 2):
                a = i
        f(0)
        def g(a):  # pragma: no cover
            if a:
                return 1
    """,
    "constants": """
        def f(a):
            if 1:
                x = 2
            if __debug__:
                x = 3
            while 1:
                if a:
                    break
            if not None:
                x = 5
        f(1)
    """,
    "never ran": """
        def f(a):
            if a:
                for x in a:
                    if x:
                        return 1
            return 2
    """,
}


@pytest.mark.parametrize("name", AGREED)
def test_agreed(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COVERAGE_CORE", "pytrace")
    text = textwrap.dedent(AGREED[name]).lstrip()
    assert ours(text) == theirs(text, tmp_path)


@pytest.mark.parametrize("name", AGREED)
def test_every_step(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """coverage.py's tracer also notes exceptions that leave a code object."""
    monkeypatch.setenv("COVERAGE_CORE", "pytrace")
    text = textwrap.dedent(AGREED[name]).lstrip()
    own, other = our_steps(text), their_steps(text, tmp_path)
    assert own - other == set()
    assert all(goal < 0 for _, goal in other - own)


PAGE = Path(__file__).parents[2] / "docs" / "differences-from-coverage.md"
EXAMPLE = re.compile(
    r"```python\n(.*?)```\n\n```\n"
    r"coverage.py: (\d) branches, (\d) happened\nbytecov: (\d) branches, (\d) happened\n```",
    re.DOTALL,
)
DIFFERENT = EXAMPLE.findall(PAGE.read_text(encoding="utf-8"))


def test_the_page_is_read() -> None:
    assert len(DIFFERENT) == PAGE.read_text(encoding="utf-8").count("```python") > 9


@pytest.mark.parametrize(("text", "n", "of_n", "m", "of_m"), DIFFERENT)
def test_different(
    text: str, n: str, of_n: str, m: str, of_m: str,
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("COVERAGE_CORE", "pytrace")
    assert theirs(text, tmp_path).totals == (int(n), int(of_n))
    assert ours(text).totals == (int(m), int(of_m))


LIBRARY = Path(os.__file__).parent
FILES = ["argparse.py", "inspect.py", "typing.py", "tokenize.py", "http/client.py", "logging"]


def test_possible_arcs_of_the_library() -> None:
    """All lines of thousands that differ are of a known kind."""
    agreed = 0
    for name in FILES:
        path = LIBRARY / name
        for file in path.rglob("*.py") if path.is_dir() else [path]:
            agreed += _compared(file)
    assert agreed > 1000


def _compared(path: Path) -> int:
    source = read_source(path)
    statements = Statements(source)
    result = arcs_result(source, (), exclusions(statements))
    own: dict[int, list[int]] = defaultdict(list)
    for line, goal in result.missed + result.covered:
        own[line].append(goal)
    parser = PythonParser(filename=str(path), exclude=join_regex(DEFAULT_EXCLUDE))
    parser.parse_source()
    exits = parser.exit_counts()
    other: dict[int, list[int]] = defaultdict(list)
    for line, goal in parser.arcs():
        if exits.get(line, 0) > 1 and goal not in parser.excluded:
            other[line].append(goal)
    agreed = 0
    for line in own.keys() | other.keys():
        mine, its = sorted(own[line]), sorted(other[line])
        text = source.lines[line - 1].strip()
        if mine == its:
            agreed += 1
        elif mine:
            one_line = len(set(mine)) == 1 or line in mine
            behind_finally = any(goal < 0 for goal in mine)
            excluded = len(mine) == 1
            assert not its, f"{path}:{line}: {mine} {its}"
            assert one_line or behind_finally or excluded, f"{path}:{line}: {mine}"
        else:
            assert text.startswith(("def ", "class ")), f"{path}:{line}: {its}"
    return agreed
