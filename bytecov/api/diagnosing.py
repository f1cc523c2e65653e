"""coverage.py's verdict beside ours, over the data of a session.

Where coverage.py measured nothing, its verdict is worked out: coverage.py itself is asked about
the steps from line to line that our run took.
"""

import os

from bytecov.api.examining import Examiner
from bytecov.api.session import Session
from bytecov.diagnose.compare import Diagnosis, diagnose
from bytecov.diagnose.coverage_py import (
    MONITORS,
    Verdicts,
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
    verdicts = _verdicts(session, evidences, against, rcfile)
    return diagnose(verdicts._replace(origin=origin or verdicts.origin), evidences)


def _verdicts(
    session: Session,
    evidences: list[tuple[str, Evidence]],
    against: str | None,
    rcfile: str | None,
) -> Verdicts:
    data_file = against or default_data_file(rcfile)
    if against or os.path.exists(data_file):
        return recorded(data_file, rcfile, f"from {session.shown(session.absolute(data_file))}")
    steps = {path: _steps(evidence) for path, evidence in evidences}
    return worked_out(steps, rcfile, "asked about the lines of this run")


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
