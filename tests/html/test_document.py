"""What the pages are told: marks, sentences, gaps, statuses, and the files that carry them."""

import json
import zlib
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pygments.lexers.python import PythonLexer

from bytecov.model.decision import Condition, Decision, DecisionKind
from bytecov.model.errors import UsageError
from bytecov.model.result import ConditionResult, DecisionResult, FileResult, LinesResult, Need
from bytecov.model.span import Span
from bytecov.model.vector import Vector
from bytecov.model.witness import Witnesses
from bytecov.report.html import highlight as colours
from bytecov.report.html import render, write_html
from bytecov.report.html.document import FileDocument, document_name
from bytecov.report.html.gaps import Near
from bytecov.report.html.keywords import keyword_span
from bytecov.report.html.marks import Mark, marks
from bytecov.report.html.pack import column, deltas, pack, run_lengths, zigzag
from bytecov.report.html.site import Site
from bytecov.report.html.statuses import split
from tests.html import made
from tests.html.unpacked import unpack

KIND = DecisionKind


def page_of(file: FileResult) -> Any:
    """What the page of a file is told."""
    return unpack(render(file).data[""])


def told(gaps: list[list[Any]]) -> list[str]:
    return [" ".join(filter(None, (gap[3], gap[4], gap[5]))) for gap in gaps]


def gaps_of(file: FileResult, witnesses: Witnesses | None = None) -> dict[str, list[list[Any]]]:
    """The gaps of each level as `unfold.js` gives them to the page."""
    page = unpack(render(file, witnesses=witnesses).data[""])
    everything = []
    for gap in page["gaps"]["all"]:
        if len(gap) != 9:
            number, subject, *rest = gap
            [line, *_], _, _, label, anchor, decision, *_ = page["marks"][number]
            subject = label[:subject] if isinstance(subject, int) else subject
            gap = [line, anchor, page["decisions"][decision]["function"], subject, *rest]
        everything.append(gap)
    found = {}
    for level in ("line", "branch", "condition", "mcdc"):
        places = accumulate((n >> 1) ^ -(n & 1) for n in numbers(page["gaps"][level]))
        found[level] = [everything[place] for place in places]
    return found


def numbers(packed: str) -> list[int]:
    """The numbers of a column, all of them small."""
    return [ord(one) - 35 - (ord(one) > 92) for one in packed]


def mark_of(file: FileResult, label: str) -> Mark:
    return next(one for one in FileDocument(file).marks if one.label.startswith(f"{label}: "))


def test_each_missing_outcome_has_its_sentence() -> None:
    assert told(gaps_of(made.prices())["condition"]) == [
        "line.count > 0 was never false 12 times true",
        "self.voucher.valid(today) was never false 2 times true",
        "0 < total was never false 11 times true",
        "self.express was never true 9 times false",
        "self.heavy was never true 5 times false",
        "loop never ran to exhaustion 11 times entered",
        "order.weight <= 30_000 was never false 7 times true",
        '"pallet" | "half-pallet" never failed to match once matched',
        "except TimeoutError never matched",
        "the whole test was never false 8 times true",
        "label.printed was never false 8 times true",
        "any(stop.open and not stop.full for sto…ear or carrier.fast) was never false 8 times true",
        "carrier.fast was never true 2 times false",
        "order.paid was never false 8 times true",
        "order.customer.credit > 0 was never evaluated",
        "carrier.waiting was never evaluated",
    ]


def test_a_sentence_says_how_often_and_by_how_many_tests_it_was_reached() -> None:
    source = "if a and b:\n    for c in d: pass\n"
    of_if = made.decide(source, KIND.IF, "a and b", {"a": "T4-", "b": "-F41"}, "-F41")
    loop = made.decide(source, KIND.FOR, "for c in d:", None, "T9-")
    file = made.file_of("m.py", source, of_if, loop)
    a, b = (one.condition for one in of_if.conditions)
    known = {b.key("false"): [0, 1, 2], a.key("true"): [1], loop.decision.key("entered"): [0, 2]}
    witnesses = Witnesses(("t1|run", "t1|setup", "t2|run"), known)
    assert told(gaps_of(file, witnesses)["condition"]) == [
        "the whole test was never true 41 times false",  # no test is known
        "a was never false reached 4 times by 1 test",
        "b was never true reached 41 times by 2 tests",
        "loop never ran to exhaustion 9 times entered by 2 tests",
    ]


