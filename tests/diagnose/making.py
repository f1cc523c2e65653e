"""Evidence of small programs."""

import contextlib
from pathlib import Path

from bytecov.diagnose.evidence import Evidence
from bytecov.model.decision import OPT_IN, DecisionKind
from bytecov.record.vm import VMRecorder
from bytecov.results.tally import file_result, lay
from bytecov.source.exclusion import exclusions
from bytecov.source.link import link
from bytecov.source.parse import read_source
from bytecov.source.statements import Statements


def evidence_of(path: Path, every_kind: bool = False) -> Evidence:
    """Our own run of a program."""
    source = read_source(path)
    code = compile(source.text, str(path), "exec", dont_inherit=True)
    links = link(source, code)
    recorder = VMRecorder()
    prepared = recorder.prepare(code)
    with contextlib.suppress(Exception):
        exec(prepared, {"__name__": "program", "__file__": str(path)})
    hits = recorder.take("")
    kinds = {*OPT_IN, DecisionKind.EXCEPT} if every_kind else ()
    result = file_result(
        source, path.name, lay(source, links, hits), exclusions(Statements(source)), kinds
    )
    return Evidence(result, source, links, {one.code: one.hits for one in hits})
