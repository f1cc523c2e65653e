"""Vectors from what the edges tell, and what becomes of each condition."""

import re
import textwrap
from pathlib import Path

import pytest

from bytecov.model.decision import Decision
from bytecov.model.result import DecisionResult, FileResult, Status
from bytecov.model.vector import Variant, unkept_key, vector_key
from bytecov.record.paths.recording import Paths
from bytecov.results.laying import Covered, lay
from bytecov.results.tally import file_result
from bytecov.results.vectors import observed, with_witnesses
from bytecov.source.exclusion import exclusions
from bytecov.source.link import link
from bytecov.source.obligations import obligations
from bytecov.source.parse import parse, read_source
from bytecov.source.statements import Statements
from tests.source.oracle import observe


def result(text: str, variant: Variant = Variant.MASKING) -> FileResult:
    text = textwrap.dedent(text)
    source = parse(text, "program.py")
    code = compile(text, "program.py", "exec", dont_inherit=True)
    covered = lay(source, link(source, code), observe(code))
    return file_result(source, "program.py", covered, exclusions(Statements(source)), (), variant)


def calls(expression: str, *rows: str, as_value: bool = False) -> DecisionResult:
    """The decision after a function with it was called with each row of digits."""
    names = sorted(set(re.findall(r"\b[a-d]\b", expression)))
    body = f"return {expression}" if as_value else f"if {expression}: pass"
    text = f"def f({', '.join(names)}):\n  {body}\n"
    text += "".join(f"f({', '.join(row)})\n" for row in rows)
    return result(text).decisions[0]


def shown(found: DecisionResult) -> dict[str, int | None]:
    return {str(one): count for one, count in found.vectors}


def statuses(found: DecisionResult) -> str:
    """The first letter of each condition's status."""
    return "".join(part.mcdc.value[0] for part in found.conditions)


def test_a_tree_needs_no_paths() -> None:
    found = calls("a and (b or c)", "000", "011", "110", "101", "101", "100")
    assert shown(found) == {"T T - -> T": 1, "T F T -> T": 2, "T F F -> F": 1, "F - - -> F": 2}
    assert statuses(found) == "ccc"


def test_what_is_missing_is_named() -> None:
    found = calls("a and b", "11", "00")
    assert statuses(found) == "cm"
    need = found.conditions[1].need
    assert need is not None
    assert [str(one) for one in need.vectors] == ["T F -> F"]
    assert str(need.beside) == "T T -> T"


def test_a_decision_with_one_condition_is_its_own() -> None:
    assert statuses(calls("a", "1")) == "m"
    assert statuses(calls("not a", "1", "0")) == "c"
    assert shown(calls("not a", "1", "0")) == {"T -> F": 1, "F -> T": 1}


def test_exceptions_make_no_vector() -> None:
    text = """
        def f(a, b):
            try:
                if a and 1 / b: pass
            except ZeroDivisionError: pass
        f(1, 0); f(0, 1)
    """
    decision = result(text).decisions[0]
    assert shown(decision) == {"F - -> F": 1}
    assert statuses(decision) == "mm"


def test_copies_of_a_test_are_one_decision() -> None:
    text = """
        def f(a, b):
            try:
                return a
            finally:
                if a and b: pass
        f(0, 0); f(1, 1); f(1, 0)
        def g(a, b):
            while a and b: a -= 1
        g(0, 1); g(2, 1); g(1, 0)
    """
    first, second = result(text).decisions
    assert shown(first) == {"T T -> T": 1, "T F -> F": 1, "F - -> F": 1}
    assert shown(second) == {"T T -> T": 2, "T F -> F": 1, "F - -> F": 2}


def test_the_last_operand_of_a_value_is_unknown() -> None:
    assert statuses(calls("a or b", "10", "00", as_value=True)) == "uu"
    found = calls("a or b", "00", as_value=True)
    assert (shown(found), statuses(found)) == ({}, "mu")
    need = found.conditions[0].need
    assert need is not None
    assert [str(one) for one in need.vectors] == ["T - -> T"]
    assert need.beside is None


def test_a_value_may_be_known_in_spite_of_that() -> None:
    found = calls("a and (b or c)", "010", "110", as_value=True)
    assert shown(found) == {"T T - -> T": 1, "F - - -> F": 1}
    assert statuses(found) == "cmm"


def test_a_diamond_is_told_by_edges_where_one_way_explains_them() -> None:
    assert shown(calls("(a or b) and c", "101", "100", "000")) == {
        "T - T -> T": 1,
        "T - F -> F": 1,
        "F F - -> F": 1,
    }


def test_otherwise_it_is_undetermined_without_paths() -> None:
    found = calls("(a or b) and c", "101", "010", "000")
    assert shown(found) == {"F F - -> F": 1}
    assert statuses(found) == "uuu"
    assert statuses(calls("(a or b) and c", "100", "010", "000")) == "mmm"


