"""What ran of one source file, linked with its source: a sheet for the data file.

What needs code objects happens here, in the process and on the Python that made them; what is
stored needs the source alone.
"""

import re
from collections.abc import Iterable, Iterator
from types import CodeType

from bytecov.bytecode.version import TEXT
from bytecov.model.errors import DataError
from bytecov.model.hits import Hits
from bytecov.model.obligation import ObligationKey
from bytecov.model.span import Span
from bytecov.model.values import Witnessed, redacted
from bytecov.record.measure import RecordedModule
from bytecov.results.laying import Covered, lay, lay_by_context
from bytecov.source.cache import Keeper, linked
from bytecov.source.file import read_bytes
from bytecov.source.link import Links
from bytecov.source.obligations import obligations
from bytecov.source.parse import no_warnings, parse
from bytecov.store.records import Doubt, Knowledge, code_name
from bytecov.store.sheet import Sheet, SheetMaker


class Analysis:
    """One version of a file, `raw`, and the `modules` that were made of it; `kept` are links.
    DataError where it cannot be analysed."""

    def __init__(
        self, path: str, raw: bytes, modules: Iterable[RecordedModule], kept: Keeper | None
    ) -> None:
        self._source = parse(raw, path)
        self._modules = list(modules) or [RecordedModule(path, compiled(path, raw), ())]
        self._kept = kept
        self._laid: list[tuple[RecordedModule, Links]] = []

    def sheet(self) -> Sheet:
        """Everything but values."""
        maker = SheetMaker()
        for module in self._modules:
            self._add_hits(maker, module)
            try:
                self._lay(maker, module)
            except Exception as error:  # a bug of ours must not take the other files along
                said = f"bytecov could not analyse it ({type(error).__name__}: {error})"
                maker.add_doubt(Doubt("problem", TEXT, said))
        return maker.sheet()

    def _add_hits(self, maker: SheetMaker, module: RecordedModule) -> None:
        """What ran, of all tests together: what each covered is kept by `_lay`, and is small."""
        together: dict[int, tuple[CodeType, dict[int, Hits]]] = {}
        for code, _, hits in module.recorded:
            together.setdefault(id(code), (code, {}))[1][id(hits)] = hits
        for code, different in together.values():
            merged = Hits()
            for hits in different.values():
                merged.merge(hits)
            maker.add_hits(code_name(code, TEXT), merged)

    def _lay(self, maker: SheetMaker, module: RecordedModule) -> None:
        links = linked(self._source, module.code, self._kept)
        covered = lay_by_context(self._source, links, module.recorded)
        for context, one in covered.items():
            maker.add_covered(context, one.outcomes, one.lines)
        parts = list(covered.values()) or [lay(self._source, links, ())]
        undetermined = frozenset(key for one in parts for key in one.undetermined)
        maker.add_knowledge(Knowledge(TEXT, undetermined, parts[0].absent))
        for doubt in _doubts(links, parts):
            maker.add_doubt(doubt)
        self._laid.append((module, links))

    def values(self, redact: Iterable[re.Pattern[str]]) -> Iterator[Witnessed]:
        """What conditions were tested with, without what is to be redacted; of what `sheet` could
        analyse."""
        if not any(one.hits.values for module, _ in self._laid for one in module.recorded):
            return
        texts: dict[Span, str] = {}
        for decision in obligations(self._source):
            texts[decision.span] = decision.text
            texts |= {condition.span: condition.text for condition in decision.conditions}
        secrets = list(redact)
        for module, links in self._laid:
            for code, context, hits in module.recorded:
                for observed, count in hits.values.items():
                    keys = links.failures[code].get(observed.edge, ())
                    if key := _tested(links.outcomes[code].get(observed.edge, ())):
                        keys = (key, *keys)
                    text = " ".join(texts.get(key.span, "") for key in keys)
                    shown = redacted(observed.observation, text, secrets)
                    for key in keys:
                        yield Witnessed(key, context, shown, count)


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


def compiled(path: str, raw: bytes | None = None, optimize: int = -1) -> CodeType:
    """The code object of a file, whose content may be at hand.  DataError where this Python
    cannot make one."""
    content = read_bytes(path) if raw is None else raw
    try:
        with no_warnings():
            return compile(content, path, "exec", dont_inherit=True, optimize=optimize)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise DataError(f"cannot compile {path}: {error}") from error
