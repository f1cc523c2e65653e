"""`bytecov trace`: what ran is printed, in order, beside the program's own output."""

import re
from collections import Counter
from pathlib import Path

import pytest

from bytecov.store.packing import unpack_counts
from bytecov.store.reading import load

from .conftest import Bytecov
from .test_run import plain

PROGRAM = """\
import sys
import threading

def odd(n):
    for i in range(n):
        if i % 2:
            yield i

def boom(x):
    try:
        return 1 // x
    except ZeroDivisionError as error:
        return str(error)

class Cart:
    def total(self):
        return sum(x for x in odd(4))

def down(n):
    return n and down(n - 1)

def fails():
    raise KeyError

for n in 0, 1:
    try:
        fails()
    except KeyError:
        down(n)
worker = threading.Thread(target=boom, args=(0,))
worker.start()
worker.join()
print(boom(0), Cart().total(), sys.argv[1:])
sys.exit(3)
"""


@pytest.fixture
def script(project: Path) -> str:
    (project / "script.py").write_text(PROGRAM)
    return "script.py"


def test_output_and_status_are_the_programs(bytecov: Bytecov, script: str) -> None:
    ours, theirs = bytecov("trace", script, "--ops"), plain(script, "--ops")
    assert (ours.stdout, ours.returncode) == (theirs.stdout, theirs.returncode)
    assert "['--ops']" in ours.stdout
    assert ours.stderr.startswith("script.py:1     <module>                 import sys\n")


def test_lines_in_their_order_indented_by_calls(bytecov: Bytecov, script: str) -> None:
    lines = bytecov("trace", script).stderr.splitlines()
    rows = [re.fullmatch(r"script\.py:(\d+)( +)(\S+) +(.*)", line) for line in lines]
    found = [(int(row[1]), row[3]) for row in rows if row]
    assert len(found) == len(lines)
    loop = [(25, "<module>"), (26, "<module>"), (27, "<module>"), (23, "fails"),
            (28, "<module>"), (29, "<module>"), (20, "down")]  # fmt: skip
    at = found.index(loop[0])
    assert found[at : at + 2 * len(loop) + 1] == [*loop, *loop, (20, "down")]
    below = [len(row[2]) for row in rows if row and row[3] == "down"]
    assert below == [below[0], below[0], below[0] + 2]
    columns = {row[3]: len(row[1]) + len(row[2]) for row in rows if row}
    assert columns["odd"] == columns["Cart.total.<locals>.<genexpr>"] + 2


def test_instructions_are_those_that_are_recorded(bytecov: Bytecov, script: str) -> None:
    shown: Counter[tuple[str, int]] = Counter()
    function = ""
    for line in bytecov("trace", "--ops", script).stderr.splitlines():
        if heading := re.fullmatch(r" *(\S+) \(script\.py:\d+\)", line):
            function = heading[1]
        elif "raised, and handled" not in line:
            shown[function, int(line.split()[0])] += 1
    bytecov("run", "--engine", "vm", script)
    recorded = Counter[tuple[str, int]]()
    for row in load(".bytecov", with_hits=True).hits:
        for offset, count in unpack_counts(row.offsets).items():
            recorded[row.name.qualname, offset] += count
    assert shown == recorded
    assert sum(shown.values()) > 200


def test_an_instruction_in_full(bytecov: Bytecov, script: str) -> None:
    lines = bytecov("trace", "--ops", "--function", "boom", script).stderr.splitlines()
    assert lines[0] == "boom (script.py:9)"
    assert not any("down" in line for line in lines)
    division = next(line for line in lines if " // " in line)
    assert re.fullmatch(r" +\d+  BINARY_OP +// +\(left, right -- result\) +11:15-21", division)
    assert "raised, and handled at" in lines[lines.index(division) + 1]


def test_filters(bytecov: Bytecov, project: Path, script: str) -> None:
    by_function = bytecov("trace", "--function", "Cart.*", script).stderr
    assert {line.split()[1] for line in by_function.splitlines()} == {
        "Cart.total", "Cart.total.<locals>.<genexpr>"
    }  # fmt: skip
    shallow = bytecov("trace", "--function", "Cart.*", "--depth", 1, script).stderr
    assert {line.split()[1] for line in shallow.splitlines()} == {"Cart.total"}
    by_file = bytecov("trace", "--file", "*/threading.py", "--limit", 5, script).stderr
    assert all("threading.py:" in line for line in by_file.splitlines()[:-1])
    assert by_file.splitlines()[5] == "[the limit is reached; the program goes on]"
    assert by_file.count("\n") == 6


DECIDING = """\
def decide(total, names, password):
    if total is None or total > 100 and "b" not in names:
        return 1
    if password == "hunter2":
        return 2
    return names and isinstance(total, str)

decide(20, ["a"], "guess")
decide(float("inf"), ["b"], b"")
"""


def test_values(bytecov: Bytecov, project: Path) -> None:
    """Below each line what it was decided with; below each instruction, too."""
    (project / "script.py").write_text(DECIDING)
    lines = bytecov("trace", "--values", "--function", "decide", "script.py").stderr.splitlines()
    told = [line.strip() for line in lines if not line.startswith("script.py")]
    assert told == [
        "20 is None: false", "20 > 100: false", "redacted == redacted: false", "['a']: true",
        "inf is None: false", "inf > 100: true", "'b' not in ['b']: false",
        "redacted == redacted: false", "['b']: true",
    ]  # fmt: skip
    assert lines[0].endswith("    if total is None or total > 100 and \"b\" not in names:")
    assert lines[1].index("20 is None") == lines[0].index("if total") + 2
    by_instruction = bytecov("trace", "--ops", "--values", "script.py").stderr.splitlines()
    assert [line.strip() for line in by_instruction if line.strip() in told] == told
    jumps = [i for i, line in enumerate(by_instruction) if line.strip() == "20 > 100: false"]
    assert "POP_JUMP" in by_instruction[jumps[0] - 1]
    assert bytecov("trace", "script.py").stderr.count(": false") == 0
    limited = bytecov("trace", "--values", "--depth", "1", "script.py").stderr
    assert "is None: false" not in limited
    assert "<module>" in limited


def test_to_a_file(bytecov: Bytecov, project: Path, script: str) -> None:
    (project / "main.py").write_text("import sys\nsys.stderr = None\nprint('é')\nimport shop\n")
    result = bytecov("trace", "-o", "out.txt", "-m", "main")
    assert (result.stdout, result.stderr) == ("é\n", "")
    trace = (project / "out.txt").read_text("utf-8").splitlines()
    assert [line.split()[0] for line in trace] == [f"main.py:{n}" for n in (1, 2, 3, 4)]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "there is no program to trace"),
        (["-m"], "-m needs the name of a module"),
        (["--depth", "0", "main.py"], "'0' is no number from 1 up"),
        (["--lines", "--ops", "main.py"], "not allowed with argument"),
        (["-o", "no/where", "main.py"], "no/where cannot be written: No such file"),
        (["nothing_like_it"], "there is no file 'nothing_like_it'"),
    ],
)
def test_one_sentence(bytecov: Bytecov, arguments: list[str], said: str) -> None:
    result = bytecov("trace", *arguments)
    assert result.returncode == 1
    assert result.stderr.startswith("bytecov: ")
    assert said in result.stderr
    assert result.stderr.count("\n") == 1
