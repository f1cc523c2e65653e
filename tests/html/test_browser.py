"""The report in a real browser: scripts run under the page's own policy, keys do their work."""

import json
import sysconfig
from collections.abc import Callable
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest

from bytecov.api.asking import excluded
from bytecov.config.settings import Settings
from bytecov.model.anatomy import CodeAnatomy
from bytecov.model.hits import Hits
from bytecov.report.html import render, write_html
from bytecov.report.html.bytecode import Places, bytecode, cut, obligation_places, place_of
from bytecov.report.html.document import document_name
from bytecov.report.html.site import Site
from bytecov.report.html.visible import visible
from bytecov.results.anatomy import anatomy
from bytecov.results.laying import Covered
from bytecov.results.tally import file_result
from bytecov.source.parse import parse, read_source
from tests.html import made
from tests.html.conftest import Open, missing
from tests.html.measures import CONTRAST, DIFFERENCE

PRICES, ROUTES = "?" + document_name("src/shop/prices.py"), "?" + document_name("src/web/routes.py")
ADDRESSES = {"front": "", "source": PRICES}
LENSES = ["line", "branch", "condition", "mcdc"]


def press(page: Any, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def rows(page: Any) -> list[str]:
    found = "rows => rows.map(row => row.dataset.path.split('/').at(-1))"
    shown: list[str] = page.eval_on_selector_all("tbody tr", found)
    return shown


def position(page: Any) -> str:
    text: str = page.text_content("#position")
    return text


@pytest.mark.parametrize("address", ADDRESSES.values(), ids=ADDRESSES)
@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_is_wider_than_the_window(
    open_page: Open, report: Path, address: str, width: int
) -> None:
    page = open_page(report, address, width)
    assert page.evaluate("getComputedStyle(document.querySelector('.top')).position") == "sticky"
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_front_says_what_line_coverage_hid(open_page: Open, report: Path) -> None:
    page = open_page(report)
    assert " ".join(page.inner_text("h1").split()) == "Lines 94 %, conditions 67 %."
    assert page.inner_text(".lead") == (
        "20 outcomes never happened, all of them on lines that line coverage calls covered."
        " 1 file that line coverage calls complete is not."
    )
    assert page.inner_text(".trust").split("\n")[:2] == [
        "0 unexplained branches in the bytecode",
        "0 contradictions between what ran and what can run",
    ]


def test_n_and_p_step_through_gaps_and_on_into_other_files(open_page: Open, report: Path) -> None:
    page = open_page(report, PRICES)
    assert position(page) == "– / 16"
    for expected in ("1 / 16", "2 / 16"):
        press(page, "n")
        assert position(page) == expected
    assert "voucher-valid" in page.url
    assert page.evaluate("document.activeElement.id === location.hash.slice(1)")
    press(page, "p")
    assert position(page) == "1 / 16"
    press(page, *"n" * 15)
    assert position(page) == "16 / 16"
    with page.expect_navigation():
        press(page, "n")
    page.wait_for_selector("html[data-ready=yes]")
    assert ROUTES in page.url
    assert position(page) == "1 / 3"
    with page.expect_navigation():
        press(page, "p")
    page.wait_for_selector("html[data-ready=yes]")
    assert PRICES in page.url
    assert position(page) == "16 / 16"


def test_each_lens_has_its_key_its_marks_and_its_gaps(open_page: Open, report: Path) -> None:
    page = open_page(report, PRICES)
    seen = {}
    for key, lens in enumerate(LENSES, 1):
        press(page, str(key))
        assert page.get_attribute("body", "data-lens") == lens
        assert page.inner_text(".lenses [aria-pressed=true]").startswith(lens[:3].title()[0])
        seen[lens] = (page.locator(".src .tk").count(), page.locator(".gaps li").count())
    assert seen == {"line": (0, 3), "branch": (13, 6), "condition": (28, 16), "mcdc": (28, 16)}
    assert page.url.endswith("#lens=mcdc")
    press(page, "1", "n")
    assert page.locator(".ln.here").get_attribute("id") == "L32"
    again = open_page(report, PRICES + "#" + page.url.partition("#")[2])
    assert again.locator(".ln.here").get_attribute("id") == "L32"


def test_a_deep_link_leads_to_its_condition(open_page: Open, report: Path) -> None:
    page = open_page(report, PRICES)
    anchor = page.get_attribute(".gaps li:nth-child(5) a", "href")
    page = open_page(report, PRICES + anchor)
    box = page.locator(anchor).bounding_box()
    assert 60 < box["y"] < 1000
    assert page.locator(".gaps [aria-current]").count() == 1


def test_ticks_and_sentences_stand_at_their_conditions(open_page: Open, report: Path) -> None:
    page = open_page(report, PRICES)
    tick = page.locator('.tk[aria-label^="line.count > 0: "]')
    assert {"ac", "bm"} < set(tick.get_attribute("class").split())
    assert (
        page.locator("#L14 + .notes a").inner_text()
        == "line.count > 0 was never false 12 times true"
    )
    underlined = page.locator("#L14 .u").all_inner_texts()
    assert "".join(underlined) == "line.count > 0"
    inner = page.locator(".u", has_text="stop.full").last
    assert {"u0u", "u1m"} < set(inner.get_attribute("class").split())
    press(page, "s")
    assert not page.locator(".notes").first.is_visible()


def test_the_shown_source_is_the_source(open_page: Open, report: Path) -> None:
    page = open_page(report, PRICES)
    shown = page.eval_on_selector_all(".code .src", "all => all.map(code => code.textContent)")
    assert shown == made.PRICES.split("\n")[:-1]


def test_pointing_at_a_condition_says_what_it_did(open_page: Open, report: Path) -> None:
    page = open_page(report, PRICES)
    page.hover(".u >> nth=0")
    assert page.inner_text("#tip") == "line.count > 0: true: 12×, false: never"


def test_a_decision_opens_a_drawer(open_page: Open, report: Path) -> None:
    page = open_page(report, PRICES)
    page.locator('.tk[aria-label^="self.voucher: "]').click()
    drawer = page.locator(".drawer")
    assert drawer.locator("h2").inner_text() == "If on line 15 in Cart.total"
    conditions = drawer.locator("tbody").first.locator("tr").all_inner_texts()
    assert [row.split("\t")[1:4] for row in conditions] == [
        ["self.member", "3×", "8×"],
        ["self.voucher", "2×", "6×"],
        ["self.voucher.valid(today)", "2×", "never"],
    ]
    drawer.locator("svg.graph").wait_for()
    assert drawer.locator(".node").count() == 5
    assert drawer.locator(".edge").count() == 6
    assert drawer.locator(".edge-label.is-m").all_text_contents() == ["F never"]
    press(page, "Escape")
    assert page.locator(".drawer").count() == 0
    press(page, "o")
    assert page.locator(".drawer").count() == 1


def test_the_index_sorts_filters_and_hides_and_keeps_it_in_the_address(
    open_page: Open, report: Path
) -> None:
    page = open_page(report)
    assert rows(page) == ["prices.py", "routes.py", "limits.py", "legacy.py"]
    press(page, "1")
    assert rows(page) == ["limits.py", "prices.py", "legacy.py", "routes.py"]
    press(page, "1", "h")
    assert rows(page) == ["routes.py", "legacy.py", "prices.py"]
    press(page, "/", "w", "e")
    assert rows(page) == ["routes.py", "legacy.py"]
    assert page.url.endswith("#sort=-name&filter=we&hide=covered")
    page = open_page(report, "#sort=-name&filter=we&hide=covered")
    assert rows(page) == ["routes.py", "legacy.py"]
    assert page.inner_text("#shown") == "2 of 4 files"
    assert page.locator("[aria-sort]").get_attribute("data-key") == "name"
    page.fill("#filter", "nowhere")
    page.click("#clear")
    assert len(rows(page)) == 4
    page.select_option("#gap", "except")
    assert rows(page) == ["prices.py"]
    assert page.url.endswith("#sort=-name&gap=except")


def test_the_worklist_is_ordered_by_nearness_and_links_to_each_gap(
    open_page: Open, report: Path
) -> None:
    page = open_page(report)
    press(page, "v", "v", "v")
    page.wait_for_selector(".work")
    assert page.url.endswith("#view=worklist")
    assert page.inner_text("#shown") == "19 gaps"
    headings = page.locator(".near").all_inner_texts()
    assert headings[0] == "One outcome short: everything else in the test happened"
    first = page.locator(".work a.row").first
    text = first.inner_text()
    with page.expect_navigation():
        first.click()
    page.wait_for_selector(".tk.here")
    assert page.locator(".tk.here").get_attribute("aria-label").split(":")[0] in text


def test_functions_and_classes_have_rows_of_their_own(open_page: Open, tmp_path: Path) -> None:
    source = parse(made.PRICES)
    file = file_result(source, "prices.py", Covered(), excluded(source, Settings()))
    page = open_page(write_html(made.results_of(file), tmp_path, "shop"), "#view=functions")
    page.wait_for_selector("tbody tr")
    assert sorted(rows(page)) == ["Cart.total", "ship"]
    press(page, "v")
    page.wait_for_selector('tbody tr[data-path="Cart"]')
    assert rows(page) == ["Cart"]
    page.select_option("#gap", "unreached")
    assert rows(page) == ["Cart"]
    page.select_option("#gap", "except")
    assert rows(page) == []
    page.locator('[data-view="functions"]').click()
    page.wait_for_selector('tbody tr[data-path="ship"]')
    assert page.url.endswith("#view=functions&gap=except")
    assert rows(page) == ["ship"]
    assert page.inner_text("#shown") == "1 of 2 functions"


def test_the_help_sheet_opens_on_a_question_mark(open_page: Open, report: Path) -> None:
    page = open_page(report)
    press(page, "?")
    assert page.evaluate("document.getElementById('help').open") is True
    assert "hide what is covered" in page.inner_text("#keys")
    press(page, "?")
    assert page.evaluate("document.getElementById('help').open") is False


def test_the_theme_is_switched_and_remembered(open_page: Open, report: Path) -> None:
    colour = "getComputedStyle(document.body).backgroundColor"
    page = open_page(report)
    light = page.evaluate(colour)
    press(page, "d")
    dark = page.evaluate(colour)
    assert light != dark
    page.goto(report.as_uri() + PRICES)
    assert page.evaluate(colour) == dark
    press(page, "d")
    assert page.evaluate(colour) == light
    press(page, "d")
    assert page.evaluate("'theme' in document.documentElement.dataset") is False
    assert open_page(report, dark=True).evaluate(colour) == dark


@pytest.mark.parametrize("address", ADDRESSES.values(), ids=ADDRESSES)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_text_has_enough_contrast(
    open_page: Open, report: Path, address: str, dark: bool
) -> None:
    page = open_page(report, address, dark=dark)
    if address:
        press(page, "n", "o")
        page.wait_for_selector(".drawer svg")
    assert page.evaluate(CONTRAST) == []


SCREENS: dict[str, tuple[str, int, bool, list[str], str]] = {
    "front": ("", 1440, False, [], ".trust"),
    "worklist-dark": ("#view=worklist", 1440, True, [], ".work"),
    "front-narrow": ("", 390, False, [], ".trust"),
    "source": (PRICES, 1440, False, ["n"], ".tk.here"),
    "drawer": (PRICES, 1440, False, ["n", "n", "o"], ".drawer svg"),
    "mcdc-dark": (PRICES, 1440, True, ["4", "n"], ".tk.here"),
    "drawer-narrow": (PRICES, 390, True, ["n", "o"], ".drawer svg"),
}
ACCESSIBLE = {"front", "worklist-dark", "drawer", "drawer-narrow"}  # the others show no more


@pytest.mark.parametrize("name", SCREENS)
def test_every_screen_is_accessible_and_looks_as_it_did(
    open_page: Open, report: Path, name: str, request: pytest.FixtureRequest
) -> None:
    address, width, dark, keys, wanted = SCREENS[name]
    page = open_page(report, address, width, dark)
    press(page, *keys)
    page.wait_for_selector(wanted)
    if name in ACCESSIBLE:
        assert axe(page) == []
    page.evaluate("document.fonts.ready")
    taken = page.screenshot()
    known = Path(__file__).parent / "screens" / f"{name}.png"
    if request.config.getoption("--update"):
        known.parent.mkdir(exist_ok=True)
        known.write_bytes(taken)
    # Fonts differ a little between machines: what is compared is the picture from afar.
    difference = open_page(report).evaluate(DIFFERENCE, [list(known.read_bytes()), list(taken)])
    assert difference < 0.03, f"{name} looks different by {difference:.1%}: see pytest --update"


def axe(page: Any) -> list[str]:
    """What axe-core has to complain about."""
    try:
        from axe_playwright_python.sync_playwright import Axe
    except ImportError:
        missing("the package axe-playwright-python (the extra `browser`)")
    found = Axe().run(page, options={"preload": False}).response["violations"]
    return [f"{one['id']}: {[node['html'][:120] for node in one['nodes']]}" for one in found]


HOSTILE = {
    "markup": "x = '</script><script>alert(1)</script>' or \"<img src=x onerror=alert(1)>\"",
    "comment": "x = '<!-- <script> -->' or \"--!><svg onload=alert(1)>\"",
    "quotes": "x = '\\'' or \"\\\"\" or '`' or \"&quot; &lt; &amp;\"",
    "template": "x = '{{ 7 * 7 }}' or '{% raise %}' or '${alert(1)}'",
    "bidi": "x = 'a\u202e b\u2066' or y\u200b # \u2069 \u202c",
    "hebrew": "שלום = אב or גד",
    "controls": "x = '\x00\x1b[31m\x7f\x85' or y",
    "tabs": "\tif a\t or\tb:\t",
    "form feed": "\x0cx = a or b\x0c",
    "separators": "x = 'a\u2028b\u2029c' or y",
    "surrogate": "x = '\udcff' or y",
    "long": "x = " + " or ".join(f"name_{n}" for n in range(3_500)),
    "wide": "x = '日本語' or 'e\u0301' or '👩\u200d👩' or y",
}


def hostile_files() -> list[Any]:
    files = []
    for name, text in HOSTILE.items():
        source = text + "\n"
        middle = source.index(" or") if " or" in source else source.index("or")
        left = source[:middle].strip()
        decision = made.decide(source, made.KIND.BOOLOP, left, {left: "T-"}, "", f"f<{name}>")
        files.append(made.file_of(f"<b>{text[:40]}</b>/{name}.py", source, decision))
    return files


@pytest.mark.parametrize("single", [False, True], ids=["directory", "single file"])
def test_hostile_sources_and_names_do_no_harm(
    open_page: Open, tmp_path: Path, single: bool
) -> None:
    site = Site(tmp_path, "<script>alert(1)</script>", single_file=single)
    files = hostile_files()
    for file in files:
        site.add(render(file))
    index = site.finish()
    page = open_page(index)
    page.on("dialog", lambda dialog: pytest.fail("a script of a source ran"))
    shown_text = (
        "code => code.map(one => [...one.querySelectorAll('.ctl')].reduce((text, hidden) => {"
    )
    shown_text += " hidden.replaceWith(String.fromCodePoint(parseInt(hidden.dataset.char, 16)));"
    shown_text += " return one.textContent; }, one.textContent))"
    assert page.locator("tbody tr").count() == len(files)
    for file in files:
        page.goto(index.as_uri() + "?" + document_name(file.path))
        page.wait_for_selector("html[data-ready=yes]")
        assert page.locator(".tk.bm").count() == 1, file.path
        assert (
            page.locator("main img, main script, main svg[onload], main b:not(.ctl)").count() == 0
        )
        press(page, "n", "o")
        page.wait_for_selector(".drawer svg")
        shown_parts = "parts => parts.map(part => part.textContent).join('')"
        raw = page.eval_on_selector_all("body > :not(script)", shown_parts)
        assert not set("\x00\x1b\x7f\x85\u202e\u2066\u2069\u200b\u2028\u2029") & set(raw)
        shown = page.eval_on_selector_all(".code .src", shown_text)
        assert "\n".join(shown) + "\n" == file.source


def test_pieces_and_lanes_of_any_ranges(open_page: Open, report: Path) -> None:
    """Pieces touch, cover the line once and know what lies over them; lanes do not overlap."""
    page = open_page(report)
    assert (
        page.evaluate("""() => {
      let seed = 7;
      const random = (n) => (seed = (seed * 48271) % 2147483647) % n;
      for (let round = 0; round < 2000; round += 1) {
        const length = random(40);
        const ranges = Array.from({ length: random(12) }, (_, value) => {
          const start = random(48) - 3;
          return { start, end: start + random(20) - 2, value: String(value), room: random(5) };
        });
        const pieces = bytecov.lines.cut(length, ranges);
        let at = 0;
        for (const piece of pieces) {
          if (piece.start !== at || piece.end <= at) return ['gap', length, ranges];
          at = piece.end;
          for (let column = piece.start; column < piece.end; column += 1) {
            const over = ranges.filter((r) => r.start <= column && column < r.end);
            if (over.map((r) => r.value).join() !== piece.values.join()) return ['over', ranges];
          }
        }
        if (at !== length) return ['short', length, ranges];
        const kept = ranges.filter((r) => r.start < r.end).slice(0, 4);
        const lanes = bytecov.lines.stack(kept);
        for (const one of kept) for (const other of kept) {
          if (one === other || lanes.get(one) !== lanes.get(other)) continue;
          const end = (r) => Math.max(r.end, r.start + r.room);
          if (one.start < end(other) && other.start < end(one)) return ['lanes', kept];
        }
      }
      return 'fine';
    }""")
        == "fine"
    )


def test_spans_stay_inside_the_source(open_page: Open, report: Path) -> None:
    page = open_page(report)
    lines = ["if (a", "", "    or b  ", "    or c):"]
    on_lines = "([span, lines]) => bytecov.lines.onLines(span, lines)"
    assert page.evaluate(on_lines, [[1, 4, 4, 8], lines]) == [
        {"line": 1, "start": 4, "end": 5},
        {"line": 3, "start": 4, "end": 8},
        {"line": 4, "start": 4, "end": 8},
    ]
    for span in ([-3, -2, 9, 99], [4, 8, 2, 0], [9, 0, 9, 4]):
        for found in page.evaluate(on_lines, [span, lines]):
            assert 0 <= found["start"] < found["end"] <= len(lines[found["line"] - 1])


def test_a_minimap_shows_every_line_and_leads_there(open_page: Open, tmp_path: Path) -> None:
    source = "x = 1\n" * 400
    file = made.file_of("long.py", source, missed=tuple(range(301, 401)))
    page = open_page(
        write_html(made.results_of(file), tmp_path, "x"), "?" + document_name("long.py")
    )
    drawn = """() => {
      const map = document.querySelector('.minimap');
      const pen = map.getContext('2d');
      const height = Math.min(map.height, 400 * 4 * devicePixelRatio);
      const { data } = pen.getImageData(2, 0, 1, height);
      return [0.1, 0.9].map((at) => data.slice(Math.floor(height * at) * 4).slice(0, 4).join());
    }"""
    covered, missed = page.evaluate(drawn)
    assert len({covered, missed, "0,0,0,0"}) == 3
    assert page.evaluate("scrollY") == 0
    page.locator(".minimap").click(position={"x": 4, "y": 600})
    assert page.evaluate("scrollY") > 2_000


def test_a_file_that_is_not_there_is_one_sentence(browser: Any, report: Path) -> None:
    page = browser.new_page()  # the browser itself says on the console that there is no file
    page.goto(report.as_uri() + "?nothing-py-0")
    page.wait_for_selector("html[data-ready=failed]")
    assert page.inner_text("main") == (
        "This cannot be shown: data/nothing-py-0.js is not there. All files"
    )
    page.close()


def test_print_shows_the_source_and_its_sentences(open_page: Open, report: Path) -> None:
    page = open_page(report, PRICES)
    page.emulate_media(media="print")
    assert not page.locator(".lenses").is_visible()
    assert page.locator("#L14 + .notes").is_visible()
    assert page.locator("#L14 .src").is_visible()


Bytecov = Callable[..., Any]


@pytest.fixture(scope="session")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A program measured under two names, and its report in one file."""
    import os
    import subprocess
    import sys

    root = Path(__file__).parents[2]
    project = tmp_path_factory.mktemp("measured")
    (project / "shop.py").write_text(
        "import sys\n\n\n"
        "def price(member, total):\n"
        "    with open(__file__):\n"
        "        if member and total > 100:\n"
        "            return 1\n"
        "    return 2\n\n\n"
        "def idle(a):\n    return 1 if a else 2\n\n\n"
        "async def later():\n    return await also()\n\n\n"
        "async def also():\n    return 1\n\n\n"
        "try:\n    later().send(None)\nexcept StopIteration:\n    pass\n"
        "price(len(sys.argv) > 1, 5)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(root)}
    for command in (
        ["run", "--level", "mcdc", "--context", "test_guest", "shop.py"],
        ["run", "--level", "mcdc", "--context", "test_member", "--append", "shop.py", "m"],
        ["html", "-q", "--single-file"],
        ["html", "-q", "-d", "pages", "--stages"],
    ):
        subprocess.run(
            [sys.executable, "-m", "bytecov", *command],
            cwd=project,
            env=environment,
            check=True,
            timeout=120,
        )
    return project


@pytest.mark.parametrize("where", ["htmlbytecov/bytecov.html", "pages/index.html"])
def test_bytecode_and_tests_are_there_when_asked_for(
    open_page: Open, measured: Path, where: str
) -> None:
    page = open_page(measured / where)
    with page.expect_navigation():
        page.click("tbody th a")
    page.wait_for_selector("html[data-ready=yes]")
    page.locator('.tk[aria-label^="total > 100"]').click()
    drawer = page.locator(".drawer")
    drawer.get_by_role("button", name="Which tests?").click()
    drawer.locator(".who").wait_for()
    assert drawer.locator(".who > div").all_inner_texts() == [
        "false: 2 tests\ntest_guest\ntest_member",
        "A false: 1 test\ntest_guest",
        "A true: 1 test\ntest_member",
        "B false: 1 test\ntest_member",
    ]
    assert drawer.locator(".vectors .by").all_inner_texts() == ["test_member", "test_guest"]
    assert "TT" in "".join(drawer.locator(".wanted .tf").all_inner_texts())
    drawer.locator(".jumps button").first.click()
    page.wait_for_selector(".dis")
    assert page.inner_text(".code-view h2") == "price"
    assert page.locator(".jump.of-a li.is-m").first.inner_text().endswith("total > 100 true")
    page.wait_for_selector(".flow svg.graph")
    assert page.locator(".flow .edge.is-m").count() >= 1
    if where.startswith("pages"):
        test = page.locator(".of-line", has_text="if member and total").first
        test.locator(".stages").click()
        assert "syntax tree\n  6:8-7:20  If" in page.inner_text(".dis pre")
        assert page.locator(".of-line .stages:visible").count() > 2, "not of tests alone"
    effects = page.locator(".dis .effect").all_inner_texts()
    assert "-1" in effects
    assert "+1" in effects
    names = page.locator(".codes li").all_inner_texts()
    assert [" ".join(name.split()) for name in names] == [
        "<module>",
        "price 1 edge",
        "idle never ran",
        "later",
        "also",
    ]
    assert axe(page) == []
    page.get_by_role("link", name="later").click()
    rule = page.locator(".jump.of-i .rule")
    assert rule.first.inner_text().startswith("the compiler's: awaiting: ")


def test_the_bytecode_lens_leaves_operands_room_and_the_drawer_its_style(
    open_page: Open, measured: Path
) -> None:
    index = measured / "pages/index.html"
    page = open_page(index, "?" + document_name("shop.py") + "#lens=bytecode&code=price", 390)
    page.wait_for_selector(".dis")
    assert page.locator("th", has_text="Operand").bounding_box()["width"] > 80
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page = open_page(index, "?" + document_name("shop.py"))
    page.locator('.tk[aria-label^="total > 100"]').click()
    never = page.locator(".drawer .facts td", has_text="never shown").last
    assert "is-m" in never.get_attribute("class").split()
    family, colour = "getComputedStyle(it).fontFamily", "getComputedStyle(it).color"
    heading = page.locator(".drawer .facts thead th").last
    assert heading.evaluate(f"it => {family}") == page.locator("body").evaluate(f"it => {family}")
    missed = page.locator(".drawer .facts td.is-m", has_text="never").first
    assert never.evaluate(f"it => {colour}") == missed.evaluate(f"it => {colour}")


def test_the_page_unfolds_the_bytecode_as_it_was(open_page: Open, report: Path) -> None:
    """Every instruction, edge and rule of large modules comes out of the columns again."""
    page = open_page(report)
    for module in ("fractions", "asyncio/tasks"):
        path = Path(sysconfig.get_path("stdlib")) / f"{module}.py"
        source = read_source(str(path))
        found = anatomy(source, lambda code: Hits({0: 3, 2: 0}) if code.co_argcount > 1 else None)
        file = file_result(source, module, Covered(), excluded(source, Settings()))
        packed = json.dumps(bytecode(file, found))
        codes = page.evaluate("packed => bytecov.unfold.bytecode(packed).codes", json.loads(packed))
        places = obligation_places(file)
        assert codes == [as_unfolded(code, places) for code in found.codes]


def as_unfolded(code: CodeAnatomy, places: Places) -> Any:
    """What the page is to make of a code object."""
    offsets = list(accumulate(code.steps.sizes, initial=0))
    rows = zip(offsets, *code.steps[1:], strict=False)
    steps = [
        {
            "offset": at,
            "name": name,
            "operand": visible(operand),
            "line": line,
            "ran": often(ran),
            "effect": effect,
        }
        for at, name, operand, line, ran, effect in rows
    ]
    lasts = list(accumulate(piece.length for piece in code.pieces))
    blocks = [
        {
            "steps": steps[end - piece.length : end],
            "ways": [
                {
                    "kind": way.kind.name[0],
                    "to": way.destination,
                    "taken": often(way.taken),
                    "means": [place_of(one, places) for one in way.means],
                }
                for way in piece.ways
            ],
            "rule": visible(piece.rule),
            **({"origin": piece.origin.value[0]} if piece.origin else {}),
        }
        for end, piece in zip(lasts, code.pieces, strict=True)
    ]
    return {
        "name": visible(code.qualname),
        "line": code.first_line,
        "measured": code.measured,
        "steps": steps,
        "blocks": blocks,
        "facts": [
            [fact.group, fact.name, visible(cut(fact.value)), fact.meaning] for fact in code.facts
        ],
    }


def often(count: int | None) -> int:
    return -1 if count is None else count


def test_the_index_without_javascript_still_tells_the_numbers(browser: Any, report: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(report.as_uri())
    said = " ".join(page.inner_text("noscript").split())
    assert "condition 67 % (40 covered, 20 missed)" in said
    context.close()
