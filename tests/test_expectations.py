"""Expectations on source lines: how they are read, and what counts as different."""

from pathlib import Path

import pytest

from bytecov.model.decision import Condition, Decision, DecisionKind
from bytecov.model.result import (
    ConditionResult,
    DecisionResult,
    FileResult,
    LinesResult,
    OutcomeResult,
    Status,
)
from bytecov.model.span import Span
from tests.expectations import Expectation, differences, read_expectations

SAMPLES = Path(__file__).parent.parent / "sample_projects"

STATUSES = {"-": Status.MISSED, "?": Status.UNDETERMINED, "~": Status.EXCLUDED}
TRUTH = ("true", "false")


def outcomes(names: tuple[str, ...], letters: str) -> dict[str, OutcomeResult]:
    """One status for each name: covered for a capital."""
    return {
        name: OutcomeResult(STATUSES.get(letter, Status.COVERED))
        for name, letter in zip(names, letters, strict=True)
    }


def span(line: int, source: str, text: str) -> Span:
    """Where `text` first stands in a line."""
    col = source.split("\n")[line - 1].index(text)
    return Span(line, col, line, col + len(text))


def decided(
    kind: DecisionKind, at: Span, text: str, letters: str, *conditions: tuple[Condition, str]
) -> DecisionResult:
    """What came of a decision made of conditions."""
    return DecisionResult(
        Decision(kind, at, text, "f", TRUTH, tuple(condition for condition, _ in conditions)),
        outcomes(TRUTH, letters),
        tuple(
            ConditionResult(condition, outcomes(TRUTH, inner)) for condition, inner in conditions
        ),
    )


def plain(
    kind: DecisionKind, at: Span, text: str, names: tuple[str, ...], letters: str
) -> DecisionResult:
    """What came of a decision without conditions."""
    return DecisionResult(Decision(kind, at, text, "f", names), outcomes(names, letters))


def result(source: str, *decisions: DecisionResult) -> FileResult:
    return FileResult("f.py", source, LinesResult(), decisions)


AND = "if first and second: pass\n"


def and_result(first: str = "TF", second: str = "T-", whole: str = "TF") -> FileResult:
    """Of AND."""
    return result(
        AND,
        decided(
            DecisionKind.IF,
            span(1, AND, "first and second"),
            "first and second",
            whole,
            (Condition(span(1, AND, "first"), "first", 1, False), first),
            (Condition(span(1, AND, "second"), "second", True, False), second),
        ),
    )


class TestRead:
    def test_behind_code(self) -> None:
        assert read_expectations("x = 1\nif a and b:  #! a: TF  b: T-\n    pass\n") == [
            Expectation(2, 2, "a", "TF"),
            Expectation(2, 2, "b", "T-"),
        ]

    def test_above_a_statement_of_several_lines(self) -> None:
        source = "#! a: TF  b: --\nif (\n    a\n    or b\n):\n    c\n"
        assert read_expectations(source) == [
            Expectation(2, 5, "a", "TF"),
            Expectation(2, 5, "b", "--"),
        ]

    def test_inside_a_statement_it_speaks_of_the_rest(self) -> None:
        source = "x = [\n    y\n    for y in z\n    #! y > 0: TF\n    if y > 0\n]\n"
        assert read_expectations(source) == [Expectation(5, 6, "y > 0", "TF")]

    def test_comments_of_both_places_for_one_line(self) -> None:
        source = "#! a: TF\n# why\nif a and b:  #! b: T-\n    pass\n"
        assert read_expectations(source) == [
            Expectation(2, 3, "a", "TF"),
            Expectation(3, 3, "b", "T-"),
        ]

    def test_a_subject_may_hold_colons(self) -> None:
        source = "x = a[1: 2] or b  #! a[1: 2]: -F\n"
        assert read_expectations(source) == [Expectation(1, 1, "a[1: 2]", "-F")]

    def test_more_than_two_spaces_between(self) -> None:
        assert len(read_expectations("a or b   #! a: TF     b: ??  \n")) == 2

    @pytest.mark.parametrize(
        "source", ["#!/usr/bin/python3\n", "s = '#! a: TF'\n", "# a: TF\n", '"""\n#! a: TF\n"""\n']
    )
    def test_what_is_none(self, source: str) -> None:
        assert read_expectations(source) == []

    @pytest.mark.parametrize(
        "source",
        ["if a:  #! a\n    b\n", "if a:  #! a: TG\n    b\n", "if a:  #! TF\n    b\n", "#! a: T-\n"],
    )
    def test_what_follows_no_rule(self, source: str) -> None:
        with pytest.raises(ValueError, match="line 1"):
            read_expectations(source)


