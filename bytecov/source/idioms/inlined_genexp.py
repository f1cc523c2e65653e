"""Calls with a generator expression, compiled to a loop."""

from bytecov.source.cursor import At
from bytecov.source.idioms.verdict import Verdict


def inlined_genexp(at: At, verdict: Verdict) -> None:
    """`any(x for x in y)`: is `any` the builtin one? Then loop over the generator here.

    3.14+: any, all, tuple; 3.15+: list, set too (Python/codegen.c, `maybe_optimize_function_call`).
    Every branch of it has the position of the function's name; the generator expression is its
    own code object with the author's branches.
    """
    if at.branch.span in at.sites.genexp_callees:
        verdict.ignore(at.branch)
