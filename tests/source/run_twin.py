"""Runs a program or a test suite with the twins of its modules in their place.

    python tests/source/run_twin.py NOTES FOLDER (FILE | -m MODULE) [ARG …]

What happened in the modules below FOLDER goes to NOTES as JSON: {path: [[kind, span, outcome,
count], …]}, or null for a module whose twin cannot be compiled: a chained comparison in a
comprehension of a class body.  Only bytecov need be importable: a suite brings its own `tests`.
"""

import builtins
import json
import os
import sys
from pathlib import Path
from types import CodeType

from bytecov.record.importer import Importer
from bytecov.record.program import compile_program, find_program, run_program
from bytecov.source.parse import read_source


def main(notes: str, folder: str, *arguments: str) -> int:
    from twin import Notebook, calls, twin  # beside this file, which is run as a program

    notebooks: dict[str, Notebook | None] = {}
    below = os.path.join(os.path.realpath(folder), "")

    def prepare(path: str, code: CodeType) -> CodeType:
        path = os.path.realpath(path)
        if not path.startswith(below):
            return code
        suffix = str(len(notebooks))
        notebook = notebooks[path] = notebooks.get(path) or Notebook()
        vars(builtins).update(calls(notebook, suffix))
        try:
            return compile(twin(read_source(path), suffix), path, "exec", dont_inherit=True)
        except SyntaxError:
            notebooks[path] = None
            return code

    Importer(prepare, lambda code: code).install()  # first: to find pytest is to import it
    is_module = arguments[0] == "-m"
    program = find_program(list(arguments[is_module:]), is_module)
    code = compile_program(program)
    status = run_program(program, code, prepare)
    said = {
        path: notebook and [[*key, count] for key, count in notebook.counts.items()]
        for path, notebook in notebooks.items()
    }
    Path(notes).write_text(json.dumps(said), "utf-8")
    return status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
