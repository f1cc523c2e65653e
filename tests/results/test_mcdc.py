"""MC/DC against its definitions, on every small decision, and on published examples."""

import itertools
import random
from collections.abc import Iterable
from itertools import islice

import pytest

from bytecov.model.decision import Condition
from bytecov.model.diagram import is_tree, path_count, vectors
from bytecov.model.vector import Variant, Vector
from bytecov.results.mcdc import decided_by, find_pair, marks, needed
from bytecov.source.obligations import obligations
from bytecov.source.parse import parse
from tests.results.expressions import Expression, expressions

Assignment = dict[str, bool]


def conditions_of(text: str) -> tuple[Condition, ...]:
    decisions = obligations(parse(f"if {text}: pass"))
    return next(one for one in decisions if one.kind.value == "if").conditions


def vector(text: str) -> Vector:
    """`TF- T`"""
    letters = {"T": True, "F": False, "-": None}
    values, outcome = text.split()
    return Vector(tuple(letters[each] for each in values), outcome == "T")


def assignments(names: Iterable[str]) -> list[Assignment]:
    names = list(names)
    rows = itertools.product((True, False), repeat=len(names))
    return [dict(zip(names, row, strict=True)) for row in rows]


def agrees(names: list[str], one: Vector, assignment: Assignment) -> bool:
    return all(
        value is None or assignment[name] is value
        for name, value in zip(names, one.values, strict=True)
    )


def differential(expression: Expression, name: str, assignment: Assignment) -> bool:
    """Whether the condition's value is the expression's, everything else being as it is."""
    values = {expression.value(assignment | {name: value}) for value in (True, False)}
    return len(values) == 2


def influence(expression: Expression, one: Assignment, other: Assignment) -> str:
    """The condition that two evaluations with different outcomes differ by (GNATcoverage's
    definition, over operators and not over diagrams)."""
    op, parts = expression
    false_one, true_one = sorted((one, other), key=expression.value)
    match op:
        case "not":
            return influence(parts[0], one, other)
        case "and":
            part = next(part for part in parts if not part.value(false_one))
            return influence(part, one, other)
        case "or":
            part = next(part for part in parts if part.value(true_one))
            return influence(part, one, other)
        case "if":
            test, body, orelse = parts
            if test.value(one) is not test.value(other):
                return influence(test, one, other)
            return influence(body if test.value(one) else orelse, one, other)
    return op


def has_ternary(expression: Expression) -> bool:
    return expression.op == "if" or any(map(has_ternary, expression.parts))


def same_operator(expression: Expression, negated: bool = False) -> bool:
    """No left operand holds another operator than its own, `not` pushed to the leaves."""
    op, parts = expression
    if op == "not":
        return same_operator(parts[0], not negated)
    if not parts:
        return True
    own = {"and": "or", "or": "and"}[op] if negated else op
    return all(same_operator(part, negated) for part in parts) and operators(parts[0], negated) <= {
        own
    }


def operators(expression: Expression, negated: bool) -> set[str]:
    op, parts = expression
    if op == "not":
        return operators(parts[0], not negated)
    own = {({"and": "or", "or": "and"}[op] if negated else op)} if parts else set()
    return own.union(*(operators(part, negated) for part in parts))


