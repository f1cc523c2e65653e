"""From what a killed process left (`record/journal.py`) to a data file, in another process."""

import json
import os
from collections.abc import Callable
from typing import Any

from bytecov.api.saving import Saving
from bytecov.bytecode.version import TEXT
from bytecov.model.errors import DataError
from bytecov.record.journal import checksum
from bytecov.record.measure import Measurement
from bytecov.store.records import Run


class _All:
    """A scope of everything: the killed process has chosen."""

    def measures(self, path: str, /) -> bool:
        return True


def recover(path: str, shard: str, saving: Saving) -> None:
    """Write `shard` from the journal at `path`.  DataError says why it cannot be done."""
    lines = _lines(path)
    try:
        facts = lines[0]["run"]
        run = Run(**{**facts, "argv": tuple(facts["argv"]), "observes": tuple(facts["observes"])})
        optimize = int(lines[0]["optimize"])
    except (LookupError, TypeError, ValueError):
        raise DataError(f"{path} is not what a killed process left: remove it") from None
    if run.python != TEXT:
        raise DataError(
            f"{path} was left by a process that was killed on Python {run.python}:"
            " `bytecov combine` there saves what it did"
        )
    measurement = Measurement(_All(), run.engine)
    modules: list[list[Any]] = []
    context = ""
    for line in lines[1:]:
        if "module" in line:
            modules.append(_compiled(line, optimize, measurement.prepare))
            continue
        if line["context"] != context:
            measurement.switch_context(context := line["context"])
        module, place = line["of"]
        if module < len(modules) and place < len(modules[module]):
            measurement.replay(modules[module][place], line["told"])
    saving.write(shard, measurement, (), run)
    os.unlink(path)


def _lines(path: str) -> list[dict[str, Any]]:
    """The lines that are whole: the last one may be cut."""
    try:
        with open(path, encoding="ascii") as file:
            found = []
            for line in file:
                if line.endswith("\n"):
                    found.append(json.loads(line))
            return found
    except (OSError, ValueError) as error:
        raise DataError(f"{path} cannot be read: {error}") from None


def _compiled(line: dict[str, Any], optimize: int, prepare: Callable[..., Any]) -> list[Any]:
    """The code objects of a module; none if its source, or what was made of it, is another one:
    pytest rewrites test files."""
    import hashlib
    import warnings

    from bytecov.bytecode.nesting import walk

    try:
        with open(line["module"], "rb") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            source = file.read()
            if hashlib.sha256(source).hexdigest() != line["digest"]:
                return []
            code = compile(source, line["module"], "exec", dont_inherit=True, optimize=optimize)
    except (OSError, SyntaxError, ValueError):
        return []
    if checksum(code) != line["code"]:
        return []
    prepare(line["module"], code)
    return list(walk(code))