class TestDifferences:
    def test_none(self) -> None:
        expectations = [Expectation(1, 1, "first", "TF"), Expectation(1, 1, "second", "T-")]
        assert differences(and_result(), expectations) == []

    def test_other_letters(self) -> None:
        expectations = [Expectation(1, 1, "first", "TF"), Expectation(1, 1, "second", "TF")]
        assert differences(and_result(), expectations) == ["1: `second` should be TF and is T-"]

    def test_missed_undetermined_and_excluded_differ(self) -> None:
        expectations = [Expectation(1, 1, "first", "??"), Expectation(1, 1, "second", "--")]
        assert differences(and_result("--", "~~"), expectations) == [
            "1: `first` should be ?? and is --",
            "1: `second` should be -- and is ~~",
        ]

    def test_an_abbreviation_of_one_condition(self) -> None:
        expectations = [Expectation(1, 1, "fir", "TF"), Expectation(1, 1, "sec", "T-")]
        assert differences(and_result(), expectations) == []

    def test_an_abbreviation_of_two_conditions(self) -> None:
        expectations = [Expectation(1, 1, "s", "TF")]
        assert differences(and_result(), expectations)[0] == (
            "1: `s` can be any of `first`, `second`"
        )

    def test_the_whole_text_wins_over_an_abbreviation(self) -> None:
        source = "x = ab or a\n"
        found = result(
            source,
            decided(
                DecisionKind.BOOLOP,
                span(1, source, "ab or a"),
                "ab or a",
                "??",
                (Condition(span(1, source, "ab"), "ab", True, 1), "TF"),
                (Condition(Span(1, 10, 1, 11), "a", True, False, tested=False), "??"),
            ),
        )
        expectations = [Expectation(1, 1, "a", "??"), Expectation(1, 1, "ab", "TF")]
        assert differences(found, expectations) == []

    def test_one_text_twice_goes_in_order(self) -> None:
        source = "x = [a or a]\n"
        found = result(
            source,
            decided(
                DecisionKind.BOOLOP,
                span(1, source, "a or a"),
                "a or a",
                "??",
                (Condition(Span(1, 5, 1, 6), "a", True, 1), "-F"),
                (Condition(Span(1, 10, 1, 11), "a", True, False, tested=False), "??"),
            ),
        )
        expectations = [Expectation(1, 1, "a", "-F"), Expectation(1, 1, "a", "??")]
        assert differences(found, expectations) == []
        assert differences(found, expectations[::-1]) == [
            "1: `a` should be ?? and is -F",
            "1: `a` should be -F and is ??",
        ]

    def test_too_many_and_too_few(self) -> None:
        expectations = [Expectation(1, 1, "first", "TF"), Expectation(2, 2, "second", "T-")]
        assert differences(and_result(), expectations) == [
            "2: `second` should be T- and is not there",
            "1: `second` is T- and has no expectation",
        ]

    def test_decisions_without_conditions(self) -> None:
        source = "for x in y:\n    try: x\n    except E: pass\n"
        found = result(
            source,
            plain(
                DecisionKind.FOR, Span(1, 0, 1, 10), "for x in y", ("entered", "exhausted"), "E-"
            ),
            plain(DecisionKind.EXCEPT, Span(3, 4, 3, 12), "except E", ("matched",), "M"),
        )
        expectations = [Expectation(1, 1, "for", "E-"), Expectation(3, 3, "except", "M")]
        assert differences(found, expectations) == []
        assert differences(found, expectations[:1]) == ["3: `except` is M and has no expectation"]

    def test_alternatives_are_called_by_their_text(self) -> None:
        source = "    case [1 | 2] if x:\n"
        found = result(
            source,
            plain(
                DecisionKind.MATCH_CASE,
                span(1, source, "[1 | 2]"),
                "[1 | 2]",
                ("matched", "not matched"),
                "MN",
            ),
            plain(DecisionKind.MATCH_CASE, span(1, source, "1"), "1", ("matched",), "-"),
            plain(DecisionKind.MATCH_CASE, span(1, source, "2"), "2", ("matched",), "M"),
            decided(
                DecisionKind.GUARD,
                span(1, source, "x"),
                "x",
                "T-",
                (Condition(span(1, source, "x"), "x", True, False), "T-"),
            ),
        )
        expectations = [
            Expectation(1, 1, "case", "MN"),
            Expectation(1, 1, "1", "-"),
            Expectation(1, 1, "2", "M"),
            Expectation(1, 1, "x", "T-"),
        ]
        assert differences(found, expectations) == []

    def test_asserts_are_compared_where_there_are_any(self) -> None:
        source = "assert a\n"
        expectations = [Expectation(1, 1, "assert", "TF")]
        condition = Condition(span(1, source, "a"), "a", True, False)
        found = result(
            source,
            decided(DecisionKind.ASSERT, span(1, source, "a"), "a", "T-", (condition, "T-")),
        )
        assert differences(found, expectations) == ["1: `assert` should be TF and is T-"]
        assert differences(found, []) == []
        assert differences(result(source), expectations) == []

    def test_other_opt_in_kinds_are_left_alone(self) -> None:
        source = "with first: pass\n"
        names = ("suppressed", "propagated")
        at = span(1, source, "first")
        assert (
            differences(result(source, plain(DecisionKind.WITH, at, "first", names, "--")), [])
            == []
        )

    @pytest.mark.parametrize(
        ("whole", "sentence"),
        [
            ("-F", "1: `first and second` is missed as true, its conditions say covered"),
            ("T-", "1: `first and second` is missed as false, its conditions say covered"),
        ],
    )
    def test_a_decision_follows_from_its_conditions(self, whole: str, sentence: str) -> None:
        expectations = [Expectation(1, 1, "first", "TF"), Expectation(1, 1, "second", "T-")]
        assert differences(and_result(whole=whole), expectations) == [sentence]

    def test_a_file_with_a_problem(self) -> None:
        found = FileResult("f.py", "", LinesResult(), (), problem="f.py has changed.")
        assert differences(found, [Expectation(1, 1, "a", "TF")]) == ["f.py has changed."]


@pytest.mark.parametrize(
    "path",
    sorted(SAMPLES.glob("*/*/**/*.py")),
    ids=lambda path: str(path.relative_to(SAMPLES)),
)
def test_the_samples_expectations_can_be_read(path: Path) -> None:
    read_expectations(path.read_text(encoding="utf-8"))
