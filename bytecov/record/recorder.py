"""What every recorder offers, however it watches."""

from types import CodeType
from typing import Protocol

from bytecov.model.hits import Recorded


class Recorder(Protocol):
    """Watches code objects run.

    `observes` names what it can see, of `offsets`, `edges`, `exception_edges`, `counts`,
    `values`, `order`; a report shows nothing as missing that was not observed.
    """

    name: str
    observes: frozenset[str]

    def prepare(self, code: CodeType) -> CodeType:
        """What to execute in the place of `code`, a whole module's or script's."""
        ...

    def original(self, code: CodeType) -> CodeType:
        """What `prepare` was given for this code object; any other as it is."""
        ...

    def take(self, context: str) -> list[Recorded]:
        """Everything seen since the last time, said to have happened in `context`."""
        ...