def test_where_nothing_counts_a_sentence_says_the_tests_alone() -> None:
    source = "if a: pass\n"
    result = made.decide(source, KIND.IF, "a", {"a": "-F"}, "-F")
    (part,) = result.conditions
    missed = replace(part.outcomes["true"], near="closest 99.5")
    part = replace(part, outcomes={**part.outcomes, "true": missed})
    file = made.file_of("m.py", source, replace(result, conditions=(part,)))
    witnesses = Witnesses(("t",), {part.condition.key("false"): [0]})
    gaps = gaps_of(file, witnesses)
    assert told(gaps["condition"]) == ["a was never true reached by 1 test; closest 99.5"]
    assert told(gaps["branch"]) == ["a was never true observed false"]


def test_each_level_has_its_own_gaps() -> None:
    gaps = gaps_of(made.prices())
    assert told(gaps["line"]) == [
        "raise ValueError(order.kind) never ran",
        "label = carrier.retry(order) never ran",
        "carrier.tick() never ran",
    ]
    branches = told(gaps["branch"])
    assert "loop never ran to exhaustion 11 times entered" in branches
    assert not any(said.startswith("self.express") for said in branches)
    assert len(gaps["mcdc"]) == len(gaps["condition"])


def test_lines_missed_one_after_the_other_are_one_gap() -> None:
    source = "def f():\n    a()\n\n    b()\n    c()\nd()\n"
    gaps = gaps_of(made.file_of("m.py", source, missed=(2, 4, 5)))["line"]
    assert told(gaps) == ["a() never ran 3 lines, to 5"]


def test_ticks_say_their_status_in_shape_and_in_words() -> None:
    prices = made.prices()
    assert mark_of(prices, "line.count > 0").label == "line.count > 0: true: 12×, false: never"
    assert [tick.status.value for tick in mark_of(prices, "0").ticks] == ["undetermined"] * 2
    assert [tick.status.value for tick in mark_of(prices, "DEBUG").ticks] == ["excluded"] * 2
    loop = mark_of(prices, "for line in self.lines:")
    assert [tick.letter for tick in loop.ticks] == ["in", "end"]
    assert loop.label == "for line in self.lines:: entered: 11×, exhausted: never"


def test_lines_show_their_status() -> None:
    page = page_of(made.prices())
    runs = page["lines"]
    status = [letter for n, letter in zip(runs[::2], runs[1::2], strict=True) for _ in range(n)]
    assert len(status) == len(split(made.PRICES))
    by_line = dict(enumerate(status, 1))
    assert [by_line[n] for n in (2, 3, 14, 32, 43)] == ["", "c", "p", "m", "x"]


def test_a_gap_on_a_later_line_of_a_covered_statement_is_hidden_by_line_coverage() -> None:
    source = "x = (\n    a\n    or b\n)\n"
    gap = made.decide(source, KIND.BOOLOP, "a\n    or b", {"a": "-F", "b": "??"})
    file = replace(made.file_of("m.py", source, gap), lines=LinesResult(covered=(1,)))
    entry = FileDocument(file).entry()
    assert (entry["never"], entry["hidden"]) == (1, 1)
    assert page_of(file)["lines"] == [1, "c", 1, "p", 2, ""]


def test_an_except_clause_alone_does_not_claim_to_know_whether_it_was_tried() -> None:
    source = "except KeyError: pass\n"
    decision = Decision(KIND.EXCEPT, Span(1, 0, 1, 15), "except KeyError", "", ("matched",))
    result = DecisionResult(decision, made.outcomes(("matched",), "!"))
    (mark,) = marks(made.file_of("m.py", source, result), split(source))
    assert mark.label == "except KeyError: matched: never"
    assert [each.text for each in mark.sentences] == ["`except KeyError` never matched"]


