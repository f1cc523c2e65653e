"""From hits in memory to a data file: each measured file linked, laid and written.

What needs code objects happens here, in the process and on the Python that made them; what is
stored needs the source alone.
"""

import os
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from types import CodeType

import bytecov
from bytecov.bytecode.version import TEXT
from bytecov.model.decision import ObligationKey
from bytecov.model.errors import DataError
from bytecov.model.hits import Hits, Recorded
from bytecov.model.span import Span
from bytecov.model.values import REDACTED, Observation, Observed, Value, Witnessed
from bytecov.record.measure import Measurement, RecordedModule
from bytecov.results.tally import Covered, lay, lay_by_context
from bytecov.source.cache import Keeper, linked
from bytecov.source.link import Links
from bytecov.source.obligations import obligations
from bytecov.source.parse import Source, read_source
from bytecov.store.database import write
from bytecov.store.records import Doubt, Knowledge, Run
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
        cache: Keeper | None = None,
    ) -> None:
        self.warnings: list[str] = []
        self._stored = stored
        self._default = context
        self._cache = cache
        self._redact = [re.compile(one) for one in redact]

    def write(
        self, data_file: str, measurement: Measurement, sources: Iterable[str], run: Run
    ) -> None:
        """Put everything recorded into `data_file`, which is new or gets it added, and those of
        the `sources` that never ran."""
        modules: dict[str, list[RecordedModule]] = {}
        for module in measurement.take():
            modules.setdefault(module.path, []).append(module)
        never_run = [path for path in sources if path not in modules]
        with write(data_file) as connection:
            writer = Writer(connection)
            for path, found in modules.items():
                self._file(writer, path, found)
            for path in never_run:
                self._file(writer, path, [])
            writer.add_run(run)

    def _file(self, writer: Writer, path: str, modules: list[RecordedModule]) -> None:
        name = self._stored(path)
        try:
            source = read_source(path)
            modules = modules or [RecordedModule(path, compiled(path), ())]
        except DataError as error:
            writer.file(name, "", str(error))
            return
        file = writer.file(name, source.digest)
        if any(module.changed for module in modules):
            said = "it was changed while the program ran: measure again"
            writer.add_doubt(file, Doubt("problem", TEXT, said))
            return
        for module in modules:
            self._hits(writer, file, module)
            try:
                self._lay(writer, file, source, module)
            except Exception as error:  # a bug of ours must not take the other files along
                said = f"bytecov could not analyse it ({type(error).__name__}: {error})"
                writer.add_doubt(file, Doubt("problem", TEXT, said))
                self.warnings.append(f"{path}: {said}: please report this")

    def _hits(self, writer: Writer, file: int, module: RecordedModule) -> None:
        """What ran, of all tests together: what each covered is kept by `_lay`, and is small."""
        together: dict[int, tuple[CodeType, dict[int, Hits]]] = {}
        for code, _, hits in module.recorded:
            together.setdefault(id(code), (code, {}))[1][id(hits)] = hits
        context = writer.context(self._default)
        for code, different in together.values():
            merged = Hits()
            for hits in different.values():
                merged.merge(hits)
            writer.add_hits(file, context, code, TEXT, merged)

    def _lay(self, writer: Writer, file: int, source: Source, module: RecordedModule) -> None:
        links = linked(source, module.code, self._cache)
        covered = lay_by_context(source, links, module.recorded)
        for name, one in covered.items():
            context = writer.context(name or self._default)
            writer.add_covered(file, context, one.outcomes, set(one.lines))
        self._values(writer, file, source, links, self._by_context(module.recorded))
        parts = list(covered.values()) or [lay(source, links, ())]
        undetermined = frozenset(key for one in parts for key in one.undetermined)
        writer.add_knowledge(file, Knowledge(TEXT, undetermined, parts[0].absent))
        for doubt in _doubts(links, parts):
            writer.add_doubt(file, doubt)

    def _values(
        self, writer: Writer, file: int, source: Source, links: Links,
        contexts: dict[str, list[Recorded]],
    ) -> None:  # fmt: skip
        """What conditions were tested with, without what is to be redacted."""
        if not any(one.hits.values for group in contexts.values() for one in group):
            return
        texts: dict[Span, str] = {}
        for decision in obligations(source):
            texts[decision.span] = decision.text
            texts |= {condition.span: condition.text for condition in decision.conditions}
        for name, group in contexts.items():
            writer.add_values(
                file,
                writer.context(name),
                [
                    Witnessed(key, name, self._redacted(texts.get(key.span, ""), observed), count)
                    for one in group
                    for observed, count in one.hits.values.items()
                    if (key := _tested(links.outcomes[one.code].get(observed.edge, ())))
                ],
            )

    def _redacted(self, text: str, observed: Observed) -> Observation:
        """Operands are hidden where their own text is like a pattern, or that of the test."""
        def is_secret(text: str) -> bool:
            return any(one.search(text) for one in self._redact)

        operator, operands = observed.observation
        if not is_secret(text):
            shown = [Value(one.kind, REDACTED) if is_secret(one.text) else one for one in operands]
        else:
            shown = [Value(one.kind, REDACTED) for one in operands]
        return Observation(operator, tuple(shown))

    def _by_context(self, recorded: Iterable[Recorded]) -> dict[str, list[Recorded]]:
        groups: dict[str, list[Recorded]] = {}
        for one in recorded:
            groups.setdefault(one.context or self._default, []).append(one)
        return groups


def _tested(keys: Iterable[ObligationKey]) -> ObligationKey | None:
    """The outcome to keep the operands of a branch with: a condition's, if it is one."""
    found = sorted(keys, key=lambda key: key.kind != "condition")
    return found[0] if found else None


def _doubts(links: Links, parts: Iterable[Covered]) -> Iterable[Doubt]:
    """One sentence for each thing that bytecov itself does not understand."""
    for branch in links.unexplained:
        yield Doubt(
            "unexplained", TEXT, f"{_at(links, branch.code, branch.offset)}: {branch.reason}"
        )
    for part in parts:
        for code, edge in part.contradictions:
            said = f"{edge.kind.name.lower()} edge to offset {edge.destination}"
            yield Doubt("contradiction", TEXT, f"{_at(links, code, edge.source)}: {said}")


def _at(links: Links, code: CodeType, offset: int) -> str:
    instruction = links.flows[code].by_offset.get(offset)
    where = (instruction.span or instruction.line) if instruction else None
    name = f" {instruction.name}" if instruction else ""
    return f"{where or code.co_firstlineno}: {code.co_qualname}, offset {offset}{name}"


def compiled(path: str) -> CodeType:
    """The code object of a file.  DataError where this Python cannot make one."""
    import warnings

    try:
        with open(path, "rb") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return compile(file.read(), path, "exec", dont_inherit=True)
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise DataError(f"cannot compile {path}: {error}") from error
