"""Operands of the tests at branches, told without keeping them."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from bytecov.model.edge import Edge
from bytecov.model.obligation import ObligationKey

REDACTED = "redacted"


class Value(NamedTuple):
    """What is told of an object.

    `kind` is the name of its type, with the module unless that is builtins.  `text` is the `repr`
    of an exact builtin value, and `whole` that nothing was cut off it: then it is a literal.  A
    class or function is told by its name, any other object by a number that is its own among the
    operands of one test (`#1`), or with `--repr` by its own `__repr__`; what was redacted by
    `redacted`.
    """

    kind: str
    text: str
    whole: bool = False


class Observation(NamedTuple):
    """A test and its operands.

    `operator` is that of a comparison, `in`, `is` or their opposites (`not in`), `except` (the
    exception and what the clause names), `bool` for the truth of one operand, else the name of a
    builtin function or method that was called with the operands: `isinstance`, `startswith`.
    """

    operator: str
    operands: tuple[Value, ...]


def redacted(
    observation: Observation, text: str, secrets: Iterable[re.Pattern[str]]
) -> Observation:
    """Without operands whose own text is like a pattern, or all if that of the test is, `text`."""
    patterns = list(secrets)

    def is_secret(text: str) -> bool:
        return any(one.search(text) for one in patterns)

    operator, operands = observation
    hides_all = is_secret(text)
    shown = (
        Value(one.kind, REDACTED) if hides_all or is_secret(one.text) else one for one in operands
    )
    return Observation(operator, tuple(shown))


class Observed(NamedTuple):
    """An observation and the edge that was taken."""

    edge: Edge
    observation: Observation


class Witnessed(NamedTuple):
    """That an outcome came about with these operands, how often, and in which context."""

    key: ObligationKey
    context: str
    observation: Observation
    times: int
