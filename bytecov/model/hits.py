"""What a recorder saw of one code object."""

from collections.abc import Callable
from types import CodeType
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from bytecov.model.edge import Edge
    from bytecov.model.obligation import ObligationKey
    from bytecov.model.values import Observed


class Hits:
    """Executed offsets and edges with how often; 0 stands for "ran, count unknown".

    `vectors` counts evaluations of decisions whose edges do not tell them, by `vector_key`.
    `paths` counts pairs of edges, to and from a test of a value that was tested before, where a
    recorder without counts has to tell whose value it was.
    `values` counts what branches were tested with, as far as it was kept.
    """

    # No dataclass: the module that makes them takes longer to import than all that records.
    __slots__ = ("edges", "offsets", "paths", "values", "vectors")

    def __init__(
        self, offsets: dict[int, int] | None = None, edges: "dict[Edge, int] | None" = None
    ) -> None:
        self.offsets = {} if offsets is None else offsets
        self.edges = {} if edges is None else edges
        self.vectors: dict[ObligationKey, int] = {}
        self.paths: dict[tuple[Edge, Edge], int] = {}
        self.values: dict[Observed, int] = {}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Hits) and all(
            getattr(self, name) == getattr(other, name) for name in Hits.__slots__
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Hits({', '.join(f'{name}={getattr(self, name)}' for name in Hits.__slots__)})"

    def merge(self, other: "Hits") -> None:
        """Add the counts of `other` to these."""
        for offset, count in other.offsets.items():
            self.offsets[offset] = self.offsets.get(offset, 0) + count
        for edge, count in other.edges.items():
            self.edges[edge] = self.edges.get(edge, 0) + count
        for vector, count in other.vectors.items():
            self.vectors[vector] = self.vectors.get(vector, 0) + count
        for path, count in other.paths.items():
            self.paths[path] = self.paths.get(path, 0) + count
        for observed, count in other.values.items():
            self.values[observed] = self.values.get(observed, 0) + count


class Told(Hits):
    """Hits that are worked out when someone looks.  Code objects that are the same and were told
    the same have the same hits."""

    __slots__ = ("_derive", "told")

    def __init__(self, told: bytes, derive: Callable[[], Hits]) -> None:
        self.told = told
        self._derive = derive

    def __getattr__(self, name: str) -> Any:  # asked for what is not there yet
        found = self._derive()
        for each in Hits.__slots__:
            setattr(self, each, getattr(found, each))
        return getattr(found, name)


class Recorded(NamedTuple):
    """The hits of one code object, as its compiler made it, in one context."""

    code: CodeType
    context: str
    hits: Hits
