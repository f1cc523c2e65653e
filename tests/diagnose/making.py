"""Evidence of small programs."""

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import CodeType

from bytecov.diagnose.evidence import Evidence
from bytecov.model.decision import OPT_IN, DecisionKind
from bytecov.model.hits import Hits, Recorded
from bytecov.model.values import Witnessed
from bytecov.record.vm import VMRecorder
from bytecov.results.laying import lay
from bytecov.results.tally import file_result
from bytecov.source.exclusion import exclusions
from bytecov.source.link import Links, link
from bytecov.source.parse import read_source
from bytecov.source.statements import Statements


def evidence_of(
    path: Path, every_kind: bool = False, tests: Sequence[str] = (), values: bool = False
) -> Evidence:
    """Our own run of a program; then of `tests`, expressions that are a context each."""
    source = read_source(path)
    code = compile(source.text, str(path), "exec", dont_inherit=True)
    links = link(source, code)
    recorder = VMRecorder(values)
    prepared = recorder.prepare(code)
    names = {"__name__": "program", "__file__": str(path)}
    with contextlib.suppress(Exception):
        exec(prepared, names)
    recorder.cut("")
    for test in tests:
        eval(test, names)
        recorder.cut(test)
    hits = recorder.take("")
    kinds = {*OPT_IN, DecisionKind.EXCEPT} if every_kind else ()
    result = file_result(
        source, path.name, lay(source, links, hits), exclusions(Statements(source)), kinds
    )
    together: dict[CodeType, Hits] = {}
    for one in hits:
        together.setdefault(one.code, Hits()).merge(one.hits)
    return Evidence(result, source, links, together, values=tuple(_witnessed(links, hits)))


def _witnessed(links: Links, hits: Iterable[Recorded]) -> Iterator[Witnessed]:
    for one in hits:
        for observed, times in one.hits.values.items():
            for key in links.outcomes[one.code].get(observed.edge, ()):
                if key.kind == "condition":
                    yield Witnessed(key, one.context, observed.observation, times)
