"""What a recorder saw of one code object."""

from dataclasses import dataclass, field
from types import CodeType
from typing import NamedTuple

from bytecov.model.decision import ObligationKey
from bytecov.model.edge import Edge
from bytecov.model.values import Observed


@dataclass(slots=True)
class Hits:
    """Executed offsets and edges with how often; 0 stands for "ran, count unknown".

    `vectors` counts evaluations of decisions whose edges do not tell them, by `vector_key`.
    `paths` counts pairs of edges, to and from a test of a value that was tested before, where a
    recorder without counts has to tell whose value it was.
    `values` counts what branches were tested with, as far as it was kept.
    """

    offsets: dict[int, int] = field(default_factory=dict)
    edges: dict[Edge, int] = field(default_factory=dict)
    vectors: dict[ObligationKey, int] = field(default_factory=dict)
    paths: dict[tuple[Edge, Edge], int] = field(default_factory=dict)
    values: dict[Observed, int] = field(default_factory=dict)

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


class Recorded(NamedTuple):
    """The hits of one code object, as its compiler made it, in one context."""

    code: CodeType
    context: str
    hits: Hits