PATTERNS = """\
match a:
    case ("x" | "y") as z if b > 1: pass
    case "x" | "y": pass
    case(1): pass
with open(a) as f, b: pass
ys = [
    x for x in xs
    if (
        b or c)
]
"""


@pytest.mark.parametrize(
    ("kind", "text", "nth", "marked"),
    [
        (KIND.MATCH_CASE, '("x" | "y") as z', 1, (2, "case")),
        (KIND.MATCH_CASE, '"x"', 1, (2, '"x"')),
        (KIND.MATCH_CASE, '"x" | "y"', 2, (3, "case")),
        (KIND.MATCH_CASE, '"x"', 2, (3, '"x"')),
        (KIND.MATCH_CASE, '"y"', 2, (3, '"y"')),
        (KIND.MATCH_CASE, "1", 2, (4, "case")),
        (KIND.WITH, "b", 2, (5, "b")),
        (KIND.COMPREHENSION_FOR, "x in xs", 1, (7, "for")),
    ],
)
def test_keywords_and_inner_patterns(
    kind: DecisionKind, text: str, nth: int, marked: tuple[int, str]
) -> None:
    decision = made.decide(PATTERNS, kind, text, None, "--", nth=nth).decision
    span = keyword_span(decision, split(PATTERNS))
    assert (span.line, split(PATTERNS)[span.line - 1][span.col : span.end_col]) == marked


def test_a_test_in_brackets_is_marked_on_the_keyword_above() -> None:
    decision = made.decide(
        PATTERNS, KIND.COMPREHENSION_IF, "b or c", {"b": "TF", "c": "TF"}, "T-"
    ).decision
    assert keyword_span(decision, split(PATTERNS)) == Span(8, 4, 8, 6)


def test_a_shared_condition_has_one_mark_and_uncounted_kinds_have_none() -> None:
    source = "assert (a if b else c), open(x)"
    ternary = made.decide(source, KIND.TERNARY, "b", {"b": "T-"}, "T-")
    outer = made.decide(source, KIND.IF, "a if b else c", {"b": "T-", "a": "TF", "c": "TF"}, "TF")
    asserted = made.decide(source, KIND.ASSERT, "a if b else c", {"a": "xx"}, "xx")
    used = made.decide(source, KIND.WITH, "open(x)", None, "xx")
    file = made.file_of("m.py", source, outer, ternary, asserted, used)
    found = [mark for mark in marks(file, split(source)) if "c" in mark.lenses]
    assert [mark.text for mark in found] == ["a", "b", "c"]


def test_a_whole_test_is_marked_at_level_branch_and_elsewhere_if_it_misses_something() -> None:
    source = "if a or b: pass\n"
    for said, lenses in (("TF", "b"), ("T-", "bcd")):
        result = made.decide(source, KIND.IF, "a or b", {"a": "TF", "b": "TF"}, said)
        whole = marks(made.file_of("m.py", source, result), split(source))[0]
        assert (whole.condition, whole.lenses) == (None, lenses)


def test_links_stay_when_lines_move() -> None:
    def anchors(source: str) -> list[str]:
        found = made.decide(source, KIND.IF, "a or b", {"a": "TF", "b": "T-"}, "TF", "f")
        again = made.decide(source, KIND.IF, "b", {"b": "T-"}, "TF", "f", nth=2)
        file = made.file_of("m.py", source, found, again)
        return [mark.anchor for mark in marks(file, split(source))]

    source = "if a or b:\n    pass\nif b:\n    pass\n"
    assert anchors(source) == anchors("import os\n\n\n" + source)
    assert len(set(anchors(source))) == 5
    assert all(anchor.startswith("g-f-") for anchor in anchors(source))


def test_a_link_does_not_depend_on_what_was_covered() -> None:
    source = "if a:\n    pass\n"
    found = set()
    for said in ("TF", "T-", "!!"):
        file = made.file_of("m.py", source, made.decide(source, KIND.IF, "a", {"a": said}, said))
        found.add(tuple(mark.anchor for mark in marks(file, split(source))))
    assert len(found) == 1


