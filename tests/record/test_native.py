"""The native recorder sees what the interpreter sees: same offsets, same edges."""

import inspect
import os
import subprocess
import sys
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest

from bytecov.bytecode.nesting import walk
from bytecov.flow.blocks import flow
from bytecov.model.hits import Hits
from bytecov.record.vm import VMRecorder
from tests.record.compare import compare_generated, differences, read
from tests.record.natively import native

GUESTS = Path(__file__).parents[1] / "vm" / "guest"
monitoring = pytest.mark.skipif(not hasattr(sys, "monitoring"), reason="3.12+")


def prepared(source: str) -> tuple[CodeType, dict[str, Any]]:
    """The compiler's code object, and the names after its prepared form has run."""
    code = compile(source, "program.py", "exec")
    names: dict[str, Any] = {"__name__": "program"}
    exec(native.prepare(code), names)
    return code, names


def taken(code: CodeType) -> dict[str, Hits]:
    """{name: hits} of the code objects in `code`, contradictions excluded."""
    found = {id(each.code): each.hits for each in native.take("")}
    for each in walk(code):
        if id(each) in found:
            assert found[id(each)].edges.keys() <= flow(each).edges
    return {each.co_name: found[id(each)] for each in walk(code) if id(each) in found}


# What monitoring does not tell (docs/native.md): copies of code objects that a program makes
# itself; the very last frame of the recursion limit, which has no room for the callback; what trace
# functions do, and on 3.13+ functions in which pdb has begun.  And the VM answers a pending signal
# at once, where the host runs on to its next look (docs/vm-fidelity.md).
NOT_EQUAL = {
    "unwatched": ("double ",),
    "recursion": ("nested edges: native []",),
    "pending": ("interrupted ",),
    "debugging": ("tracer", "profiler ", "<module> offsets: native []", "debugged "),
}


@pytest.mark.parametrize("path", sorted(GUESTS.glob("[a-z]*.py")), ids=lambda path: path.stem)
def test_guests(root: Path, path: Path, tmp_path: Path) -> None:
    try:
        code = compile(path.read_bytes(), str(path), "exec")
    except SyntaxError:
        pytest.skip("a newer Python's syntax")
    found = {}
    for engine in ("vm", "native"):
        hits = tmp_path / engine
        subprocess.run(
            [sys.executable, "-m", "tests.record.compare", engine, str(hits), str(path)],
            cwd=root,
            capture_output=True,
            check=False,
            env={**os.environ, "PYTHONHASHSEED": "0"},
        )
        found[engine] = read(hits, code)
    different = differences(code, found["vm"], found["native"])
    if path.stem in NOT_EQUAL:
        assert [each for each in different if not each.startswith(NOT_EQUAL[path.stem])] == []
    else:
        assert different == []


PROGRAMS = int(os.environ.get("BYTECOV_EQUAL_PROGRAMS", "12"))


@pytest.mark.parametrize("seed", range(PROGRAMS))
@pytest.mark.filterwarnings("ignore")
def test_generated(seed: int) -> None:
    assert compare_generated(native, seed) == []


def test_only_what_ran() -> None:
    code, names = prepared("def f(a):\n    if a:\n        return 1\n    return 2\n")
    assert "f" not in taken(code)
    names["f"](0)
    first = taken(code)["f"]
    names["f"](1)
    edges = {edge.kind.name for edge in first.edges}
    assert len(first.edges) == 1
    assert len(edges) == 1


def test_what_an_exception_cuts_short() -> None:
    code, names = prepared("def f(a):\n    x = a.b\n    return x\n")
    with pytest.raises(AttributeError):
        names["f"](1)
    hits = taken(code)["f"]
    f = next(each for each in walk(code) if each.co_name == "f")
    ran = [each.name for each in flow(f).instructions if each.offset in hits.offsets]
    assert ran[-1] == "LOAD_ATTR"


