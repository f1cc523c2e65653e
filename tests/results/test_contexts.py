"""Hits of several contexts: each laid apart is what all say together."""

from bytecov.model.hits import Hits, Recorded
from bytecov.model.result import Status
from bytecov.model.witness import Witnesses
from bytecov.results.laying import Covered, lay, lay_by_context
from bytecov.results.tally import file_result
from bytecov.results.witnesses import witnesses
from bytecov.source.exclusion import Exclusions
from bytecov.source.link import Links, link
from bytecov.source.parse import Source, parse
from tests.source.oracle import observe

TEXT = "def f(a):\n  return 1 if a else 2\ndef g(b):\n  if b: pass\nf(1)\ng(0)\n"


def recorded(context: str) -> list[Recorded]:
    code = compile(TEXT, "program.py", "exec", dont_inherit=True)
    return [Recorded(one.code, context, one.hits) for one in observe(code)]


def mapped() -> tuple[Source, Links]:
    source = parse(TEXT, "program.py")
    return source, link(source, compile(TEXT, "program.py", "exec", dont_inherit=True))


def uncounted(found: list[Recorded]) -> list[Recorded]:
    return [
        Recorded(code, context, Hits(dict.fromkeys(hits.offsets, 0), dict.fromkeys(hits.edges, 0)))
        for code, context, hits in found
    ]


def test_one_context_is_all() -> None:
    source, links = mapped()
    assert lay_by_context(source, links, recorded("a")) == {"a": lay(source, links, recorded(""))}


def test_two_contexts_that_share_hits() -> None:
    source, links = mapped()
    found = recorded("a")
    both = lay_by_context(source, links, [*found, *(one._replace(context="b") for one in found)])
    assert both["a"] == both["b"] == lay(source, links, found)


def test_counts_add_up_and_unknown_stays_unknown() -> None:
    source, links = mapped()
    twice = [*recorded("a"), *recorded("a"), *recorded("b")]
    found = lay_by_context(source, links, twice)
    assert {2 * n for n in found["b"].outcomes.values()} == {*found["a"].outcomes.values()}
    found = lay_by_context(source, links, [*recorded("a"), *uncounted(recorded("a")), *twice])
    assert {*found["a"].outcomes.values()} == {0}


def test_code_of_another_module_is_left_out() -> None:
    source, links = mapped()
    other = compile("if x: pass", "other.py", "exec")
    assert lay(source, links, [Recorded(other, "", Hits({0: 1}))]) == Covered(
        unexplained=(), undetermined=frozenset(), outcomes={}
    )


def test_witnesses() -> None:
    source, links = mapped()
    covered = lay(source, links, recorded(""))
    file = file_result(source, "program.py", covered, Exclusions())
    counts = covered.outcomes
    found = witnesses(file, {"b": counts, "": counts, "a": {}, "c": dict(list(counts.items())[:1])})
    assert isinstance(found, Witnesses)
    assert found.contexts == ("b", "c")
    happened = [one for d in file.decisions for one in d.outcomes.values()
                if one.status is Status.COVERED]  # fmt: skip
    assert len(happened) == 2
    assert {tuple(numbers) for numbers in found.outcomes.values()} == {(0,), (0, 1)}


def test_contexts_that_ran_one_code_object() -> None:
    source, links = mapped()
    first, second, *_ = recorded("a")
    found = lay_by_context(source, links, [first, second._replace(context="b")])
    assert found == {"a": lay(source, links, [first]), "b": lay(source, links, [second])}
