"""Which tests made an outcome happen."""

from dataclasses import dataclass, field

from bytecov.model.obligation import ObligationKey


@dataclass(frozen=True, slots=True)
class Witnesses:
    """`contexts` are names of tests; `outcomes` count into them, in rising order."""

    contexts: tuple[str, ...] = ()
    outcomes: dict[ObligationKey, list[int]] = field(default_factory=dict)
