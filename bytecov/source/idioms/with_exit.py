"""Leaving a `with` block by an exception."""

from bytecov.bytecode.instruction import Instruction
from bytecov.source.cursor import At
from bytecov.source.idioms.verdict import Verdict

AWAITING = frozenset(
    {
        "TO_BOOL",
        "END_SEND",
        "CLEANUP_THROW",
        "JUMP_BACKWARD_NO_INTERRUPT",
        "RESUME",
        "YIELD_VALUE",
        "SEND",
        "LOAD_CONST",
        "LOAD_COMMON_CONSTANT",  # 3.15+, for None
        "PUSH_NULL",  # 3.15+
        "GET_AWAITABLE",
    }
)


def exit_suppression(at: At, verdict: Verdict) -> None:
    """`with` tests what __exit__ returned; no one wrote that branch.

    It is an obligation all the same for those who count suppressions (`count = ["with"]`).
    Up to 3.12 the position is the whole statement's: the exits of its items come from the
    last to the first.
    """
    branch = at.match("WITH_EXCEPT_START", "TO_BOOL?", "POP_JUMP*_IF_TRUE") or _awaited(at)
    if not branch:
        return
    items = at.sites.withs.get(branch.span) if branch.span else None
    if not items:
        verdict.ignore(branch)
        return
    item = items[-1 - _exits_before(at) % len(items)]
    verdict.replace(branch, {at.jump: item.suppressed, at.next: item.propagated})


def _awaited(at: At) -> Instruction | None:
    """`async with`: the coroutine of __aexit__ is awaited between call and test."""
    if not at.match("POP_JUMP*_IF_TRUE"):
        return None
    for instruction in at.before():
        if instruction.name == "WITH_EXCEPT_START":
            return at.branch
        if instruction.name not in AWAITING or instruction.span != at.branch.span:
            return None
    return None


def _exits_before(at: At) -> int:
    """How many exits of the same statement lie in front of this one."""
    own = at.branch.span
    starts = (before for before in at.before() if before.name == "WITH_EXCEPT_START")
    return sum(start.span == own for start in starts) - 1
