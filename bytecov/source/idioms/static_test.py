"""Tests whose outcome is known before the program runs."""

from bytecov.source.cursor import At
from bytecov.source.idioms.verdict import Verdict


def static_test(at: At, verdict: Verdict) -> None:
    """`if TYPE_CHECKING:`, `if ():` (3.14+ compiles it), `x or 1 or y` in a value (3.14+)."""
    maker = next((m for m in at.before() if m.name not in ("TO_BOOL", "COPY")), None)
    if maker is not None and maker.span in at.sites.static and at.match("*POP*"):
        verdict.ignore(at.branch)


def unreachable_test(at: At, verdict: Verdict) -> None:
    """`if TYPE_CHECKING and x is None:` and whatever else constants make of a test."""
    if at.branch.span in at.sites.static:
        verdict.ignore(at.branch)