def test_recorded_paths_decide() -> None:
    text = "if (a or b) and c: pass"
    source = parse(text)
    (decision,) = obligations(source)
    outcomes = counts(decision, "T- FT FF", "T F")
    recorded = {
        vector_key(decision, (True, None, True)): 1,
        vector_key(decision, (False, True, False)): 1,
    }
    found = observed(decision, outcomes | recorded)
    assert {str(one): count for one, count in found.counts.items()} == {
        "T - T -> T": 1, "F T F -> F": 1, "F F - -> F": 1,
    }  # fmt: skip
    assert not found.possible
    more = {vector_key(decision, (True, None, True)): 1}
    assert {str(one) for one in observed(decision, outcomes | more).possible} == {
        "T - F -> F", "F T F -> F",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("taken", "kept", "unclear", "possible"),
    [
        (2, (1, 1), False, set()),
        (3, (1, 1), False, set()),  # both ways that there are
        (3, (1,), False, {"F T T -> T"}),  # two more than recorded: some process kept none
        (0, (1,), False, set()),  # nobody counted
        (3, (0,), False, set()),
        (1, (1,), True, {"F T T -> T"}),
        (1, (), False, {"T - T -> T", "F T T -> T"}),
    ],
)
def test_vectors_that_were_not_kept(
    taken: int, kept: tuple[int, ...], unclear: bool, possible: set[str]
) -> None:
    """Where fewer vectors were recorded than evaluations ended so, others are possible."""
    (decision,) = obligations(parse("if (a or b) and c: pass"))
    outcomes = counts(decision, "T- FT FF", "T")
    outcomes[decision.conditions[2].key("true")] = taken
    ways = (True, None, True), (False, True, True)
    for way, count in zip(ways, kept, strict=False):
        outcomes[vector_key(decision, way)] = count
    found = observed(decision, outcomes, {unkept_key(decision)} if unclear else ())
    assert {str(one) for one in found.possible} == possible


def counts(decision: Decision, ab: str, c: str) -> dict:
    a, b, last = decision.conditions
    found: dict = {}
    for pair in ab.split():
        for condition, letter in zip((a, b), pair, strict=True):
            if letter != "-":
                key = condition.key("true" if letter == "T" else "false")
                found[key] = found.get(key, 0) + 1
    for letter in c.split():
        found[last.key("true" if letter == "T" else "false")] = 1
    return found


def test_a_ternary_in_a_test() -> None:
    found = calls("(b if a else c)", "111", "100", "001", "000")
    assert statuses(found) == "ccc"
    assert statuses(calls("(b if a else c)", "110", "001")) == "mmm"


def test_exclusion() -> None:
    text = """
        def f(a, b):
            if a and b:
                return 1  # pragma: no cover
            if a or 1:
                return 2
            if a and b:  # pragma: no branch
                return 3
        f(0, 0); f(1, 0)
    """
    shown = result(text)
    assert [statuses(one) for one in shown.decisions] == ["ee", "e", "ee"]
    assert (shown.mcdc.covered, shown.mcdc.total) == (0, 0)


def test_unique_cause() -> None:
    """`c` is shown by two evaluations in which `a` differs too, but is masked."""
    text = "def f(a, b, c):\n  if (a and b) or c: pass\nf(1, 0, 1); f(0, 0, 0)"
    source = parse(text)
    (decision,) = obligations(source)
    a, b, c = decision.conditions
    happened = [a.key("true"), a.key("false"), b.key("false"), c.key("true"), c.key("false")]
    vectors = [
        vector_key(decision, (True, False, True)),
        vector_key(decision, (False, None, False)),
    ]
    covered = Covered(dict.fromkeys(happened + vectors, 1))
    for variant, expected in ((Variant.MASKING, "mmc"), (Variant.UNIQUE_CAUSE, "mmm")):
        found = file_result(source, "", covered, exclusions(Statements(source)), (), variant)
        assert statuses(found.decisions[0]) == expected


def test_too_many_ways_are_said() -> None:
    expression = "a"
    for _ in range(10):
        expression = f"(({expression}) and b) or c"
    found = calls(expression, "111")
    assert found.unanalysed > 1024
    assert {part.mcdc for part in found.conditions} == {Status.MISSED}


def test_nothing_ran() -> None:
    source = parse("if a and b: c = 1")
    found = file_result(source, "x.py", Covered(), exclusions(Statements(source)))
    assert statuses(found.decisions[0]) == "mm"
    assert (found.mcdc.missed, found.mcdc.total) == (2, 2)


@pytest.mark.parametrize("expression", ["a and b or c", "not (a or b and c)", "b if a else c"])
def test_counts_add_up(expression: str) -> None:
    rows = [f"{number:03b}" for number in range(8)]
    found = calls(expression, *rows)
    known = sum(count or 0 for _, count in found.vectors)
    assert known == 8 or "u" in statuses(found)


@pytest.mark.parametrize("counted", [True, False])
def test_kept_paths_decide_with_counts_and_without(counted: bool, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(
        "def f(a, b, c):\n  if (a or b) and c: pass\nf(1, 0, 1); f(0, 1, 0); f(0, 0, 0)"
    )
    source = read_source(path)
    code = compile(source.text, str(path), "exec", dont_inherit=True)
    paths = Paths()
    recorded = paths.restored(observe(paths.prepare(str(path), code)))
    if not counted:
        for each in recorded:
            for counts in (each.hits.offsets, each.hits.edges, each.hits.vectors):
                counts.update(dict.fromkeys(counts, 0))
    covered = lay(source, link(source, code), recorded)
    found = file_result(source, "", covered, exclusions(Statements(source))).decisions[0]
    assert list(shown(found)) == ["T - T -> T", "F T F -> F", "F F - -> F"]
    assert statuses(found) == "cmc"
    elsewhere = lay(source, link(source, code), observe(code))
    assert [key.outcome for key in elsewhere.undetermined] == ["?"]


def test_a_witness_only_where_no_other_vector_ends_so() -> None:
    found = calls("(a or b) and c", "101", "000")
    names = {"true": "opened", "false": "closed"}
    parts = [part.condition for part in found.conditions]
    contexts = {part.key(name): names[name] for part in parts for name in names}
    shown = with_witnesses(found, contexts).witnesses
    assert {str(one): name for one, name in shown.items()} == {"F F - -> F": "closed"}
    recorded = {vector_key(found.decision, (True, None, True)): "kept"}
    shown = with_witnesses(found, contexts | recorded).witnesses
    assert {str(one): name for one, name in shown.items()} == {
        "T - T -> T": "kept",
        "F F - -> F": "closed",
    }
