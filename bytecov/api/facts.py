"""What a run knows of a source file as pairs of numbers: for data that another tool keeps.

coverage.py stores arcs, pairs of integers, per file and context, and adds up those of all
processes and machines.  A fact becomes a pair of large negative ones, which coverage.py passes
over in every report: the first names the kind of fact, a Python version where it matters, and the
content of the file; the second an obligation.  What was measured of another content is thereby
never taken for this one.

    first   -(1 << 62 | kind << 60 | minor version << 54 | 54 bits of the content's SHA-256)
    second  -(1 << 62 | 62 bits of the SHA-256 of the obligation's key)
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator
from enum import IntEnum

from bytecov.bytecode.version import VERSION
from bytecov.model.obligation import ObligationKey
from bytecov.results.laying import Covered
from bytecov.source.obligations import obligations
from bytecov.source.parse import Source

Fact = tuple[int, int]

_MARK = 1 << 62
_CONTENT = (1 << 54) - 1


class Kind(IntEnum):
    """What is said of an obligation; SEEN says of a file that it ran, and of no obligation."""

    COVERED = 0
    UNDETERMINED = 1
    ABSENT = 2  # as `Covered.absent`, by one version of Python
    SEEN = 3  # by one version of Python


def encode(covered: Covered, digest: str) -> set[Fact]:
    """Everything known of a file with this content, as this Python compiles it."""
    version = VERSION[1]
    facts = {(_first(Kind.SEEN, digest, version), -_MARK)}
    for kind, keys in (
        (Kind.COVERED, covered.outcomes),
        (Kind.UNDETERMINED, covered.undetermined),
        (Kind.ABSENT, covered.absent),
    ):
        first = _first(kind, digest, version if kind is Kind.ABSENT else 0)
        facts.update((first, _second(key)) for key in keys)
    return facts


def decode(facts: Iterable[Fact], source: Source) -> Covered | None:
    """What is known of a source; None if this content never ran."""
    names = {_second(key): key for key in _keys(source)}
    content = int(source.digest, 16) & _CONTENT
    covered: set[ObligationKey] = set()
    undetermined: set[ObligationKey] = set()
    absent: dict[int, set[ObligationKey]] = {}  # by version
    for first, second in facts:
        bits = -first
        if bits >> 62 != 1 or bits & _CONTENT != content:
            continue
        kind, version = Kind(bits >> 60 & 3), bits >> 54 & 63
        key = names.get(second)
        if kind is Kind.SEEN:
            absent.setdefault(version, set())
        elif key is None:
            continue
        elif kind is Kind.COVERED:
            covered.add(key)
        elif kind is Kind.UNDETERMINED:
            undetermined.add(key)
        else:
            absent.setdefault(version, set()).add(key)
    if not absent:
        return None
    return Covered(
        outcomes=dict.fromkeys(covered, 0),
        undetermined=frozenset(undetermined - covered),
        absent=frozenset(set.intersection(*absent.values()) - covered),
    )


def is_fact(arc: Fact) -> bool:
    """Whether a pair of numbers is one of ours."""
    return -arc[0] >> 62 == 1 and -arc[1] >> 62 == 1


def _keys(source: Source) -> Iterator[ObligationKey]:
    for decision in obligations(source):
        yield from map(decision.key, decision.outcomes)
        for condition in decision.conditions:
            yield condition.key("true")
            yield condition.key("false")


def _first(kind: Kind, digest: str, version: int) -> int:
    return -(_MARK | kind << 60 | version << 54 | int(digest, 16) & _CONTENT)


def _second(key: ObligationKey) -> int:
    name = repr((key.kind, *key.span, key.outcome)).encode()
    return -(_MARK | int.from_bytes(hashlib.sha256(name).digest()[:8]) >> 2)


def of_this_tool(arcs: Collection[Fact]) -> list[Fact]:
    """The facts among arcs."""
    return [arc for arc in arcs if is_fact(arc)]
