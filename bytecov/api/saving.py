"""From hits in memory to a data file.

What a file's hits mean for its source is worked out once (`analysis.py`) and kept: when the same
code does the same in the next run, as most does, that run only writes it down.
"""

import hashlib
import os
import re
import sys
from collections.abc import Callable, Iterable, Sequence

import bytecov
from bytecov.bytecode.nesting import fingerprint, walk
from bytecov.bytecode.version import TEXT
from bytecov.model.errors import DataError
from bytecov.model.hits import Told
from bytecov.model.values import Witnessed
from bytecov.record.cache import NOTHING, Kept
from bytecov.record.measure import Measurement, RecordedModule
from bytecov.source.file import read_bytes
from bytecov.store.database import write
from bytecov.store.records import Doubt, Run
from bytecov.store.sheet import Sheet, dump, revive
from bytecov.store.writing import Writer


def facts(
    measurement: Measurement, argv: Sequence[str], directory: str, started: float, seconds: float
) -> Run:
    """The facts of this run, its exit status still unknown."""
    return Run(
        uuid=os.urandom(16).hex(),
        argv=tuple(argv),
        directory=directory,
        engine=measurement.engine,
        observes=tuple(sorted(measurement.observes)),
        python=TEXT,
        platform=sys.platform,
        bytecov=bytecov.__version__,
        exit_code=None,
        started=started,
        seconds=seconds,
    )


class Saving:
    """Writes one measurement.  `stored` names a file for the data file, `context` the hits that
    happened in none."""

    def __init__(
        self,
        stored: Callable[[str], str],
        context: str,
        redact: Sequence[str] = (),
        kept: Kept = NOTHING,
    ) -> None:
        self.warnings: list[str] = []
        self._stored = stored
        self._default = context
        self._kept = kept
        self._redact = [re.compile(one) for one in redact]

    def write(
        self, data_file: str, measurement: Measurement, sources: Iterable[str], run: Run
    ) -> None:
        """Put everything recorded into `data_file`, which is new or gets it added, and those of
        the `sources` that never ran."""
        modules: dict[str, list[RecordedModule]] = {}
        for module in measurement.take():
            modules.setdefault(module.path, []).append(module)
        modules |= {path: [] for path in sources if path not in modules}
        with write(data_file) as connection:
            writer = Writer(connection)
            for path, found in modules.items():
                self._file(writer, path, found)
            writer.add_run(run)

    def _file(self, writer: Writer, path: str, modules: list[RecordedModule]) -> None:
        name = self._stored(path)
        try:
            raw = read_bytes(path)
            sheet, values = self._analysed(path, raw, list(map(self._named, modules)))
        except DataError as error:
            writer.file(name, "", str(error))
            return
        file = writer.file(name, hashlib.sha256(raw).hexdigest())
        writer.add_sheet(file, writer.context(self._default), sheet)
        writer.add_values(file, values)

    def _named(self, module: RecordedModule) -> RecordedModule:
        """With a context for all hits."""
        if not self._default or all(one.context for one in module.recorded):
            return module
        named = (one._replace(context=one.context or self._default) for one in module.recorded)
        return module._replace(recorded=tuple(named))

    def _analysed(
        self, path: str, raw: bytes, modules: list[RecordedModule]
    ) -> tuple[Sheet, Iterable[Witnessed]]:
        """The sheet of a file, and with which values it was tested."""
        if any(module.changed for module in modules):
            said = "it was changed while the program ran: measure again"
            return Sheet(doubts=(Doubt("problem", TEXT, said),)), ()
        key = _key(raw, modules)
        sheets = self._kept.sheets
        if key and sheets and (kept := sheets.get(key)) is not None:
            return revive(kept), ()
        from bytecov.api.analysis import Analysis

        analysis = Analysis(path, raw, modules, self._kept.links)
        sheet = analysis.sheet()
        problems = [doubt.said for doubt in sheet.doubts if doubt.kind == "problem"]
        self.warnings += [f"{path}: {said}: please report this" for said in problems]
        if key and sheets and not problems:
            sheets.put(key, dump(sheet))
        return sheet, analysis.values(self._redact)


def _key(raw: bytes, modules: Iterable[RecordedModule]) -> str | None:
    """Names all that a sheet is made of; None where that cannot be told before it is made."""
    digest = hashlib.sha256(raw)
    numbers: dict[int, int] = {}  # {id of hits: their number}; contexts share many
    for module in modules:
        digest.update(fingerprint(module.code).encode())
        rows = []
        places = {id(code): place for place, code in enumerate(walk(module.code))}
        for code, context, hits in module.recorded:
            if not isinstance(hits, Told):
                return None
            if (number := numbers.get(id(hits))) is None:
                number = numbers[id(hits)] = len(numbers)
                digest.update(b"%d " % len(hits.told) + hits.told)
            rows.append((places[id(code)], number, context))
        digest.update(repr(rows).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()
