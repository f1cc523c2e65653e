"""coverage.py's verdict beside ours, over the data of a session.

Where coverage.py measured nothing, its verdict is worked out: coverage.py itself is asked about
the steps from line to line that our run took.
"""

import os
from dataclasses import replace

from bytecov.api.examining import Examiner
from bytecov.api.session import Session
from bytecov.diagnose.compare import Diagnosis, diagnose
from bytecov.diagnose.coverage_py import (
    MONITORS,
    default_data_file,
    recorded,
    worked_out,
)
from bytecov.diagnose.evidence import Evidence
from bytecov.model.arc import Arc
from bytecov.model.hits import Recorded
from bytecov.results.lines_walked import lines_walked


def diagnosed(
    session: Session, against: str | None, rcfile: str | None, origin: str = ""
) -> Diagnosis:
    """The diagnosis; `against` names coverage.py's data, None for what its configuration says,
    `origin` says in words where it comes from."""
    examiner = Examiner(session)
    evidences = list(examiner.evidences())
    data_file = against or default_data_file(rcfile)
    if against or os.path.exists(data_file):
        place = f"from {session.shown(session.absolute(data_file))}"
        return diagnose(recorded(data_file, rcfile, origin or place), evidences)
    known = [(path, evidence) for path, evidence in evidences if _knows_its_steps(evidence)]
    steps = {path: _steps(evidence) for path, evidence in known}
    verdicts = worked_out(steps, rcfile, origin or "asked about the lines of this run")
    found = diagnose(verdicts, known)
    if left := len(evidences) - len(known):
        files = "1 file" if left == 1 else f"{left} files"
        note = (
            f"left out: {files} whose steps from line to line are not known, rewritten as"
            " pytest does with tests, or run by another Python; `bytecov diagnose -- PROGRAM`"
            " compares them"
        )
        return replace(found, notes=(*found.notes, note))
    return found


def _knows_its_steps(evidence: Evidence) -> bool:
    """Whether what ran, ran in the code that this Python makes of the source."""
    ran = {
        evidence.statements.first_line(line)
        for code, hits in evidence.hits.items()
        for one in evidence.links.flows[code].instructions
        if one.offset in hits.offsets and (line := one.line)
    }
    return ran.issuperset(evidence.result.lines.covered)


def _steps(evidence: Evidence) -> set[Arc]:
    """From line to line as a tracer notes it; one of the old kind takes an exception that leaves
    a function for a return."""
    recorded_ = [Recorded(code, "", hits) for code, hits in evidence.hits.items()]
    steps = set(lines_walked(evidence.links, recorded_))
    if not MONITORS:
        steps.update(
            Arc(fact.instruction.line or 0, -fact.code.co_firstlineno)
            for fact in evidence.raised_on(1, len(evidence.source.lines))
            if fact.handler is None
        )
    return steps
