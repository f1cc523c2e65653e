"""What one run has to say of one version of a source file, packed as a data file holds it.

Sheets are made of plain numbers, texts and bytes: writing one needs neither the source nor code
objects, and a cache can keep it.
"""

import marshal
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from bytecov.model.hits import Hits
from bytecov.model.obligation import ObligationKey
from bytecov.store.packing import (
    common_numbers,
    merge_counts,
    merge_edges,
    merge_numbers,
    pack_counts,
    pack_edges,
    pack_numbers,
)
from bytecov.store.records import CodeName, Doubt, Knowledge

PlainKey = tuple[str, int, int, int, int, str]
"""An obligation: kind, span, outcome."""


class PackedCode(NamedTuple):
    """What ran of one code object."""

    name: CodeName
    offsets: bytes
    edges: bytes


class PackedCovered(NamedTuple):
    """What one context covered: numbers of obligations with counts, lines."""

    context: str
    outcomes: bytes
    lines: bytes


class PackedKnowledge(NamedTuple):
    """Numbers of obligations that the code of one Python cannot tell, or does not contain."""

    python: str
    undetermined: bytes
    absent: bytes


class Sheet(NamedTuple):
    """The file's rows.  Obligations are numbers into `keys`."""

    keys: tuple[PlainKey, ...] = ()
    hits: tuple[PackedCode, ...] = ()
    covered: tuple[PackedCovered, ...] = ()
    knowledge: tuple[PackedKnowledge, ...] = ()
    doubts: tuple[Doubt, ...] = ()


class SheetMaker:
    """Collects a sheet."""

    def __init__(self) -> None:
        self._numbers: dict[ObligationKey, int] = {}
        self._hits: dict[tuple[str, int, str, str], PackedCode] = {}
        self._covered: dict[str, PackedCovered] = {}
        self._knowledge: dict[str, PackedKnowledge] = {}
        self._doubts: dict[Doubt, None] = {}

    def add_hits(self, name: CodeName, hits: Hits) -> None:
        """What ran of one code object; two on one line can have the same name."""
        new = PackedCode(name, pack_counts(hits.offsets), pack_edges(hits.edges))
        key = name[:4]
        if (old := self._hits.get(key)) is not None:
            edges = merge_edges(old.edges, new.edges)
            new = PackedCode(name, merge_counts(old.offsets, new.offsets), edges)
        self._hits[key] = new

    def add_covered(
        self, context: str, outcomes: Mapping[ObligationKey, int], lines: Iterable[int]
    ) -> None:
        """What one context covered, with how often; one module after the other."""
        counts = pack_counts(dict(zip(self._numbered(outcomes), outcomes.values(), strict=True)))
        new = PackedCovered(context, counts, pack_numbers(lines))
        if (old := self._covered.get(context)) is not None:
            counts = merge_counts(old.outcomes, new.outcomes)
            new = PackedCovered(context, counts, merge_numbers(old.lines, new.lines))
        self._covered[context] = new

    def add_knowledge(self, knowledge: Knowledge) -> None:
        """What the code of a module cannot tell; absent is only what all modules leave out."""
        python, *keys = knowledge
        undetermined, absent = (pack_numbers(self._numbered(each)) for each in keys)
        if (old := self._knowledge.get(python)) is not None:
            undetermined = merge_numbers(old.undetermined, undetermined)
            absent = common_numbers(old.absent, absent)
        self._knowledge[python] = PackedKnowledge(python, undetermined, absent)

    def add_doubt(self, doubt: Doubt) -> None:
        """What bytecov itself does not understand."""
        self._doubts[doubt] = None

    def sheet(self) -> Sheet:
        """All of it."""
        keys = tuple((kind, *span, outcome) for kind, span, outcome in self._numbers)
        return Sheet(
            keys,
            tuple(self._hits.values()),
            tuple(self._covered.values()),
            tuple(self._knowledge.values()),
            tuple(self._doubts),
        )

    def _numbered(self, keys: Collection[ObligationKey]) -> list[int]:
        numbers = self._numbers
        for key in keys:
            if key not in numbers:
                numbers[key] = len(numbers)
        return [numbers[key] for key in keys]


def dump(sheet: Sheet) -> bytes:
    """A sheet for the cache."""
    hits = [(tuple(hit.name), hit.offsets, hit.edges) for hit in sheet.hits]
    plain = [list(map(tuple, part)) for part in (sheet.covered, sheet.knowledge, sheet.doubts)]
    return marshal.dumps((sheet.keys, hits, plain))


def revive(dumped: bytes) -> Sheet:
    """A sheet from the cache, which is our own (record/cache.py)."""
    keys, hits, (covered, knowledge, doubts) = marshal.loads(dumped)
    return Sheet(
        keys,
        tuple(PackedCode(CodeName(*name), *packed) for name, *packed in hits),
        tuple(PackedCovered(*each) for each in covered),
        tuple(PackedKnowledge(*each) for each in knowledge),
        tuple(Doubt(*each) for each in doubts),
    )
