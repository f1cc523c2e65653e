"""`except*` raises what none of its clauses took."""

from bytecov.source.cursor import At
from bytecov.source.idioms.verdict import Verdict


def unhandled_rest(at: At, verdict: Verdict) -> None:
    """Behind the last `except*` clause: is there anything left to raise?

    3.11 has an opcode for it, from 3.12 on it is an intrinsic function (Python/compile.c,
    `compiler_try_star_except`).
    """
    branch = at.match("PREP_RERAISE_STAR", "COPY", "POP_JUMP*_IF_NOT_NONE")
    if not branch and at.match("CALL_INTRINSIC_2", "COPY", "POP_JUMP*_IF_NOT_NONE"):
        branch = at.branch
    if branch:
        verdict.ignore(branch)
