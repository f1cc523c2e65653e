"""Runs one guest file as a program and writes down what was recorded.

    python tests/vm/drive.py vm|interpreted|translated|woven|oracle HITS FILE [ARG …]

`vm` is the recorder of every day; `interpreted` does nothing for a program that is hot,
`translated` translates each before it first runs, `woven` has the host run each; `oracle` lets
the host run it and watches.  HITS becomes JSON: for each code object of the file, in the order of
`walk`, its offsets and edges with counts.
"""

import json
import os
import sys
from operator import itemgetter
from pathlib import Path
from types import CodeType
from typing import Any

if __name__ == "__main__":
    sys.path.insert(1, str(Path(__file__).parents[2]))

import bytecov.vm.stub
from bytecov.bytecode.nesting import walk
from bytecov.flow.blocks import flow
from bytecov.model.hits import Hits
from bytecov.record.importer import Importer
from bytecov.record.program import compile_program, find_program, run_program
from bytecov.record.vm import VMRecorder
from bytecov.vm.program import Program, Translated
from tests.record.oracle import Oracle, Watched


class Interpreted(VMRecorder):
    """Weaves and translates nothing."""

    def __init__(self) -> None:
        super().__init__()
        bytecov.vm.stub.can_weave = lambda program: False

    def _translate(self, program: Program) -> Translated | None:
        return None


class Weaving(VMRecorder):
    """Has the host run everything from the first call on."""

    def prepare(self, code: CodeType) -> CodeType:
        stub = super().prepare(code)
        self._programs[-1].weave()
        return stub


class Translating(Interpreted):
    """Translates everything at once, and tells what cannot be."""

    def __init__(self) -> None:
        super().__init__()
        self.untranslated: list[str] = []

    def prepare(self, code: CodeType) -> CodeType:
        stub = super().prepare(code)
        self._programs[-1].heat()
        return stub

    def _translate(self, program: Program) -> Translated | None:
        code = VMRecorder._translate(self, program)
        if code is None:
            self.untranslated.append(program.code.co_qualname)
        return code


RECORDERS = {
    "vm": VMRecorder,
    "interpreted": Interpreted,
    "translated": Translating,
    "woven": Weaving,
    "oracle": Oracle,
}


def drive(mode: str, hits: str, argv: list[str]) -> int:
    """Run a program under the recorder of a mode; its exit status."""
    recorder = RECORDERS[mode]()
    below = os.getcwd() + os.sep
    modules: list[tuple[str, CodeType]] = []

    def prepare(path: str, code: CodeType) -> CodeType:
        path = os.path.abspath(path)
        if not path.startswith(below):
            return code
        modules.append((path, code))
        return recorder.prepare(code)

    importer = Importer(prepare, recorder.original)
    importer.install()
    as_module = argv[0] == "-m"
    program = find_program(argv[as_module:], as_module)
    status = run_program(program, compile_program(program), prepare)
    importer.uninstall()
    found = {id(each.code): each.hits for each in recorder.take("")}
    codes = [code for _, module in sorted(modules, key=itemgetter(0)) for code in walk(module)]
    packed = {
        "codes": [pack(code, found.get(id(code), Hits())) for code in codes],
        "untranslated": getattr(recorder, "untranslated", []),
    }
    Path(hits).write_text(json.dumps(packed))
    return status


def pack(code: CodeType, hits: Hits) -> dict[str, Any]:
    """The hits of one code object, and those that its flow does not know."""
    known = flow(code)
    return {
        "first": Watched(code).prologue,
        "name": f"{code.co_filename}:{code.co_firstlineno} {code.co_qualname}",
        "offsets": sorted(hits.offsets.items()),
        "edges": sorted([*edge, count] for edge, count in hits.edges.items()),
        "impossible": [str(edge) for edge in hits.edges.keys() - known.edges]
        + list(hits.offsets.keys() - known.by_offset.keys()),
    }


if __name__ == "__main__":
    sys.exit(drive(sys.argv[1], sys.argv[2], sys.argv[3:]))