def check(expression: Expression, random_sets: int = 3) -> None:
    """Everything the theory says of one decision."""
    conditions = expression.conditions()
    names = [each.text for each in conditions]
    everything = list(vectors(conditions))
    rows = assignments(names)
    matching = {one: [row for row in rows if agrees(names, one, row)] for one in everything}

    # The vectors are Python's evaluations: each assignment has one, with its outcome.
    assert len(everything) == path_count(conditions)
    assert sum(map(len, matching.values())) == len(rows)
    for one, found in matching.items():
        assert all(expression.value(row) is one.outcome for row in found)

    # What is marked can change the outcome alone, and nothing else can.
    for one, found in matching.items():
        changing = {
            i
            for i, value in enumerate(one.values)
            if value is not None and any(differential(expression, names[i], row) for row in found)
        }
        assert marks(conditions, one) == changing

    for one, other in itertools.combinations(everything, 2):
        if one.outcome is other.outcome:
            assert decided_by(one, other) is None
            continue
        decided = decided_by(one, other)
        assert decided is not None
        # By operators.
        assert names[decided] == influence(expression, matching[one][0], matching[other][0])
        # Masking: whatever else differs, the condition alone could have changed each outcome.
        assert {decided} <= marks(conditions, one) & marks(conditions, other)
        # Unique cause: nothing else needs to differ.
        alone = {
            name
            for name in names
            for row in matching[one]
            if agrees(names, other, row | {name: not row[name]})
        }
        unique = decided_by(one, other, Variant.UNIQUE_CAUSE)
        assert alone == (set() if unique is None else {names[unique]})

    # Any set of vectors.
    generator = random.Random(str(expression))
    tree = is_tree(conditions)
    if not has_ternary(expression):
        assert tree == same_operator(expression)
    for _ in range(random_sets):
        seen = generator.sample(everything, generator.randint(1, len(everything)))
        check_set(expression, conditions, seen, tree)
    if tree:
        assert all(find_pair(i, everything, way) for i in range(len(names)) for way in Variant)


def check_set(
    expression: Expression, conditions: tuple[Condition, ...], seen: list[Vector], tree: bool
) -> None:
    marked = {(i, one.values[i]) for one in seen for i in marks(conditions, one)}
    for i in range(len(conditions)):
        by_definition = any(
            decided_by(one, other) == i for one, other in itertools.combinations(seen, 2)
        )
        pair = find_pair(i, seen)
        assert bool(pair) == by_definition
        if pair:
            assert pair[0].values[i] is True
            assert pair[1].values[i] is False
        unique = find_pair(i, seen, Variant.UNIQUE_CAUSE)
        assert bool(unique) == any(
            decided_by(one, other, Variant.UNIQUE_CAUSE) == i
            for one, other in itertools.combinations(seen, 2)
        )
        if tree:
            assert bool(unique) == bool(pair)
        if not has_ternary(expression):
            assert bool(pair) == ({(i, True), (i, False)} <= marked)
        if pair is None:
            need = needed(conditions, i, seen)
            assert need is not None
            assert find_pair(i, [*seen, *need.vectors], Variant.MASKING)
            assert (need.beside is None) == (len(need.vectors) == 2)
            can_be_one = any(
                decided_by(new, one) == i for new in vectors(conditions) for one in seen
            )
            assert can_be_one == (len(need.vectors) == 1)


def test_every_decision_up_to_four_conditions() -> None:
    for expression in islice(expressions(4), 0, None, 2):
        check(expression)


def test_a_sample_of_decisions_with_five_conditions() -> None:
    for expression in islice(expressions(5), 120, None, 37):
        check(expression, 2)


@pytest.mark.corpus
def test_every_decision_up_to_five_conditions() -> None:
    for expression in expressions(5, ways=12):
        check(expression, 10)


def test_edges_are_enough_exactly_where_the_diagram_is_a_tree() -> None:
    for expression in expressions(4):
        if not has_ternary(expression):
            conditions = expression.conditions()
            assert is_tree(conditions) == all(
                all(find_pair(i, seen) for i in range(len(conditions)))
                for seen in sets_that_take_every_edge(conditions)
            )


def sets_that_take_every_edge(conditions: tuple[Condition, ...]) -> Iterable[list[Vector]]:
    everything = list(vectors(conditions))
    edges = {(i, value) for i in range(len(conditions)) for value in (True, False)}
    for size in range(1, len(everything) + 1):
        for seen in itertools.combinations(everything, size):
            if {(i, one.values[i]) for one in seen for i in range(len(conditions))} >= edges:
                yield list(seen)


