"""Outcomes that the author says cannot happen, each with a reason.

    if len(rows) > 0 and rows:  # bytecov: unreachable rows=false because it has a length

The comment stands on a line of the statement or clause, or on lines of its own above it.  It names
a condition or a decision by its text, white space aside, and one outcome; without `TEXT=`, the
decisions there.  Whether it happened all the same is for the results to say.
"""

import re
import token
from collections.abc import Iterator
from typing import NamedTuple

from bytecov.model.obligation import ObligationKey
from bytecov.source.obligations import obligations
from bytecov.source.parse import Source
from bytecov.source.statements import Statements

OUTCOMES = (
    *("true", "false", "entered", "exhausted"),
    *("matched", "not matched", "suppressed", "propagated"),
)
MARKED = re.compile(r"#\s*bytecov:\s*unreachable\b\s*(?P<said>.*)")
SAID = re.compile(
    rf"(?:(?P<text>.+?)\s*=\s*)?(?P<outcome>{'|'.join(OUTCOMES)})\s+because\s+(?P<reason>\S.*)"
)
HOW = "write `# bytecov: unreachable CONDITION=OUTCOME because REASON`"
NO_CODE = frozenset({token.COMMENT, token.NL, token.NEWLINE, token.INDENT, token.DEDENT})


class Justification(NamedTuple):
    """What one comment says.  `keys` are the outcomes that it means; a `problem` is the second
    half of a sentence about a comment that means none."""

    line: int  # of the comment
    claim: str  # as written: `rows=false`
    reason: str
    keys: tuple[ObligationKey, ...] = ()
    problem: str = ""


def justifications(source: Source, statements: Statements) -> tuple[Justification, ...]:
    """Every justification in a source, from its top to its end."""
    if "bytecov:" not in source.text:
        return ()
    return tuple(_judged(source, statements, *found) for found in _comments(statements))


def _comments(statements: Statements) -> Iterator[tuple[int, int, str]]:
    """The line of a comment, the line it speaks of, and what it says behind `unreachable`."""
    for i, found in enumerate(statements.tokens):
        marked = MARKED.match(found.string) if found.type == token.COMMENT else None
        if not marked:
            continue
        line = about = found.start[0]
        if not found.line[: found.start[1]].strip():
            rest = (later for later in statements.tokens[i:] if later.type not in NO_CODE)
            about = next(rest).start[0]
        yield line, about, marked["said"].strip()


def _judged(
    source: Source, statements: Statements, line: int, about: int, what: str
) -> Justification:
    said = SAID.fullmatch(what)
    if not said:
        return Justification(line, what, "", problem=f"is not understood: {HOW}")
    text, outcome, reason = said["text"], said["outcome"], said["reason"].strip()
    claim = f"{text}={outcome}" if text else outcome
    meant = tuple(_meant(source, statements, about, _flat(text or ""), outcome))
    keys = tuple(key for key in meant if key.span.line <= about <= key.span.end_line) or meant
    problem = "" if keys else f"names nothing there that can be {outcome}"
    return Justification(line, claim, reason, keys, problem)


def _meant(
    source: Source, statements: Statements, about: int, text: str, outcome: str
) -> Iterator[ObligationKey]:
    first = statements.first_line(about)
    for decision in obligations(source):
        if statements.first_line(decision.span.line) != first:
            continue
        if outcome in decision.outcomes and text in ("", _flat(decision.text)):
            yield decision.key(outcome)
        if outcome in ("true", "false"):
            for condition in decision.conditions:
                if text == _flat(condition.text):
                    yield condition.key(outcome)


def _flat(text: str) -> str:
    return "".join(text.split())