def test_what_a_program_can_see() -> None:
    source = (
        "def f(a):\n    try:\n        return [g(i) for i in a if i]\n    finally:\n        h()\n"
    )
    code, names = prepared(source)
    f, plain = names["f"], next(each for each in walk(code) if each.co_name == "f")
    assert isinstance(f, FunctionType)
    assert inspect.getclosurevars(f) == inspect.getclosurevars(FunctionType(plain, names))
    for name in ("co_name", "co_qualname", "co_varnames", "co_firstlineno", "co_flags"):
        assert getattr(f.__code__, name) == getattr(plain, name)
    assert set(f.__code__.co_names) - set(plain.co_names) <= {"None", "True", "False"}
    assert {each[2] for each in f.__code__.co_lines()} == {each[2] for each in plain.co_lines()}
    assert native.original(f.__code__) is plain
    hash(f.__code__)


def test_traceback_lines() -> None:
    code, names = prepared("def f():\n    try:\n        1/0\n    finally:\n        pass\n")
    with pytest.raises(ZeroDivisionError) as caught:
        names["f"]()
    traceback = caught.value.__traceback__
    lines = []
    while traceback is not None:
        if traceback.tb_frame.f_code.co_name == "f":
            lines.append(traceback.tb_lineno)
        traceback = traceback.tb_next
    assert lines == [3]
    taken(code)


def test_a_generator_that_is_dropped() -> None:
    source = "def f():\n    yield 1\n    yield 2\n"
    code, names = prepared(source)
    next(names["f"]())
    f = next(each for each in walk(code) if each.co_name == "f")
    yields = [each.offset for each in flow(f).instructions if each.name == "YIELD_VALUE"]
    hits = taken(code)["f"]
    assert [each in hits.offsets for each in yields] == [True, False]


@monitoring
def test_a_copied_code_object_is_watched() -> None:
    code, _ = prepared("import types\n@types.coroutine\ndef f():\n    yield 1\nnext(f())\n")
    assert "f" in taken(code)


@monitoring
def test_the_tool_id_is_nobodys() -> None:
    tools = [sys.monitoring.get_tool(tool) for tool in range(6)]
    assert tools.index("bytecov") in (3, 4)


def test_vm_and_native_say_who_they_are() -> None:
    assert (VMRecorder().name, native.name) == ("vm", "native")
    assert "counts" not in native.observes


CONTEXTS = """
def f(a):
    for x in a:
        if x and x > 1 or a == [0]:
            yield x

class C:
    def method(self, n):
        try:
            return 1 / n
        except ZeroDivisionError:
            return None

def go(step, kept=[]):
    if step == 0: return list(f([0, 1, 2])), C().method(1)
    if step == 1: return C().method(0)
    if step == 2: kept.append(f([1, 2, 3])); return next(kept[0])
    if step == 3: return next(kept[0])
    if step == 4: return list(f([0, 1, 2])), C().method(1)
"""


def test_contexts() -> None:
    """Each sees what ran in it, also what ran before."""
    found = []
    for recorder in (native, VMRecorder()):
        code = compile(CONTEXTS, "contexts.py", "exec")
        names: dict[str, Any] = {"__name__": "contexts"}
        exec(recorder.prepare(code), names)
        recorder.cut("import")
        for step in range(5):
            names["go"](step)
            recorder.cut(str(step))
        order = {id(each): each.co_qualname for each in walk(code)}
        found.append(
            {
                (each.context, order[id(each.code)]): (
                    set(each.hits.offsets),
                    set(each.hits.edges),
                )
                for each in recorder.take("end")
            }
        )
        del names["go"]  # ends the generator that it has kept
        recorder.forget()
    ours, theirs = found
    if not hasattr(sys, "monitoring"):  # what goes on takes its beginning along (docs/native.md)
        gone_on, really = ours.pop(("3", "f")), theirs.pop(("3", "f"))
        assert gone_on[0] > really[0]
    assert ours == theirs
    assert ours["0", "f"] == ours["4", "f"]
    assert ("1", "f") not in ours
