"""One program under two recorders.

    python -m tests.record.compare vm|native HITS FILE

Runs a file as a program, alone in its process, and writes its hits to HITS as JSON.
"""

import contextlib
import gc
import json
import random
import sys
from collections.abc import Callable
from pathlib import Path
from types import CodeType
from typing import Any

from bytecov.bytecode.nesting import walk
from bytecov.flow.blocks import flow
from bytecov.model.edge import Edge, EdgeKind
from bytecov.model.hits import Hits
from bytecov.record.native import native_recorder
from bytecov.record.program import compile_program, find_program, run_program
from bytecov.record.recorder import Recorder
from bytecov.record.vm import VMRecorder
from tests.record.generated import program

FUEL = 400


class OutOfFuel(BaseException):
    """A generated program has asked often enough."""


def recorded(
    recorder: Recorder, code: CodeType, run: Callable[[CodeType], None]
) -> dict[int, Hits]:
    """{id of a code object: its hits} of running what `recorder` makes of `code`."""
    run(recorder.prepare(code))
    gc.collect()
    return {id(each.code): each.hits for each in recorder.take("")}


def differences(code: CodeType, reference: dict[int, Hits], native: dict[int, Hits]) -> list[str]:
    """What the native recorder has too much or too little."""
    found = []
    for each in walk(code):
        ours, theirs = native.get(id(each), Hits()), reference.get(id(each), Hits())
        if not ours.offsets and set(theirs.offsets) <= when_made(each):
            continue  # a generator that was made and never started
        for what in ("offsets", "edges"):
            more = getattr(ours, what).keys() - getattr(theirs, what).keys()
            less = getattr(theirs, what).keys() - getattr(ours, what).keys()
            if more or less:
                found.append(f"{each.co_qualname} {what}: native {sorted(more)} vm {sorted(less)}")
        if ours.edges.keys() - flow(each).edges:
            found.append(f"{each.co_qualname}: contradictions")
    return found


def when_made(code: CodeType) -> set[int]:
    """Offsets of what runs when a generator is made; no event tells of it."""
    instructions = flow(code).instructions
    makes = [each.offset for each in instructions if each.name == "RETURN_GENERATOR"]
    return {each.offset for each in instructions if makes and each.offset <= makes[0]}


def compare_generated(native: Recorder, seed: int) -> list[str]:
    """Differences in a random program."""
    code = compile(program(seed), f"generated {seed}", "exec")
    runs: list[list[int]] = []

    def run(executed: CodeType) -> None:
        rng, asked, left = random.Random(seed), [], [FUEL]

        def burn() -> int:
            left[0] -= 1
            if left[0] <= 0:
                raise OutOfFuel
            asked.append(rng.randrange(1000))
            return asked[-1]

        names: dict[str, Any] = {"burn": burn, "OutOfFuel": OutOfFuel, "__name__": "generated"}
        exec(executed, names)
        for _ in range(3):
            left[0] = FUEL
            with contextlib.suppress(OutOfFuel):
                names["run"]()
        names.clear()
        runs.append(asked)

    ours, theirs = recorded(native, code, run), recorded(VMRecorder(), code, run)
    return differences(code, theirs, ours) if runs[0] == runs[1] else ["they behave differently"]


def main(engine: str, hits: str, file: str) -> int:
    """Runs a program under one recorder and writes down what was recorded."""
    recorder: Recorder = VMRecorder() if engine == "vm" else native_recorder()
    codes: list[CodeType] = []

    def prepare(path: str, code: CodeType) -> CodeType:
        codes.append(code)
        return recorder.prepare(code)

    program = find_program([file])
    run_program(program, compile_program(program), prepare)
    found = {id(each.code): each.hits for each in recorder.take("")}
    rows = [found.get(id(code), Hits()) for code in walk(codes[0])]
    Path(hits).write_text(json.dumps([[sorted(row.offsets), sorted(row.edges)] for row in rows]))
    return 0


def read(path: Path, code: CodeType) -> dict[int, Hits]:
    """What `main` wrote, for the code objects of `code`."""
    rows = json.loads(path.read_text())
    return {
        id(each): Hits(
            dict.fromkeys(offsets, 0),
            {Edge(source, to, EdgeKind(kind)): 0 for source, to, kind in edges},
        )
        for each, (offsets, edges) in zip(walk(code), rows, strict=True)
    }


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
