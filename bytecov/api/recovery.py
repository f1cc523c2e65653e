"""From what a killed process left (`record/journal.py`) to a data file, in another process.

What it left may be anybody's file: sources that it names are compiled, never executed.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from types import CodeType
from typing import Any

from bytecov.api.analysis import compiled
from bytecov.api.saving import Saving
from bytecov.bytecode.nesting import walk
from bytecov.bytecode.version import TEXT
from bytecov.model.errors import BytecovError, DataError
from bytecov.record.journal import checksum
from bytecov.record.measure import Measurement
from bytecov.source.file import read_bytes
from bytecov.store.records import Run, checked

LARGEST = 1 << 30  # bytes of what is left; hits are bounded by code and contexts
WRONG = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What content that is none of ours leads to."""


class _All:
    """A scope of everything: the killed process has chosen."""

    def measures(self, path: str, /) -> bool:
        return True


def recover(path: str, shard: str, saving: Saving) -> bool:
    """Write `shard` from the journal at `path`; not if its process was killed before the first
    line was whole.  DataError says why it cannot be done."""
    lines = _lines(path)
    try:
        first = next(lines, None)
        if first is None:
            os.unlink(path)
            return False
        facts = first["run"]
        run = checked(
            Run(**{**facts, "argv": tuple(facts["argv"]), "observes": tuple(facts["observes"])})
        )
        if run.python != TEXT:
            raise DataError(
                f"{path} was left by a process that was killed on Python {run.python}:"
                " `bytecov combine` there saves what it did"
            )
        measurement = Measurement(_All(), run.engine, vectors="vectors" in run.observes)
        try:
            _replay(lines, int(first["optimize"]), measurement)
            saving.write(shard, measurement, (), run)
        finally:
            measurement.close()
    except BytecovError:
        raise
    except WRONG:
        raise DataError(f"{path} is not what a killed process left: remove it") from None
    os.unlink(path)
    return True


def _replay(lines: Iterator[dict[str, Any]], optimize: int, measurement: Measurement) -> None:
    """Tell a measurement what another one had been told."""
    modules: list[list[CodeType]] = []
    context = ""
    for line in lines:
        if "module" in line:
            modules.append(_compiled(line, optimize, measurement.prepare))
            continue
        if line["context"] != context:
            measurement.switch_context(context := line["context"])
        module, place = line["of"]
        if module < len(modules) and place < len(modules[module]):
            measurement.replay(modules[module][place], line["told"])


def _lines(path: str) -> Iterator[dict[str, Any]]:
    """The lines that are whole: the last one may be cut."""
    try:
        if not os.path.isfile(path) or os.path.getsize(path) > LARGEST:
            raise DataError(f"{path} is not what a killed process left: remove it")
        with open(path, encoding="ascii") as file:
            for line in file:
                if line.endswith("\n"):
                    yield json.loads(line)
    except (OSError, ValueError, RecursionError) as error:
        raise DataError(f"{path} cannot be read: {error}") from None


def _compiled(
    line: dict[str, Any], optimize: int, prepare: Callable[[str, CodeType], object]
) -> list[CodeType]:
    """The code objects of a module; none if its source, or what was made of it, is another one:
    pytest rewrites test files."""
    path = line["module"]
    if not isinstance(path, str):
        raise TypeError("no path")
    try:
        source = read_bytes(path)
        if hashlib.sha256(source).hexdigest() != line["digest"]:
            return []
        code = compiled(path, source, optimize)
    except DataError:
        return []
    if checksum(code) != line["code"]:
        return []
    prepare(path, code)
    return list(walk(code))
