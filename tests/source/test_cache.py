"""Links come back from disk as they were; whatever is wrong there is worked out again."""

import json
import zlib
from collections.abc import Callable
from types import CodeType

import pytest

from bytecov.model.edge import Edge, EdgeKind
from bytecov.source import cache
from bytecov.source.cache import linked
from bytecov.source.link import Links, Mismatch, Unfound, link
from bytecov.source.obligations import destinations, obligations
from bytecov.source.parse import Source, parse
from tests.source.test_twin import SNIPPETS

TEXT = "\n".join(SNIPPETS[name] for name in ("if", "match", "async", "finally", "wide characters"))


class Kept(dict[str, bytes]):
    """A keeper that forgets at the end of a test."""

    put = dict.__setitem__


@pytest.fixture
def kept() -> Kept:
    return Kept()


def content(links: Links) -> list[object]:
    return [
        links.outcomes,
        links.offsets,
        links.retests,
        links.failures,
        links.artifacts,
        links.unexplained,
        links.unfound,
        dict(links.flows),
        obligations(links.source),
        destinations(links.source),
    ]


def fresh(text: str) -> Source:
    """A source that no walk is remembered of."""
    return parse(text, "program.py")


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sources that were linked anew."""
    found: list[str] = []

    def counting(source: Source, code: object) -> Links:
        found.append(source.digest)
        return link(source, code)  # type: ignore[arg-type]

    monkeypatch.setattr(cache, "link", counting)
    return found


@pytest.mark.parametrize("text", [TEXT, *SNIPPETS.values(), ""])
def test_what_comes_back_is_what_was_kept(kept: Kept, counted: list[str], text: str) -> None:
    code = compile(text, "program.py", "exec", dont_inherit=True)
    expected = content(link(fresh(text), code))
    for _ in range(2):
        assert content(linked(fresh(text), code, kept)) == expected
    assert len(counted) == 1
    assert len(kept) == 1


def test_another_source_or_code_is_another_file(kept: Kept, counted: list[str]) -> None:
    for text in ("x = a if b else c", "x = a if b else d", "x = a if b else c  # behind"):
        linked(fresh(text), compile(text, "program.py", "exec"), kept)
    text = "assert x\nx = a if b else c"
    for optimize in (0, 1):
        code = compile(text, "program.py", "exec", optimize=optimize)
        linked(fresh(text), code, kept)
    assert len(counted) == len(kept) == 5


def packed(change: Callable[[dict[str, list[object]]], object]) -> Callable[[bytes], bytes]:
    def changed(kept: bytes) -> bytes:
        found = json.loads(zlib.decompress(kept))
        change(found)
        return zlib.compress(json.dumps(found).encode())

    return changed


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda kept: b"",
    "cut": lambda kept: kept[: len(kept) // 2],
    "garbage": lambda kept: b"garbage" * 10,
    "no JSON": lambda kept: zlib.compress(b"{"),
    "a bomb": lambda kept: zlib.compress(b" " * (cache.MOST_BYTES + 1)),
    "nested": lambda kept: zlib.compress(b"[" * 100_000),
    "a list": lambda kept: zlib.compress(b"[1]"),
    "less": packed(lambda found: found.pop("keys")),
    "fewer code objects": packed(lambda found: found["codes"].pop()),
    "no such key": packed(lambda found: found["keys"].pop()),
    "no such kind": packed(lambda found: found["decisions"][0].__setitem__(0, "x")),
    "no such condition": packed(lambda found: found["decisions"][0][4][0].__setitem__(1, 99)),
    "a condition before the first": packed(
        lambda found: found["decisions"][0][4][0].__setitem__(1, -1)
    ),
    "a text as a number": packed(lambda found: found["keys"][0].__setitem__(1, "1")),
    "a number as a text": packed(lambda found: found["keys"][0].__setitem__(0, 1)),
    "nothing": packed(lambda found: found["codes"].__setitem__(0, None)),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_damage_is_repaired(
    kept: Kept, counted: list[str], damage: Callable[[bytes], bytes]
) -> None:
    code = compile(TEXT, "program.py", "exec", dont_inherit=True)
    expected = content(linked(fresh(TEXT), code, kept))
    [(key, entry)] = kept.items()
    kept[key] = damage(entry)
    assert content(linked(fresh(TEXT), code, kept)) == expected
    assert kept[key] == entry
    assert len(counted) == 2


def test_nothing_is_kept_where_there_is_no_keeper_or_no_column(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = compile(TEXT, "program.py", "exec", dont_inherit=True)
    assert content(linked(fresh(TEXT), code, None)) == content(link(fresh(TEXT), code))
    monkeypatch.setattr(cache, "lacks_columns", lambda code: True)
    assert content(linked(fresh(TEXT), code, kept)) == content(link(fresh(TEXT), code))
    assert kept == {}


def test_what_is_wrong_is_not_kept(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(source: Source, code: CodeType) -> Links:
        links = link(source, code)
        links.mismatches.append(Mismatch(code, Edge(0, 0, EdgeKind.NEXT), "a", "b"))
        return links

    monkeypatch.setattr(cache, "link", wrong)
    linked(fresh(TEXT), compile(TEXT, "program.py", "exec", dont_inherit=True), kept)
    assert kept == {}


def test_a_condition_that_was_not_found(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a reason and without one."""

    def doubtful(source: Source, code: CodeType) -> Links:
        links = link(source, code)
        key = next(iter(destinations(source)))
        links.unfound += [Unfound(key, None), Unfound(key, "a reason")]
        return links

    monkeypatch.setattr(cache, "link", doubtful)
    code = compile(TEXT, "program.py", "exec", dont_inherit=True)
    first = linked(fresh(TEXT), code, kept)
    assert linked(fresh(TEXT), code, kept).unfound == first.unfound
    assert [one.reason for one in first.unfound[-2:]] == [None, "a reason"]


def test_flows_are_computed_once(kept: Kept) -> None:
    code = compile(TEXT, "program.py", "exec", dont_inherit=True)
    linked(fresh(TEXT), code, kept)
    flows = linked(fresh(TEXT), code, kept).flows
    assert flows[code] is flows[code]
    assert len(flows) == len(list(flows))
    assert fresh not in flows
