"""The name of one outcome that a test suite owes.

An obligation is one outcome of a decision or of a condition.  It is named by the file's
content hash, its kind, its span and its outcome, so the same source gives the same
obligations on every Python version.
"""

from typing import NamedTuple

from bytecov.model.span import Span


class ObligationKey(NamedTuple):
    """Names one obligation inside one file.

    `kind` is `DecisionKind.value` for an outcome of a decision, `"condition"` for an outcome
    of a condition.  `span` counts characters.  Outcomes: `true` / `false`, `entered` /
    `exhausted`, `matched` / `not matched`.
    """

    kind: str
    span: Span
    outcome: str
