"""The pages as a reader of HTML finds them."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bytecov.model.decision import Condition, Decision, DecisionKind
from bytecov.model.errors import UsageError
from bytecov.model.result import ConditionResult, DecisionResult, FileResult, LinesResult
from bytecov.model.span import Span
from bytecov.report.html import write_html
from bytecov.report.html.highlight import highlight
from bytecov.report.html.keywords import keyword_span
from bytecov.report.html.lines import render_lines, split
from bytecov.report.html.marks import marks
from bytecov.report.html.page import FilePage, page_name
from tests.html import made
from tests.html.reading import Element, Page

KIND = DecisionKind


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_html(made.everything(), tmp_path_factory.mktemp("html") / "out", "shop").parent


def page_of(report: Path, path: str) -> Page:
    return Page((report / "files" / page_name(path)).read_text("utf-8"))


def write_one(file: FileResult, directory: Path) -> Page:
    write_html(made.results_of(file), directory, file.path)
    return page_of(directory, file.path)


def sentences(page: Page) -> list[str]:
    return [
        " ".join(link.text.split()) for notes in page.all("ul", "notes") for link in notes.all("a")
    ]


def tick(page: Page, label: str) -> Element:
    """The ticks of the condition with this text."""
    return next(
        each
        for each in page.all("i", "tk")
        if str(each.attributes.get("aria-label")).startswith(f"{label}: ")
    )


def test_every_page_is_well_formed_and_passes_a_strict_policy(report: Path) -> None:
    for path in [report / "index.html", *report.glob("files/*.html")]:
        page = Page(path.read_text("utf-8"))
        page.check()
        policy = next(m for m in page.all("meta") if "http-equiv" in m.attributes)
        assert str(policy.attributes["content"]).startswith("default-src 'none'; style-src 'self'")


def test_every_link_to_a_file_leads_to_one(report: Path) -> None:
    for path in [report / "index.html", *report.glob("files/*.html")]:
        for element in Page(path.read_text("utf-8")).all():
            for name in ("href", "src"):
                target = (element.attributes.get(name) or "").partition("#")[0]
                if target and not target.startswith("data:"):
                    assert (path.parent / target).is_file(), target


def test_the_front_says_what_line_coverage_hid(report: Path) -> None:
    page = Page((report / "index.html").read_text("utf-8"))
    assert " ".join(page.all("h1")[0].text.split()) == "Lines 94 %, conditions 67 %."
    lead = " ".join(page.all("p", "lead")[0].text.split())
    assert lead == (
        "20 outcomes never happened, all of them on lines that line coverage calls covered. "
        "1 file that line coverage calls complete is not."
    )
    trust = [" ".join(each.text.split()) for each in page.all("ul", "trust")[0].all("li")]
    assert trust[:2] == [
        "0 unexplained branches in the bytecode",
        "0 contradictions between what ran and what can run",
    ]


def test_the_index_starts_with_the_most_gaps_and_knows_what_is_complete(report: Path) -> None:
    rows = Page((report / "index.html").read_text("utf-8")).all("tbody")[0].all("tr")
    assert [(r.attributes["data-path"], r.attributes["data-never"]) for r in rows] == [
        ("src/shop/prices.py", "17"),
        ("src/web/routes.py", "3"),
        ("src/shop/limits.py", "0"),
        ("src/web/legacy.py", "0"),
    ]
    assert [row.attributes["data-path"] for row in rows if "data-complete" in row.attributes] == [
        "src/shop/limits.py"
    ]


def test_each_missing_outcome_has_its_sentence(report: Path) -> None:
    assert sentences(page_of(report, "src/shop/prices.py")) == [
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


def test_ticks_say_their_status_in_shape_and_in_words(report: Path) -> None:
    page = page_of(report, "src/shop/prices.py")
    assert {"ac", "bm"} < tick(page, "line.count > 0").classes
    assert tick(page, "line.count > 0").attributes["aria-label"] == (
        "line.count > 0: true: 12×, false: never"
    )
    assert {"au", "bu"} < tick(page, "0").classes
    assert {"ax", "bx"} < tick(page, "DEBUG").classes
    loop = tick(page, "for line in self.lines:")
    assert (loop.attributes["data-a"], loop.attributes["data-b"]) == ("in", "end")
    assert loop.attributes["aria-label"] == (
        "for line in self.lines:: entered: 11×, exhausted: never"
    )


def test_lines_show_their_status(report: Path) -> None:
    page = page_of(report, "src/shop/prices.py")
    status = {str(line.attributes["id"]): line.classes - {"ln"} for line in page.all("div", "ln")}
    assert status["L3"] == {"c"}
    assert status["L2"] == set()
    assert status["L14"] == {"p"}
    assert status["L32"] == {"m"}
    assert status["L43"] == {"x"}
    labels = [link.attributes.get("aria-label") for link in page.all("a", "no")]
    assert labels[13] == "14, partly covered"


def test_a_gap_on_a_later_line_of_a_covered_statement_is_hidden_by_line_coverage() -> None:
    source = "x = (\n    a\n    or b\n)\n"
    gap = made.decide(source, KIND.BOOLOP, "a\n    or b", {"a": "-F", "b": "??"})
    file = replace(made.file_of("m.py", source, gap), lines=LinesResult(covered=(1,)))
    page = FilePage(file)
    assert (page.never, page.hidden) == (1, 1)
    assert [line.status for line in page.lines] == ["c", "p", "", ""]


def test_an_except_clause_alone_does_not_claim_to_know_whether_it_was_tried() -> None:
    source = "except KeyError: pass\n"
    decision = Decision(KIND.EXCEPT, Span(1, 0, 1, 15), "except KeyError", "", ("matched",))
    result = DecisionResult(decision, made.outcomes(("matched",), "!"))
    (mark,) = marks(made.file_of("m.py", source, result), split(source))
    assert mark.label == "except KeyError: matched: never"
    assert [each.text for each in mark.sentences] == ["`except KeyError` never matched"]


def test_a_decision_without_conditions_is_marked_on_its_keyword(report: Path) -> None:
    page = page_of(report, "src/shop/prices.py")
    marked = {span.attributes["data-g"]: span.text for span in page.all("span", "u") if span.text}
    for label, keyword in [("for line in", "for"), ("except Timeout", "except")]:
        ticks = next(t for t in page.all("i", "tk") if label in str(t.attributes.get("aria-label")))
        assert marked[ticks.attributes["data-g"]] == keyword


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
    assert [mark.text for mark in marks(file, split(source))] == ["a", "b", "c"]


def test_the_shown_source_is_the_source(report: Path) -> None:
    assert page_of(report, "src/shop/prices.py").source == split(made.PRICES)


def test_nested_conditions_lie_in_their_own_lanes(report: Path) -> None:
    page = page_of(report, "src/shop/prices.py")
    inner = next(s for s in page.all("span", "u") if s.text == "stop.full")
    assert {"u0u", "u1m"} < inner.classes  # nearest the text: itself; below: the any(...)


def test_links_stay_when_lines_move() -> None:
    def anchors(source: str) -> list[str]:
        found = made.decide(source, KIND.IF, "a or b", {"a": "TF", "b": "T-"}, "TF", "f")
        again = made.decide(source, KIND.IF, "b", {"b": "T-"}, "TF", "f", nth=2)
        file = made.file_of("m.py", source, found, again)
        return [mark.anchor for mark in marks(file, split(source))]

    source = "if a or b:\n    pass\nif b:\n    pass\n"
    assert anchors(source) == anchors("import os\n\n\n" + source)
    assert len(set(anchors(source))) == 3
    assert all(anchor.startswith("g-f-") for anchor in anchors(source))


def test_a_link_does_not_depend_on_what_was_covered() -> None:
    source = "if a:\n    pass\n"
    for said in ("TF", "T-", "!!"):
        file = made.file_of("m.py", source, made.decide(source, KIND.IF, "a", {"a": said}, said))
        assert [mark.anchor for mark in marks(file, split(source))] == ["g-a-" + mark_hash(file)]


def mark_hash(file: FileResult) -> str:
    return marks(file, split(file.source))[0].anchor.rpartition("-")[2]


def test_a_report_over_an_older_one_touches_only_what_changed(tmp_path: Path) -> None:
    (tmp_path / "mine.html").write_text("keep")
    first = write_html(made.everything(), tmp_path, "shop").parent
    before = {path: path.stat().st_mtime_ns for path in first.rglob("*.html")}
    write_html(made.everything(), tmp_path, "shop")
    assert {path: path.stat().st_mtime_ns for path in first.rglob("*.html")} == before
    write_html(made.results_of(made.calm()), tmp_path, "shop")
    assert [path.name for path in tmp_path.glob("files/*")] == [page_name("src/shop/limits.py")]
    assert (tmp_path / "mine.html").read_text() == "keep"


def test_a_manifest_from_elsewhere_removes_nothing_outside(tmp_path: Path) -> None:
    victim = tmp_path / "victim.html"
    victim.write_text("keep")
    out = tmp_path / "out"
    out.mkdir()
    for pages in ('["../victim.html", "files/../../victim.html", 3]', '"x"', "{}"):
        (out / "bytecov-html.json").write_text(f'{{"pages": {pages}}}')
        write_html(made.everything(), out, "shop")
    assert victim.read_text() == "keep"


def test_a_directory_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(UsageError, match=r"Cannot write the HTML report to .*out: .*-d"):
        write_html(made.everything(), tmp_path / "out", "shop")


def test_no_files_and_empty_files_have_pages(tmp_path: Path) -> None:
    index = write_html(made.results_of(), tmp_path / "none", "nothing")
    assert "Nothing was measured" in index.read_text("utf-8")
    page = write_one(made.file_of("empty/__init__.py", ""), tmp_path / "empty")
    page.check()
    assert page.source == []


def test_page_names_are_plain_and_differ_where_paths_do() -> None:
    paths = ["a/b_c.py", "a_b/c.py", "A/b_c.py", "", "..", "a\\b.py", "é/ü.py", "x\udcff.py"]
    names = [page_name(path) for path in paths]
    assert len({name.lower() for name in names}) == len(paths)
    assert all(name.isascii() and "/" not in name and ".." not in name for name in names)


HOSTILE = {
    "markup": "x = '</script><script>alert(1)</script>' or \"<img src=x onerror=alert(1)>\"",
    "quotes": "x = '\\'' or \"\\\"\" or '`' or \"&quot; &lt; &amp;\"",
    "template": "x = '{{ 7 * 7 }}' or '{% raise %}' or '{# c #}'",
    "bidi": "x = 'a\u202e b\u2066' or y\u200b # \u2069 \u202c",
    "hebrew": "שלום = אב or גד",
    "controls": "x = '\x00\x1b[31m\x7f\x85' or y",
    "tabs": "\tif a\t or\tb:\t",
    "form feed": "\x0cx = a or b\x0c",
    "separators": "x = 'a\u2028b\u2029c' or y",
    "long": "x = " + " or ".join(f"name_{n}" for n in range(3_500)),
    "wide": "x = '日本語' or 'e\u0301' or '👩\u200d👩' or y",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_sources_do_no_harm(name: str, tmp_path: Path) -> None:
    source = HOSTILE[name] + "\n"
    middle = source.index(" or") if " or" in source else source.index("or")
    left = source[:middle].strip()
    decision = made.decide(source, KIND.BOOLOP, left, {left: "T-"}, "", f"f<{name}>")
    file = made.file_of(f"<b>{HOSTILE[name][:40]}</b>/{name}.py", source, decision)
    page = write_one(file, tmp_path)
    page.check()
    assert page.source == split(source)
    assert not page.all("img")
    index = Page((tmp_path / "index.html").read_text("utf-8"))
    index.check()
    assert not index.all("img")
    for path in [tmp_path / "index.html", *tmp_path.glob("files/*.html")]:
        text = path.read_text("utf-8")
        assert not set("\x00\x1b\x7f\x85\u202e\u2066\u2069\u200b\u2028\u2029\x0c") & set(text)


characters = st.text(st.sampled_from("ab \t\"'#()\\\u202e\x0c\x00<&é日א\n\ufeff"), max_size=60)
positions = st.tuples(
    st.integers(0, 6), st.integers(-1, 20), st.integers(0, 8), st.integers(-1, 25)
)


@settings(max_examples=150)
@given(characters, st.lists(positions, max_size=6))
def test_any_source_with_any_spans_shows_the_source(
    source: str, spans: list[tuple[int, int, int, int]]
) -> None:

    decisions = []
    for index, place in enumerate(spans):
        condition = Condition(Span(*place), source[:9], True, False)
        leaf = ConditionResult(condition, made.outcomes(("true", "false"), "T-F!?x"[index:] + "TT"))
        kind = list(KIND)[index]
        decision = Decision(kind, Span(*place), source, "f", (), (condition,))
        decisions.append(DecisionResult(decision, {}, (leaf,)))
    file = made.file_of("m.py", source, *decisions)
    lines = split(source)
    rendered = list(render_lines(file, lines, FilePage(file).marks))
    shown = Page("".join(f'<code class="src">{line.code}</code>' for line in rendered))
    assert shown.source == lines


@given(characters)
def test_colours_lie_inside_their_lines(source: str) -> None:
    lines = split(source)
    for text, ranges in zip(lines, highlight(source, lines), strict=True):
        ends = [0]
        for each in ranges:
            assert ends[-1] <= each.start < each.end <= len(text)
            ends.append(each.end)
