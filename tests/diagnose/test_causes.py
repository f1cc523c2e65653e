"""Every class of coverage.py's mistakes, on a program where the installed coverage.py errs.

The programs in `programs/` say on their lines what is to be found, all of it and nothing else:

    if next(states):  #! tracer hidden EXCEPTION_LEAVES: next(states) false
    def one(): return 1  #! alarm PHANTOM

`tracer` and `monitor`: with this kind of core only; `3.11`: on that Python only.  Behind
the colon: the text and the outcome.
"""

import contextlib
import re
from pathlib import Path

import coverage
import pytest

from bytecov.bytecode.version import VERSION
from bytecov.diagnose.causes import WHY, Cause
from bytecov.diagnose.compare import FileDiagnosis, Finding, diagnose_file
from bytecov.diagnose.coverage_py import Verdict, recorded

from .making import evidence_of

PROGRAMS = sorted((Path(__file__).parent / "programs").glob("*.py"))
CORES = ["pytrace", "ctrace", *(["sysmon"] if VERSION >= (3, 14) else [])]
EXPECTED = re.compile(
    r"#! (?:(tracer|monitor|3\.11) )?(hidden|alarm) ([A-Z_]+)"
    r"(?:: (.*?) ((?:not )?\w+))?\s*(?=#!|$)",
    re.MULTILINE,
)


def verdict_of(path: Path, data_file: Path) -> Verdict:
    """coverage.py's run of the same program, in this process."""
    measure = coverage.Coverage(
        branch=True, data_file=str(data_file), include=[str(path)], config_file=False
    )
    measure.start()
    try:
        with contextlib.suppress(Exception):
            code = compile(path.read_text(), str(path), "exec", dont_inherit=True)
            exec(code, {"__name__": "program", "__file__": str(path)})
    finally:
        measure.stop()
    measure.save()
    return recorded(str(data_file), None, "").files[str(path)]


def diagnosed(path: Path, folder: Path) -> FileDiagnosis:
    evidence = evidence_of(path, every_kind=path.stem == "asserting")
    return diagnose_file(evidence, verdict_of(path, folder / "data"))


def expected(path: Path, core: str) -> set[tuple[int, str, str, str, str]]:
    here = {"", "monitor" if core == "sysmon" else "tracer", ".".join(map(str, VERSION))}
    return {
        (number, verdict, cause, text or "", outcome or "")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        for only, verdict, cause, text, outcome in EXPECTED.findall(line)
        if only in here
    }


def said(one: Finding) -> tuple[int, str, str, str, str]:
    verdict = "hidden" if one.hidden else "alarm"
    text, outcome = (one.text, one.key.outcome) if one.key else ("", "")
    return one.span.line, verdict, one.cause.name, text, outcome


@pytest.mark.parametrize("core", CORES)
@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_causes(path: Path, core: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COVERAGE_CORE", core)
    found = diagnosed(path, tmp_path).findings
    assert {said(one) for one in found} == expected(path, core)
    for one in found:
        assert one.branches or one.raised or not one.hidden, "no evidence"


def test_every_class_has_a_program() -> None:
    text = "\n".join(path.read_text() for path in PROGRAMS)
    shown = {cause for _, _, cause, _, _ in EXPECTED.findall(text)}
    unseen = {cause.name for cause in Cause} - shown
    assert unseen == {"UNKNOWN"}
    assert set(WHY) == set(Cause)


def test_the_page_lists_every_class(root: Path) -> None:
    page = (root / "docs" / "diagnose.md").read_text(encoding="utf-8")
    assert all(f"| {cause.value} | " in page and f" | {WHY[cause]} |" in page for cause in Cause)
