"""Why something never happened, and the story of a line."""

import textwrap
from collections.abc import Callable
from pathlib import Path
from types import CodeType

import pytest

from bytecov.diagnose.around import code_at, deciding, passage
from bytecov.diagnose.evidence import Evidence
from bytecov.diagnose.story import story
from bytecov.flow.blocks import flow
from bytecov.report.explanation import render_story
from bytecov.report.passages import render_passages
from tests.cli.conftest import Bytecov, bytecov, project

from .making import evidence_of

__all__ = ["bytecov", "project"]  # fixtures

PROGRAM = """\
def f(x, ys):
    try:
        if x > 3:
            for y in ys:
                if y:
                    return y
        elif x < 0:
            raise KeyError(x)
    except ValueError:
        if ys:
            return 3
    def inner():
        return 1 if x else 2
    if x == 1 or x == 2:
        x = 5 if ys else 6
    if x is None:  # bytecov: unreachable x is None=true because f is given numbers
        return 0
    if x == 7:  # pragma: no cover
        return 7
    if False and ys:
        return 8
    with open(__file__) as file:
        return file or x

async def waits(x):
    await x

def uncalled(x):
    while x:
        x -= 1

f(0, 1)
f(-1, 1)
f = f.__doc__ or f
"""


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    path = tmp_path_factory.mktemp("explain") / "program.py"
    path.write_text(PROGRAM.replace("f(-1, 1)", "try: f(-1, 1)\nexcept KeyError: pass"))
    return evidence_of(path)


Told = Callable[..., str]


@pytest.fixture
def told(evidence: Evidence) -> Told:
    def told(line: int, col: int | None = None, with_code: bool = False) -> str:
        return render_story(story(evidence, line, col), with_code)

    return told


def test_reached_and_never_so(told: Told) -> None:
    assert told(3) == textwrap.dedent("""\
        program.py:3, in f

            if x > 3:

        This line ran 2 times.

        if `x > 3`  (3:11)
          true: never, reached 2 times
          false: 2 times
        """)


def test_never_reached(told: Told) -> None:
    """Back to the last that ran, past what did not."""
    text = told(6)
    assert "This line never ran." in text
    assert "line 3, offset" in text
    assert "on the way there, never reached: line 4\n" in text
    assert "first this has to happen: `x > 3` true (3:11)" in text
    assert "never evaluated" in told(5)


def test_handlers_are_reached_by_exceptions(told: Told) -> None:
    """The handler itself was: a KeyError came."""
    text = told(10)
    assert "first this has to happen: `except ValueError` matched (9:4)" in text


def test_functions_that_nobody_called(told: Told) -> None:
    assert "because `uncalled` was never called" in told(29)
    assert "because `f.<locals>.inner` was never called" in told(13)


def test_gates_are_all_ways_in(told: Told) -> None:
    text = told(15)
    assert "first one of these has to happen:" in text
    assert "`x == 1` true (14:7)" in text
    assert "`x == 2` true (14:17)" in text


def test_gates_behind_gates_are_left_out(tmp_path: Path) -> None:
    """Into the body of the loop leads to the test at its end, where `a` is needed again."""
    path = tmp_path / "program.py"
    path.write_text("def f(a, b, c):\n    while a and b or c:\n        a = 0\nf(0, 0, 0)\n")
    text = render_story(story(evidence_of(path), 2), with_code=False)
    assert text.count("has to happen") == 1
    assert "first this has to happen: `a` true (2:10)" in text


def test_code_that_cannot_run(told: Told, tmp_path: Path) -> None:
    """By a test that is known, or behind a statement that leaves."""
    assert "Nothing is decided here.\n`False and ys` is always false (20:7).\n" in told(20)
    assert "it cannot run: `False and ys` is always false (20:7)" in told(21)
    path = tmp_path / "program.py"
    path.write_text(
        "TYPE_CHECKING = False\nif TYPE_CHECKING:\n    import no_module\n"
        "def f(x):\n    if x or True:\n        x = 1\n    else:\n        x = 2\n"
        "    if x:\n        return 1\n    else:\n        raise ValueError\n    return x\nf(0)\n"
    )
    evidence = evidence_of(path)

    def explained(line: int) -> str:
        return render_story(story(evidence, line), with_code=False)

    said = "This line never ran.\n  it cannot run: `TYPE_CHECKING` is always false (2:3)\n"
    assert said in explained(3)
    assert "`x or True` is always true (5:7).\n" in explained(5)
    said = "There is no code on this line.\n  it cannot run: `x or True` is always true (5:7)\n"
    assert said in explained(8)
    assert "it cannot run: it stands behind line 9, which always leaves" in explained(13)
    assert "cannot run" not in explained(12)


def test_what_cannot_or_need_not_happen(told: Told) -> None:
    assert "it cannot happen, the author says: f is given numbers" in told(16)
    assert "excluded: it need not happen" in told(18)
    assert "There is no code on this line." in told(24)


def test_operands_that_nothing_tests(told: Told) -> None:
    assert "so whether it was so cannot be known" in told(35)
    text = told(23)
    assert "`x`  (23:23)\n    never evaluated" in text
    assert "first this has to happen: `file` false (23:15)" in text


def test_columns_choose_the_innermost_decision(told: Told) -> None:
    assert "if `x == 1 or x == 2`" in told(14, 8)
    assert told(14, 0).count("`x == 1 or x == 2`") == 0
    assert "ternary `ys`" in told(15, 17)


def test_bytecode_and_idioms(told: Told) -> None:
    text = told(3, with_code=True)
    assert "POP_JUMP" in text
    assert "`x > 3` true" in text.split("offset")[-1]
    assert "written by no one, idiom" in told(26, with_code=True)


