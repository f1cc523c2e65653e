"""A measured file, as the data says it was, with all that was covered in it."""

from dataclasses import dataclass, field

from bytecov.model.obligation import ObligationKey
from bytecov.store.records import Doubt, Knowledge


@dataclass(slots=True)
class MeasuredFile:
    """One version of one source file with what was covered in it, all contexts together."""

    path: str
    digest: str
    problem: str = ""
    outcomes: dict[ObligationKey, int] = field(default_factory=dict)
    witnesses: dict[ObligationKey, str] = field(default_factory=dict)  # the first context of each
    lines: set[int] = field(default_factory=set)
    undetermined: set[ObligationKey] = field(default_factory=set)
    absent: set[ObligationKey] | None = None  # None: no code of it was ever seen
    doubts: set[Doubt] = field(default_factory=set)

    def learn(self, knowledge: Knowledge) -> None:
        """Add what is known of another Python's code: absent is only what all leave out."""
        self.undetermined |= knowledge.undetermined
        self.absent = set(
            knowledge.absent if self.absent is None else self.absent & knowledge.absent
        )