def gap_near(said: dict[str, str], own: str = "TF", **vectors: Any) -> list[Near]:
    """The nearness of each gap of `if a or b`."""
    source = "def f():\n    if a or b: pass\n"
    result = made.decide(source, KIND.IF, "a or b", said, own, "f")
    return [Near(gap[7]) for gap in gaps_of(made.file_of("m.py", source, result))["mcdc"]]


def test_the_worklist_begins_with_what_a_test_comes_to_most_easily() -> None:
    assert gap_near({"a": "TF", "b": "T-"}) == [Near.LAST_OF_ITS_TEST]
    assert gap_near({"a": "-F", "b": "T-"}) == [Near.REACHED, Near.REACHED]
    assert gap_near({"a": "T-", "b": "!!"}) == [Near.REACHED, Near.TEST_REACHED]
    assert gap_near({"a": "!!", "b": "!!"}) == [Near.FUNCTION_RAN, Near.FUNCTION_RAN]
    rendered = render(made.prices())
    (site := Site(Path("nowhere"), "shop", single_file=True)).add(rendered)
    assert rendered.entry["kinds"]["false"] == 8
    assert site.totals("condition").condition.missed == sum(
        part[1] for part in [rendered.entry["levels"][2]]
    )


def test_one_vector_short_is_nearer_than_two() -> None:
    source = "if a or b: pass\n"
    result = made.decide(source, KIND.IF, "a or b", {"a": "TF", "b": "TF"}, "TF")
    first, second = result.conditions
    need, beside = Vector((False, True), True), Vector((False, False), False)
    conditions = (
        replace(first, mcdc=made.Status.MISSED, need=Need((need,), beside)),
        replace(second, mcdc=made.Status.MISSED, need=Need((need, beside), None)),
    )
    file = made.file_of("m.py", source, replace(result, conditions=conditions))
    gaps = gaps_of(file)["mcdc"]
    assert [gap[7] for gap in gaps] == [Near.ONE_VECTOR, Near.TWO_VECTORS]
    assert {gap[6] for gap in gaps} == {"mcdc"}
    assert page_of(file)["decisions"][0]["conditions"][0]["needs"] == [["FT", "T"]]


def test_columns_count_as_javascript_does() -> None:
    source = "x = '😀' or b\n"
    file = made.file_of("m.py", source, made.decide(source, KIND.BOOLOP, "b", {"b": "T-"}))
    page = page_of(file)
    assert page["marks"][0][0] == [1, 12, 1, 13]
    assert sum(page["colours"][::2]) <= len(source) + 1
    assert page["colours"][:4] == [4, 0, 4, 4]


def test_a_report_over_an_older_one_touches_only_what_changed(tmp_path: Path) -> None:
    (tmp_path / "mine.html").write_text("keep")
    write_html(made.everything(), tmp_path, "shop")

    def times() -> dict[str, int]:
        return {path.name: path.stat().st_mtime_ns for path in tmp_path.rglob("*.*")}

    before = times()
    write_html(made.everything(), tmp_path, "shop")
    assert times() == before
    changed = replace(made.calm(), source=made.CALM + "\n# more\n")
    write_html(made.results_of(made.prices(), changed, made.hidden(), made.broken()), tmp_path, "s")
    touched = {name for name, time in times().items() if before[name] != time}
    name = document_name("src/shop/limits.py")
    assert touched == {f"{name}.js", "front.js", "index.html", "bytecov-html.cache"}
    write_html(made.results_of(made.calm()), tmp_path, "shop")
    assert {path.name for path in tmp_path.glob("data/*-py-*")} == {f"{name}.js"}
    assert (tmp_path / "mine.html").read_text() == "keep"


@pytest.mark.parametrize(
    "name", ["../victim", "../../data/victim", "a/../../victim", "x.js\0", "", None, 3]
)
def test_a_memory_from_elsewhere_removes_nothing_outside(tmp_path: Path, name: Any) -> None:
    victim = tmp_path / "victim.js"
    victim.write_text("keep")
    out = tmp_path / "out"
    out.mkdir()
    memory = {"bytecov": made.VERSION, "files": [["", name, {"has": [""]}, [], []]]}
    for raw in (zlib.compress(json.dumps(memory).encode()), b"", b"garbage", zlib.compress(b"[]")):
        (out / "bytecov-html.cache").write_bytes(raw)
        write_html(made.everything(), out, "shop")
    assert victim.read_text() == "keep"