def test_command(project: Path, bytecov: Bytecov) -> None:
    assert bytecov("run", "--context", "one", "main.py").returncode == 0
    text = bytecov("explain", "shop/pricing.py:2").stdout
    assert "`total > 100`  (2:21)" in text
    assert ", in one alone\n" in text
    assert "POP_JUMP" in text
    for target, said in (
        ("shop/pricing.py", "names no line"),
        ("shop/pricing.py:99", "no line 99"),
        ("elsewhere.py:1", "was not measured"),
    ):
        found = bytecov("explain", target)
        assert (found.returncode, found.stdout) == (1, "")
        assert said in found.stderr
    (project / "shop" / "pricing.py").write_text("x = 1\n")
    assert "has changed since it was measured" in bytecov("explain", "shop/pricing.py:1").stderr


AROUND = """\
def f(a, b, xs):
    if a or (b and xs):
        c = 1
    for x in xs:
        if x > 3:
            c = 2
    return a


def test_it():
    f(0, 1, [1])
    f(0, 0, [1, 2])
"""


def test_around(project: Path, bytecov: Bytecov) -> None:
    """The way of one test, and where it turned: the branch nearest to the line."""
    (project / "test_way.py").write_text(AROUND)
    plain = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "--assert=plain", "test_way.py")
    assert bytecov("run", "--include=test_way.py", *plain).returncode == 0
    found = bytecov("explain", "--around", "--rerun", "test_way.py", "test_way.py:6").stdout
    assert "test_way.py passed line 6, call 2 of 2 of f\n" in found
    [turned] = [line for line in found.splitlines() if line.endswith("<- turned away here")]
    assert "if x > 3:" in turned
    assert "`x > 3` false (1, 3) or (2, 3)" in turned


def test_the_way_to_a_line(tmp_path: Path) -> None:
    """Read from what `bytecov trace --ops` prints."""
    path = tmp_path / "program.py"
    path.write_text(AROUND)
    evidence = evidence_of(path)
    code = code_at(evidence, 3)
    assert code is not None
    graph = evidence.links.flows[code]
    taken = {"a": "false", "b": "true", "xs": "true"}
    offset, traced = 0, ["f (program.py:1)"]
    while (one := graph.by_offset[offset]).line != 4:
        traced.append(f"{offset:6}  {one.name:<24} ( -- )")
        ways = [
            edge
            for edge, keys in evidence.links.outcomes[code].items()
            if edge.source == offset
            and any(taken[evidence.source.segment(key.span)] == key.outcome for key in keys)
        ]
        offset = ways[0].destination if ways else offset + one.size
    inner = [f"  {text}" for text in traced]
    found = passage(evidence, code, 3, [*traced[:4], *inner, *traced[4:]])
    assert found is not None
    assert (found.number, found.calls) == (2, 2), "a call inside a call"
    found = passage(evidence, code, 3, traced)
    assert found is not None
    assert found.reached
    assert [(stop.line, stop.is_target) for stop in found.stops] == [(2, False), (3, True)]
    text = render_passages(evidence, 3, [("test_it", found), ("test_other", None)])
    assert text.startswith("test_it came to line 3, call 1 of 1 of f\n")
    assert "`a` false, `b` true, `xs` true\n  >    3  c = 1" in text
    assert "test_other does not come into the function of line 3" in text


def test_around_chooses_the_nearest_test(project: Path, bytecov: Bytecov) -> None:
    """Of those that came to the line; else to the branch that turned them away."""
    assert bytecov("run", "main.py").returncode == 0
    found = bytecov("explain", "--around", "shop/pricing.py:3")
    assert (found.returncode, found.stdout) == (1, "")
    assert "no test is known that came near line 3: name one with --rerun TEST" in found.stderr
    tests = {"long": "f(0, 0, [1, 2]), f(1, 0, [])", "turned": "f(0, 1, [1])"}
    tests["away"] = "f(1, 0, [])"
    text = AROUND.partition("def test_it")[0]
    text += "".join(f"def test_{name}(): {call}\n" for name, call in tests.items())
    (project / "test_way.py").write_text(text)
    given = ("--contexts", "test", "--include=test_way.py", "-m", "pytest", "-q", "--assert=plain")
    ran = bytecov("run", *given, "-p", "no:cacheprovider", "test_way.py")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    for line, test, verb in ((6, "turned", "passed"), (5, "turned", "came to"), (3, "away", "")):
        found = bytecov("explain", "--around", f"test_way.py:{line}")
        assert f"test_way.py::test_{test} {verb}" in found.stdout, found.stderr
        assert f"running test_way.py::test_{test} again" in found.stderr


def branches(text: str, line: int) -> dict[int, int]:
    """{line of a branch that decides: how near}, for the function `f` of a text."""
    module = compile(textwrap.dedent(text), "program.py", "exec")
    [code] = [one for one in module.co_consts if isinstance(one, CodeType)]
    graph = flow(code)
    offset = next(one.offset for one in graph.instructions if one.line == line)
    found: dict[int, int] = {}
    for source, rank in deciding(graph, offset).items():
        at = graph.by_offset[source].line or 0
        found[at] = max(rank, found.get(at, 0))
    return found


def test_what_decides() -> None:
    """Control dependence, also through others; not what comes to the line either way."""
    text = """\
        def f(a, b, c):
            if a:
                print()
            if b:
                if c:
                    return 1
            return 2
    """
    assert branches(text, 6).keys() == {4, 5}
    assert branches(text, 4).keys() == set()
    near = branches(text, 6)
    assert near[5] > near[4]
    loop = """\
        def f(xs):
            for x in xs:
                if x:
                    print(x)
    """
    near = branches(loop, 4)
    assert near.keys() == {2, 3}
    assert near[3] > near[2]
