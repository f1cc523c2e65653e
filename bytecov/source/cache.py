"""Links kept for the next run: what one process has worked out, the next need not.

An entry holds the obligations and links of one source and one code object, as compressed JSON, and
is found by the content of both; who keeps it sees to the interpreter and the version of bytecov.
Whatever does not fit is worked out again and kept anew; nothing is executed that was read.  Code
without columns is not kept: its flows come from the tree.
"""

import hashlib
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import CodeType
from typing import Any, Protocol

from bytecov.bytecode.nesting import walk
from bytecov.flow.blocks import Flow, flow
from bytecov.model.decision import Condition, Decision, DecisionKind
from bytecov.model.edge import Edge, EdgeKind
from bytecov.model.obligation import ObligationKey
from bytecov.model.span import Span
from bytecov.source.link import Links, Unexplained, Unfound, link
from bytecov.source.obligations import Owed, destinations, obligations, remember
from bytecov.source.parse import Source
from bytecov.source.shadow import lacks_columns

UNUSABLE = (ValueError, TypeError, LookupError, AttributeError, RecursionError, zlib.error)
MOST_BYTES = 1 << 24  # of one entry, when unpacked


class Keeper(Protocol):
    """Keeps entries between runs; no error is its own."""

    def get(self, key: str) -> bytes | None:
        """The entry of a key, if there is one."""

    def put(self, key: str, entry: bytes) -> None:
        """Keep an entry, in the place of an older one."""


def linked(source: Source, code: CodeType, kept: Keeper | None) -> Links:
    """The links of a module, from those that are kept if they are there; else they will be."""
    if kept is None or lacks_columns(code):
        return link(source, code)
    codes = list(dict.fromkeys(walk(code)))
    key = _key(source, codes)
    entry = kept.get(key)
    if entry is not None:
        try:
            return _decoded(source, codes, entry)
        except UNUSABLE:
            pass
    links = link(source, code)
    if not links.mismatches:
        kept.put(key, _encoded(links, codes))
    return links


class Flows(Mapping[CodeType, Flow]):
    """Flows that are computed when someone asks."""

    def __init__(self, codes: Iterable[CodeType]) -> None:
        self._flows: dict[CodeType, Flow | None] = dict.fromkeys(codes)

    def __getitem__(self, code: CodeType) -> Flow:
        found = self._flows[code]
        if found is None:
            found = self._flows[code] = flow(code)
        return found

    def __contains__(self, code: object) -> bool:
        return code in self._flows

    def __iter__(self) -> Iterator[CodeType]:
        return iter(self._flows)

    def __len__(self) -> int:
        return len(self._flows)


def _key(source: Source, codes: Iterable[CodeType]) -> str:
    digest = hashlib.sha256()
    for code in codes:
        for part in (code.co_code, code.co_linetable, code.co_exceptiontable):
            digest.update(b"%d " % len(part) + part)
        about = (code.co_qualname, code.co_firstlineno, code.co_flags, code.co_names)
        digest.update(repr(about).encode("utf-8", "surrogatepass"))
    return f"{source.digest} {digest.hexdigest()}"


# JSON: obligations are numbers into `keys`, code objects numbers in the order of `walk`.


def _encoded(links: Links, codes: list[CodeType]) -> bytes:
    keys: dict[ObligationKey, int] = {}

    def number(key: ObligationKey) -> int:
        return keys.setdefault(key, len(keys))

    at = {code: i for i, code in enumerate(codes)}
    source = links.source
    content = {
        "decisions": [_plain(one) for one in obligations(source)],
        "destinations": [[number(key), line] for key, line in destinations(source).items()],
        "codes": [
            {
                "outcomes": [[*e, *map(number, ks)] for e, ks in links.outcomes[code].items()],
                "offsets": [[o, *map(number, ks)] for o, ks in links.offsets[code].items()],
                "retests": [[e, *known] for e, known in links.retests[code].items()],
                "failures": [[*e, *map(number, ks)] for e, ks in links.failures[code].items()],
            }
            for code in codes
        ],
        "artifacts": [[at[code], offset, name] for (code, offset), name in links.artifacts.items()],
        "unexplained": [[at[code], *rest] for code, *rest in links.unexplained],
        "unfound": [[number(key), reason] for key, reason in links.unfound],
        "keys": [[kind, *span, outcome] for kind, span, outcome in keys],
    }
    return zlib.compress(json.dumps(content, separators=(",", ":")).encode(), 1)


def _plain(decision: Decision) -> list[Any]:
    conditions = [
        [one.span, one.if_true, one.if_false, one.tested] for one in decision.conditions
    ]
    kind = decision.kind.value
    return [kind, decision.span, decision.function, decision.outcomes, conditions]


def _decoded(source: Source, codes: list[CodeType], packed: bytes) -> Links:
    """The links that a file holds; ValueError and the like where it does not fit."""
    unpacking = zlib.decompressobj()
    content = json.loads(unpacking.decompress(packed, MOST_BYTES))
    keys = [ObligationKey(_text(kind), _span(span), _text(outcome))
            for kind, *span, outcome in content["keys"]]  # fmt: skip
    names: Callable[[list[int]], tuple[ObligationKey, ...]] = lambda ns: tuple(  # noqa: E731
        keys[n] for n in ns
    )
    links = Links(source, Flows(codes))
    for code, part in zip(codes, content["codes"], strict=True):
        links.outcomes[code] = {_edge(row[:3]): names(row[3:]) for row in part["outcomes"]}
        links.offsets[code] = {_int(offset): names(ns) for offset, *ns in part["offsets"]}
        links.retests[code] = {
            _edge(edge): tuple(map(_edge, known)) for edge, *known in part["retests"]
        }
        links.failures[code] = {_edge(row[:3]): names(row[3:]) for row in part["failures"]}
    links.artifacts = {(codes[i], _int(at)): _text(name) for i, at, name in content["artifacts"]}
    links.unexplained = [Unexplained(codes[i], _int(at), _text(why))
                         for i, at, why in content["unexplained"]]  # fmt: skip
    links.unfound = [Unfound(keys[n], why and _text(why)) for n, why in content["unfound"]]
    decisions = tuple(_decision(source, *row) for row in content["decisions"])
    remember(source, Owed(decisions, {keys[n]: _int(at) for n, at in content["destinations"]}))
    return links


def _decision(
    source: Source, kind: str, span: list[int], function: str, outcomes: list[str], rows: list[Any]
) -> Decision:
    conditions = []
    for place, if_true, if_false, tested in rows:
        where = _span(place)
        for after in (if_true, if_false):
            if not isinstance(after, bool) and not 0 <= _int(after) < len(rows):
                raise ValueError("no such condition")
        text = source.segment(where)
        conditions.append(Condition(where, text, if_true, if_false, bool(tested)))
    whole = _span(span)
    return Decision(
        DecisionKind(kind),
        whole,
        source.segment(whole),
        _text(function),
        tuple(map(_text, outcomes)),
        tuple(conditions),
    )


def _span(row: list[int]) -> Span:
    line, col, end_line, end_col = row
    return Span(_int(line), _int(col), _int(end_line), _int(end_col))


def _edge(row: list[int]) -> Edge:
    start, destination, kind = row
    return Edge(_int(start), _int(destination), EdgeKind(kind))


def _int(value: object) -> int:
    if type(value) is not int:
        raise ValueError("not a number")
    return value


def _text(value: object) -> str:
    if type(value) is not str:
        raise ValueError("not a text")
    return value
