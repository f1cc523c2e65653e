"""What an idiom may say of a branch."""

from collections.abc import Mapping
from dataclasses import dataclass

from bytecov.bytecode.instruction import Instruction
from bytecov.model.edge import Edge
from bytecov.model.obligation import ObligationKey


@dataclass(slots=True)
class Verdict:
    """Collects the verb that an idiom chose for one branch."""

    ignored: bool = False
    replaced: dict[Edge, ObligationKey] | None = None

    @property
    def given(self) -> bool:
        return self.ignored or self.replaced is not None

    def ignore(self, branch: Instruction) -> None:
        """Nobody wrote it."""
        self.ignored = True

    def replace(self, branch: Instruction, keys: Mapping[Edge, ObligationKey]) -> None:
        """These edges are what the obligations mean."""
        self.replaced = dict(keys)
