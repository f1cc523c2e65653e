"""Annotations, evaluated when somebody asks for them (3.14+), once, or never."""

from itertools import islice

from bytecov.source.cursor import At
from bytecov.source.idioms.verdict import Verdict

CONDITIONAL = "__conditional_annotations__"


def format_guard(at: At, verdict: Verdict) -> None:
    """Code for lazy annotations, bounds and type aliases refuses formats that it does not know.

    3.14+ (PEP 649): `if format > 2: raise NotImplementedError` at its start.
    """
    code = at.flow.code
    if code.co_posonlyargcount != 1 or code.co_varnames[0] not in ("format", ".format"):
        return
    branch = at.match("LOAD_FAST*", "LOAD_SMALL_INT", "COMPARE_OP", "POP_JUMP_IF_FALSE")
    raised = [instruction.name for instruction in islice(at.after(), 2)]
    if branch and raised == ["LOAD_COMMON_CONSTANT", "RAISE_VARARGS"]:
        verdict.ignore(branch)


def conditional_annotation(at: At, verdict: Verdict) -> None:
    """`if x: y: int` in a module or class body: 3.14+ notes which annotations were passed."""
    branch = at.match("LOAD_*", "CONTAINS_OP", "POP_JUMP_IF_FALSE")
    if not branch or at.flow.code.co_name != "__annotate__":
        return
    names = {*at.flow.code.co_names, *at.flow.code.co_freevars}
    loaded = list(islice(at.before(), 3))
    if CONDITIONAL in names and loaded[2].name in ("LOAD_SMALL_INT", "LOAD_CONST"):
        verdict.ignore(branch)


def annotation(at: At, verdict: Verdict) -> None:
    """`x: int if PY3 else str`: conditions in annotations, bounds, type aliases are not counted.

    Most programs never evaluate them, and when they are evaluated depends on the version.
    """
    span = at.branch.span
    if span and any(whole.contains(span) for whole in at.sites.uncounted):
        verdict.ignore(at.branch)
