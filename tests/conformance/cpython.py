"""CPython's own tests, natively and in the VM, compared test by test.

    python -m tests.conformance.cpython [--python 3.13] [--write] [MODULE …]

Only the test module itself is interpreted.  What differs is explained in docs/vm-fidelity.md.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.conformance.runs import INSIDE, Suite, own_path
from tests.conformance.suites import compare, parser

MODULES = """
    grammar generators coroutines asyncgen exceptions exception_group except_star scope with
    contextlib contextlib_async class descr super patma unpack unpack_ex listcomps dictcomps
    setcomps genexps named_expressions keywordonlyarg positional_only_arg extcall fstring
    type_params type_aliases dataclasses enum functools collections typing inspect traceback raise
    decorators property metaclass dynamic compile augassign binop compare bool opcodes
    string_literals syntax tstring
    annotationlib builtin call code context copy deque exception_variations frame funcattrs gc
    generator_stop global io isinstance iter itertools lambda logging memoryview opcache operator
    pep646_syntax pickle pow range set slice sort string sys threading tuple type_comments
    type_annotations types unittest userdict warnings weakref weakset yield_from
"""


def main() -> int:
    options = parser("CPython's own tests, natively and in the VM.", 300).parse_args()
    names = options.names or MODULES.split()
    names = [each.removeprefix("test.").removeprefix("test_") for each in names]

    with tempfile.TemporaryDirectory(prefix="bytecov-cpython-") as place:

        def suites(python: str, version: str) -> Iterator[tuple[str, Suite]]:
            there = present(python, names)
            for name in there:
                directory = Path(place) / version / name
                directory.mkdir(parents=True)
                module = f"test.test_{name}"
                yield f"test_{name}", suite(python, module, directory)

        return min(compare("CPython's own tests", options, suites), 1)


def present(python: str, names: list[str]) -> list[str]:
    """Those of the modules that this Python has."""
    code = (
        "import importlib.util, sys\n"
        "for name in sys.argv[1:]:\n"
        "    if importlib.util.find_spec(f'test.test_{name}'): print(name)"
    )
    done = subprocess.run([python, "-c", code, *names], capture_output=True, text=True, check=True)
    return done.stdout.split()


def suite(python: str, module: str, directory: Path) -> Suite:
    journal = INSIDE / "unittest_journal.py"
    return Suite(
        command=[str(journal), module],
        measured=[module],
        python=python,
        directory=directory,
        environment={"PYTHONPATH": own_path()},
    )


if __name__ == "__main__":
    sys.exit(main())
