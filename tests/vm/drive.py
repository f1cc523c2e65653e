"""Runs one guest file as a program and writes down what was recorded.

    python tests/vm/drive.py vm|interpreted|translated|oracle HITS FILE [ARG …]

`vm` is the recorder of every day; `interpreted` never translates a program, `translated`
translates each before it first runs; `oracle` lets the host run it and watches.  HITS becomes
JSON: for each code object of the file, in the order of `walk`, its offsets and edges with counts.
"""

import json
import sys
from pathlib import Path
from types import CodeType
from typing import Any

if __name__ == "__main__":
    sys.path.insert(1, str(Path(__file__).parents[2]))

from bytecov.bytecode.decode import walk
from bytecov.model.hits import Hits
from bytecov.record.program import compile_program, find_program, run_program
from bytecov.record.vm import VMRecorder
from bytecov.vm.program import Program
from tests.record.oracle import Oracle, Watched


class Interpreted(VMRecorder):
    """Translates nothing."""

    def _translate(self, program: Program) -> CodeType | None:
        return None


class Translated(VMRecorder):
    """Translates everything at once, and tells what cannot be."""

    def __init__(self) -> None:
        super().__init__()
        self.untranslated: list[str] = []

    def prepare(self, code: CodeType) -> CodeType:
        stub = super().prepare(code)
        self._programs[-1].heat()
        return stub

    def _translate(self, program: Program) -> CodeType | None:
        code = super()._translate(program)
        if code is None:
            self.untranslated.append(program.code.co_qualname)
        return code


RECORDERS = {
    "vm": VMRecorder,
    "interpreted": Interpreted,
    "translated": Translated,
    "oracle": Oracle,
}


def drive(mode: str, hits: str, argv: list[str]) -> int:
    """Run a program under the recorder of a mode; its exit status."""
    recorder = RECORDERS[mode]()
    modules: list[CodeType] = []

    def prepare(path: str, code: CodeType) -> CodeType:
        modules.append(code)
        return recorder.prepare(code)

    program = find_program(argv)
    status = run_program(program, compile_program(program), prepare)
    found = {id(each.code): each.hits for each in recorder.take("")}
    untranslated = getattr(recorder, "untranslated", [])
    Path(hits).write_text(
        json.dumps(
            {
                "codes": [pack(code, found.get(id(code), Hits())) for code in walk(modules[0])],
                "untranslated": untranslated,
            }
        )
    )
    return status


def pack(code: CodeType, hits: Hits) -> dict[str, Any]:
    """The hits of one code object."""
    return {
        "first": Watched(code).prologue,
        "name": f"{code.co_qualname}:{code.co_firstlineno}",
        "offsets": sorted(hits.offsets.items()),
        "edges": sorted([*edge, count] for edge, count in hits.edges.items()),
    }


if __name__ == "__main__":
    sys.exit(drive(sys.argv[1], sys.argv[2], sys.argv[3:]))
