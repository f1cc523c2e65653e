"""Runs a program as `bytecov run` does, without settings, scope or data file.

    python tests/record/launch.py [-m] PROGRAM [ARG …]

Where BYTECOV_TEST_MEASURED names a file, it becomes a line for each prepared code object that
ran: path, name, line, how often it was entered.
"""

import os
import sys
from pathlib import Path
from types import CodeType

if __name__ == "__main__":
    sys.path.insert(1, str(Path(__file__).parents[2]))

from bytecov.model.errors import UsageError
from bytecov.record.importer import Importer
from bytecov.record.program import compile_program, find_program, run_program
from bytecov.record.scope import in_standard_library
from bytecov.record.vm import VMRecorder


def launch(arguments: list[str]) -> int:
    """Run the program; its exit status."""
    as_module = arguments[0] == "-m"
    measured, below = os.environ.get("BYTECOV_TEST_MEASURED"), os.getcwd()
    recorder = VMRecorder()

    def prepare(path: str, code: CodeType) -> CodeType:
        ours = os.path.abspath(path).startswith(below + os.sep) and not in_standard_library(path)
        return recorder.prepare(code) if ours else code

    importer = Importer(prepare, recorder.original)
    try:
        program = find_program(arguments[as_module:], as_module)
        code = compile_program(program)
    except UsageError as error:
        print(error, file=sys.stderr)
        return 1
    importer.install()
    try:
        return run_program(program, code, prepare)
    finally:
        importer.uninstall()
        if measured:
            lines = [
                f"{os.path.basename(each.code.co_filename)} {each.code.co_name} "
                f"{each.code.co_firstlineno} {max(each.hits.offsets.values())}\n"
                for each in recorder.take("")
            ]
            Path(measured).write_text("".join(sorted(lines)))


if __name__ == "__main__":
    sys.exit(launch(sys.argv[1:]))
