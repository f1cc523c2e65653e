"""Places in the bytecode, and what is around them."""

from bytecov.flow.blocks import flow
from bytecov.source.cursor import At
from bytecov.source.obligations import survey
from bytecov.source.parse import parse

TEXT = "def f(a, b):\n    while a and b:\n        a()\n"


def places(text: str = TEXT) -> list[At]:
    """The branches of the only function."""
    code = compile(text, "m.py", "exec", dont_inherit=True)
    [function] = (one for one in code.co_consts if hasattr(one, "co_code"))
    graph, sites = flow(function), survey(parse(text)).sites
    offsets = [one.offset for one in graph.instructions]
    return [At(graph, sites, offsets.index(offset)) for offset in sorted(graph.branches)]


def test_before_and_after_leave_out_what_does_nothing() -> None:
    for at in places():
        names = [one.name for one in at.before()] + [one.name for one in at.after()]
        assert not {"NOP", "NOT_TAKEN", "CACHE", "EXTENDED_ARG"} & set(names)
        assert next(at.before()).offset < at.branch.offset < next(at.after()).offset
        assert [*at.after()][-1].offset == max(
            one.offset for one in at.flow.instructions if one.name not in ("NOP", "CACHE")
        )


def test_nothing_matches_before_the_beginning() -> None:
    first = places()[0]
    assert first.match("*") is first.branch
    assert first.match("ANYTHING?", "*") is first.branch
    before = [one.name for one in first.before()][::-1]
    assert first.match(*before, "*") is first.branch
    assert first.match("RESUME", *before, "*") is None
    assert first.match("MISSING?", *before, "*") is first.branch


def test_the_other_edge() -> None:
    for at in places():
        assert {at.edge_when(True), at.edge_when(False)} == {at.next, at.jump}
