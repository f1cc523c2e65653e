"""What `bytecov report` prints."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from bytecov.model.result import FileResult, Results, Tally
from bytecov.report.layout import Look
from bytecov.report.markdown import code, render_markdown
from bytecov.report.numbers import headline, percent_text, ranges
from bytecov.report.text import render_text, render_total

from .conftest import a_file

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("level", ["line", "branch", "condition", "mcdc"])
def test_text(results: Results, level: str, golden: Callable[[Path, str], None]) -> None:
    golden(GOLDEN / f"{level}.txt", render_text(results, Look(level)))


def test_markdown(results: Results, golden: Callable[[Path, str], None]) -> None:
    golden(GOLDEN / "condition.md", render_markdown(results, Look()))


def test_markdown_of_mcdc(results: Results, golden: Callable[[Path, str], None]) -> None:
    golden(GOLDEN / "mcdc.md", render_markdown(results, Look("mcdc")))


def test_too_many_ways() -> None:
    test = "a"
    for number in range(10):
        test = f"(({test}) and b{number}) or c{number}"
    found = Results((a_file("m.py", f"if {test}: pass\n", {"a": {"true": 1}}, (1,)),))
    text = render_text(found, Look("mcdc"))
    assert "the whole test has 28,657 ways through it, too many for MC/DC" in text
    assert "never shown to decide alone" in text.splitlines()[0]


def test_without_the_missing(results: Results) -> None:
    text = render_text(results, Look(missing=False))
    assert "TOTAL" in text.splitlines()[-1]


def test_total(results: Results) -> None:
    assert render_total(results, Look()) == percent_text(results.condition) + "\n"
    assert render_total(results, Look("line", precision=2)).count(".") == 1


def test_skipping(results: Results) -> None:
    text = render_text(results, Look(skip_covered=True))
    assert "perfect.py" not in text
    assert "1 file without a miss not shown" in text
    empty = a_file("empty.py", "", {}, ())
    text = render_text(Results((*results.files, empty)), Look(skip_empty=True))
    assert "empty.py" not in text
    assert "perfect.py" in text
    assert "1 file without code not shown" in text


@pytest.mark.parametrize(
    ("sort", "first"),
    [
        ("name", "shop/perfect.py"),
        ("-name", "shop/pricing.py"),
        ("condition", "shop/pricing.py"),
        ("-condition", "shop/perfect.py"),
        ("missed", "shop/perfect.py"),
        ("lines", "shop/pricing.py"),
        ("branch", "shop/pricing.py"),
    ],
)
def test_sorting(results: Results, sort: str, first: str) -> None:
    assert render_text(results, Look(sort=sort)).splitlines()[4].startswith(first)


def test_a_file_with_a_problem(results: Results, broken: Callable[[str], FileResult]) -> None:
    text = render_text(Results((broken("it has changed"), *results.files)), Look())
    assert "shop/broken.py: it has changed" in text.splitlines()
    text = render_text(Results((broken("cannot read shop/broken.py: gone"),)), Look())
    assert "cannot read shop/broken.py: gone" in text.splitlines()


def test_doubts_are_said(pricing: FileResult) -> None:
    doubtful = dataclasses.replace(pricing, unexplained=1, contradictions=2)
    text = render_text(Results((doubtful,)), Look())
    assert "1 branch of the bytecode could not be explained: `bytecov debug unexplained`" in text
    assert "2 contradictions between analysis and run" in text


def test_undetermined_is_said(perfect: FileResult) -> None:
    unclear = dataclasses.replace(perfect, condition=Tally(2, 0, 1))
    assert "1 outcome is undetermined, neither covered nor missed" in render_text(
        Results((unclear,)), Look()
    )


@pytest.mark.parametrize(
    ("covered", "missed", "precision", "shown"),
    [
        (999, 1, 0, "99"),
        (9999, 1, 2, "99.99"),
        (99999, 1, 2, "99.99"),
        (1, 999, 0, "1"),
        (0, 5, 1, "0.0"),
        (5, 0, 1, "100.0"),
        (0, 0, 0, "100"),
        (2, 1, 1, "66.7"),
    ],
)
def test_percentages(covered: int, missed: int, precision: int, shown: str) -> None:
    assert percent_text(Tally(covered, missed), precision) == shown


def test_headlines(perfect: FileResult, pricing: FileResult) -> None:
    assert headline(Results((perfect,)), "condition").endswith("100 %: nothing is missing")
    assert headline(Results(()), "condition") == "nothing was measured"
    assert headline(Results((pricing,)), "line").endswith("lines never ran")


def test_ranges() -> None:
    assert ranges((3,)) == "3"
    assert ranges((1, 2, 3, 7, 9, 10)) == "1-3, 7, 9-10"


def test_code_in_markdown() -> None:
    assert code("a | b") == "`a | b`"
    assert code("f(`x`)") == "``f(`x`)``"
    assert code("`x`") == "`` `x` ``"


def test_long_and_multiline_tests() -> None:
    text = "if (\n    alpha_alpha\n    and b\n):\n    pass\n"
    shown = render_text(Results((a_file("m.py", text, {"b": {"true": 1}}, (1,)),)), Look())
    assert "if `alpha_alpha and b`" in shown
    long = " and ".join(f"condition_number_{i}" for i in range(20))
    shown = render_text(
        Results((a_file("m.py", f"x = 1\nif {long}:\n    pass\n",
                        {"condition_number_0": {"true": 1}}, (1, 2)),)), Look()
    )  # fmt: skip
    assert max(map(len, shown.splitlines())) < 120


def test_a_condition_that_only_raised() -> None:
    happened = {"1 / a": {"evaluated": 0}}
    found = Results((a_file("m.py", "if 1 / a and b:\n    pass\n", happened, (1,)),))
    text = render_text(found, Look())
    assert "`1 / a` was never true or false (it was evaluated, and an exception left it" in text
    assert "`b` was never evaluated" in text


def test_terminal(results: Results, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("rich")
    from bytecov.report.terminal import print_terminal

    assert print_terminal(results, Look())
    printed = capsys.readouterr().out
    for text in ("nothing", "TOTAL", "shop/pricing.py", "was never false", "14 times true"):
        assert text in printed or text == "nothing"
