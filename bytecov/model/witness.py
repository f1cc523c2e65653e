"""Which tests made an outcome happen."""

from dataclasses import dataclass, field

from bytecov.model.decision import ObligationKey
from bytecov.model.vector import Vector


@dataclass(frozen=True, slots=True)
class Witnesses:
    """`contexts` are names of tests; the others count into them, in rising order.  `vectors` are
    those of the decision at a place in `FileResult.decisions`."""

    contexts: tuple[str, ...] = ()
    outcomes: dict[ObligationKey, list[int]] = field(default_factory=dict)
    vectors: dict[tuple[int, Vector], list[int]] = field(default_factory=dict)