@pytest.mark.parametrize(
    ("text", "rows", "missing_true", "missing_false"),
    [
        ("a or b", ["00"], "ab", ""),
        ("a or b", ["10"], "b", "ab"),
        ("(a and b) or c", ["101"], "ab", "abc"),
        ("(a and (b or c)) and d", ["1100", "1000"], "abcd", "a"),
        ("a or (b and c) or d", ["0110"], "ad", "abcd"),
        ("(a or b) and (c or d)", ["1000"], "abcd", "ab"),
    ],
)
def test_examples_of_gcc(text: str, rows: list[str], missing_true: str, missing_false: str) -> None:
    """gcc/testsuite/gcc.misc-tests/gcov-19.c: which outcome of which condition is not shown to
    count (masking)."""
    conditions = conditions_of(text)
    names = [each.text for each in conditions]
    marked = set()
    for row in rows:
        assignment = {name: digit == "1" for name, digit in zip("abcd", row, strict=False)}
        (one,) = (each for each in vectors(conditions) if agrees(names, each, assignment))
        marked |= {(names[i], one.values[i]) for i in marks(conditions, one)}
    assert [name for name in names if (name, True) not in marked] == list(missing_true)
    assert [name for name in names if (name, False) not in marked] == list(missing_false)


@pytest.mark.parametrize(
    ("text", "rows", "pairs"),
    [
        ("a and b", ["F- F", "TT T"], {"a": (1, 2)}),
        ("a or b", ["FF F", "T- T"], {"a": (1, 2)}),
        (
            "(a and b) or c",
            ["F-F F", "TFF F", "F-T T", "TT- T"],
            {"a": (1, 4), "b": (2, 4), "c": (1, 3)},
        ),
        ("(a and b) or c", ["F-F F", "TFT T", "TT- T"], {"a": (1, 3)}),
    ],
)
def test_examples_of_llvm(text: str, rows: list[str], pairs: dict[str, tuple[int, int]]) -> None:
    """What `llvm-cov show --show-mcdc` says of executed vectors; its pairs are unique cause."""
    seen = [vector(row) for row in rows]
    found = {}
    for i, condition in enumerate(conditions_of(text)):
        if pair := find_pair(i, seen, Variant.UNIQUE_CAUSE):
            found[condition.text] = tuple(sorted(seen.index(one) + 1 for one in pair))
    assert found == pairs


def test_masking_finds_what_unique_cause_does_not() -> None:
    """The last LLVM example: a differs too, but is masked in both."""
    seen = [vector("F-F F"), vector("TFT T"), vector("TT- T")]
    assert find_pair(2, seen) == (vector("TFT T"), vector("F-F F"))
    assert find_pair(2, seen, Variant.UNIQUE_CAUSE) is None


def test_the_gap_below_edge_coverage_has_no_end() -> None:
    """GNATcoverage: three evaluations take every edge of `((a and b or c) and d or e) and …`."""
    text = "a"
    for number in range(6):
        text = f"(({text}) and b{number}) or c{number}"
    conditions = conditions_of(text)
    seen = [
        vector("T" + "T-" * 6 + " T"),
        vector("T" + "FT" * 6 + " T"),
        vector("F" + "-F" * 6 + " F"),
    ]
    assert set(seen) <= set(vectors(conditions))
    for i in range(len(conditions)):
        assert {one.values[i] for one in seen} >= {True, False}
    shown = [conditions[i].text for i in range(len(conditions)) if find_pair(i, seen)]
    assert shown == ["a", "c5"]


def test_the_need_is_close_to_what_was_seen() -> None:
    conditions = conditions_of("(a or b) and c")
    seen = [vector("T-T T")]
    need = needed(conditions, 1, seen)
    assert need is not None
    assert (need.beside, need.vectors) == (None, (vector("FTT T"), vector("FF- F")))
    need = needed(conditions, 2, seen)
    assert need == ((vector("T-F F"),), vector("T-T T"))
    need = needed(conditions, 0, seen)
    assert need == ((vector("FF- F"),), vector("T-T T"))


def test_one_new_vector_may_serve_several_conditions() -> None:
    conditions = conditions_of("a and b and c")
    seen = [vector("TTT T")]
    assert needed(conditions, 1, seen, wanted=(0, 1, 2)) == ((vector("TF- F"),), vector("TTT T"))


def test_what_cannot_decide_needs_nothing() -> None:
    conditions = conditions_of("a or b")
    assert needed(conditions, 1, [], closed={(0, False)}) is None
    assert needed(conditions, 0, [], closed={(0, True)}) is None
    assert needed(conditions, 0, [], closed={(0, False)}) is None
    assert needed(conditions_of("a and 0"), 0, []) is None
    assert needed(conditions_of("(a or 1) and b"), 0, []) is None
    assert needed(conditions_of("(a or 1) and b"), 1, []) is not None
