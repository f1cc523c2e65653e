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

    def import_all(self) -> None:
        """Import now what would be imported when it is needed."""
        ...

    def original(self, code: CodeType) -> CodeType:
        """What `prepare` was given for this code object; any other as it is."""
        ...

    def take(self, context: str) -> list[Recorded]:
        """Everything seen since the last time: what was cut off in its contexts, the rest said
        to have happened in `context`.  Contexts in which a code object did the same share its
        `Hits`."""
        ...

    def cut(self, context: str) -> None:
        """What was seen since the last cut happened in `context`; see everything anew."""
        ...

    def forget(self) -> None:
        """Drop what was seen and not taken."""
        ...

    def news(self, context: str) -> list[tuple[str, CodeType, list[int]]]:
        """What was seen since the last news: context, code object, numbers that `replay` takes.
        Takes nothing away, and may be called by another thread; the same can come twice."""
        ...

    def replay(self, code: CodeType, told: list[int]) -> None:
        """As if a code object that was prepared had told this."""
        ...

    def close(self) -> None:
        """Watch no more, and leave the host as it was; what was seen can still be taken."""
        ...
