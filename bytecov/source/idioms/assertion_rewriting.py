"""Test files whose assert statements pytest has rewritten."""

from itertools import islice

from bytecov.source.cursor import At
from bytecov.source.idioms.verdict import Verdict


def rewritten_assert(at: At, verdict: Verdict) -> None:
    """pytest compiles `assert a == b` to `if not (a == b): <explain>; raise AssertionError`.

    Its statements have the position of the assert statement (_pytest/assertion/rewrite.py,
    `visit_Assert`); so have the tests that it makes of `and` and `or` in there.
    """
    spans = {instruction.span for instruction in islice(at.before(), 3)}
    if (spans | {at.branch.span}) & at.sites.asserts:
        verdict.ignore(at.branch)