def test_a_directory_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(UsageError, match=r"Cannot write the HTML report to .*out: .*-d"):
        write_html(made.everything(), tmp_path / "out", "shop")


def test_no_files_and_empty_files_have_pages(tmp_path: Path) -> None:
    assert write_html(made.results_of(), tmp_path / "none", "nothing").is_file()
    assert page_of(made.file_of("empty/__init__.py", ""))["lines"] == []


def test_names_are_plain_and_differ_where_paths_do() -> None:
    paths = ["a/b_c.py", "a_b/c.py", "A/b_c.py", "", "..", "a\\b.py", "é/ü.py", "x\udcff.py"]
    names = [document_name(path) for path in paths]
    assert len({name.lower() for name in names}) == len(paths)
    assert all(name.isascii() and "/" not in name and ".." not in name for name in names)


def test_a_title_that_is_markup_stays_a_title(tmp_path: Path) -> None:
    title = "</title><script>alert(1)</script>\u202e"
    for single in (False, True):
        site = Site(tmp_path, title, single_file=single)
        site.add(render(made.calm()))
        page = site.finish().read_text("utf-8")
        assert "<script>alert" not in page
        assert "\u202e" not in page


CHARACTERS = "abf \t\"'#()\\\u202e\x0c<&é日\n\ufeff1.@={"
WORDS = ["def ", "in ", "self", '"""', "{x}", "import ", "from ", "lazy ", "match a:", "case "]
PIECES = ["@a", "\n    ", "f'", 'rb"', "%s", "'a'", "''", "0x1f"]
sources = st.sampled_from([*CHARACTERS, *WORDS, *PIECES])


@given(st.lists(sources, max_size=30).map("".join))
@example(".def ")
@example("f(not a, lambda: None)")
def test_colours_are_those_of_pygments(source: str) -> None:
    def expand(runs: list[tuple[int, int]]) -> list[int]:
        return [name for length, name in runs for _ in range(length)]

    plain = [
        colours._class_of(kind)
        for _, kind, text in PythonLexer().get_tokens_unprocessed(source)
        for _ in text
    ]
    found = expand(colours.highlight(source))
    assert found == plain[: len(found)]
    assert not any(plain[len(found) :])


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=40) | st.integers(), max_size=4))
def test_whatever_is_packed_comes_out_and_nothing_else_gets_into_the_script(
    data: dict[str, Any],
) -> None:
    packed = pack(data)
    assert unpack(packed) == data
    assert not set(packed) & set('\0\n\r"\\<')


def test_lone_surrogates_survive() -> None:
    assert unpack(pack({"a": "x\udcff"})) == {"a": "x\udcff"}


def test_columns_are_texts_without_escapes() -> None:
    few = [0, 1, 56, 57, 58, 1 << 14, (1 << 15) - 1]
    assert numbers(column(few)) == few
    assert json.dumps(column(range(1 << 15)), ensure_ascii=False) == f'"{column(range(1 << 15))}"'
    high, low = column([123_456_789])
    assert ((ord(high) - 0xE000) << 15) + numbers(low)[0] == 123_456_789
    assert [zigzag(n) for n in (0, -1, 1, -2, 2)] == [0, 1, 2, 3, 4]


def test_runs_and_deltas() -> None:
    assert run_lengths("aab") == [2, "a", 1, "b"]
    assert run_lengths("") == []
    assert deltas([3, 5, 5]) == [3, 2, 0]


def test_any_span_is_told_without_a_fault() -> None:
    condition = Condition(Span(7, -1, 2, 90), "x", True, False)
    leaf = ConditionResult(condition, made.outcomes(("true", "false"), "T-"))
    decision = Decision(KIND.IF, Span(0, 5, 0, 1), "x", "f", (), (condition,))
    file = made.file_of("m.py", "a\n", DecisionResult(decision, {}, (leaf,)))
    assert len(page_of(file)["marks"]) == 1
