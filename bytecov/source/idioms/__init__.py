"""Compiler habits: branches that nobody wrote, one file per habit.

An idiom looks at one branch and calls a verb of the verdict, or none:

- `ignore(branch)`: the branch is an artifact and owes nothing;
- `replace(branch, {edge: obligation})`: its edges mean something else than its position says.

Merging needs no verb: copies of a test (`while` tested twice, `finally` bodies) lead to the same
obligation.  A value that is tested again where paths meet is `Links.retests`.

What no idiom recognises stays, and is counted as unexplained when nothing in the source is
found for it.  The name of an artifact is the idiom's function's.
"""

from collections.abc import Callable

from bytecov.source.cursor import At
from bytecov.source.idioms.annotations import annotation, conditional_annotation, format_guard
from bytecov.source.idioms.assertion_rewriting import rewritten_assert
from bytecov.source.idioms.awaiting import awaiting
from bytecov.source.idioms.exception_groups import unhandled_rest
from bytecov.source.idioms.inlined_genexp import inlined_genexp
from bytecov.source.idioms.static_test import static_test, unreachable_test
from bytecov.source.idioms.verdict import Verdict
from bytecov.source.idioms.with_exit import exit_suppression

Idiom = Callable[[At, Verdict], None]

MACHINERY: tuple[Idiom, ...] = (
    awaiting,
    exit_suppression,
    unhandled_rest,
    format_guard,
    conditional_annotation,
    inlined_genexp,
    static_test,
)
"""Asked first: opcodes that nothing of the author's compiles to."""

LEFTOVERS: tuple[Idiom, ...] = (
    unreachable_test,
    annotation,
    rewritten_assert,
)
"""Asked about branches that nothing in the source was found for."""

__all__ = ["LEFTOVERS", "MACHINERY", "Idiom", "Verdict"]
