"""The report in a real browser: scripts run under the page's own policy, keys do their work."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bytecov.report.html import write_html
from bytecov.report.html.page import page_name
from tests.html import made
from tests.html.browser import EXECUTABLE, Browser

pytestmark = pytest.mark.skipif(
    EXECUTABLE is None, reason="no chromium on PATH (Debian: apt-get install chromium)"
)

PRICES, ROUTES = page_name("src/shop/prices.py"), page_name("src/web/routes.py")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_html(made.everything(), tmp_path_factory.mktemp("html") / "out", "shop").parent


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser() as opened:
        yield opened


def rows(browser: Browser) -> list[str]:
    shown = "[...document.querySelectorAll('tbody tr')].filter(r => !r.hidden)"
    found: list[str] = browser.run(f"{shown}.map(r => r.dataset.path.split('/').at(-1))")
    return found


@pytest.mark.parametrize("page", ["index.html", f"files/{PRICES}"])
def test_scripts_and_styles_load_from_a_file_under_the_policy(
    browser: Browser, report: Path, page: str
) -> None:
    browser.problems.clear()
    browser.open(report / page)
    assert browser.run("document.documentElement.dataset.ready") == "yes"
    assert browser.run("getComputedStyle(document.querySelector('.top')).position") == "sticky"
    assert browser.problems == []


@pytest.mark.parametrize("page", ["index.html", f"files/{PRICES}"])
@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_is_wider_than_the_window(
    browser: Browser, report: Path, page: str, width: int
) -> None:
    browser.resize(width, 900)
    browser.open(report / page)
    assert browser.run("document.documentElement.scrollWidth") <= width
    browser.resize(1440, 1000)


def test_n_and_p_step_through_gaps_and_on_into_other_files(browser: Browser, report: Path) -> None:
    browser.open(report / "files" / PRICES)
    place = "document.getElementById('position').textContent"
    assert browser.run(place) == "– / 16"
    for expected in ("1 / 16", "2 / 16"):
        browser.press("n")
        assert browser.run(place) == expected
    assert "voucher-valid" in browser.run("location.hash")
    assert browser.run("document.activeElement.id") == browser.run("location.hash.slice(1)")
    browser.press("p")
    assert browser.run(place) == "1 / 16"
    for _ in range(16):
        browser.press("n")
    browser.wait_for_load()
    assert browser.run("location.pathname").endswith(ROUTES)
    assert browser.run(place) == "1 / 3"
    browser.press("p")
    browser.wait_for_load()
    assert browser.run("location.pathname").endswith(PRICES)
    assert browser.run(place) == "16 / 16"


def test_a_deep_link_leads_to_its_condition(browser: Browser, report: Path) -> None:
    browser.open(report / "files" / PRICES)
    anchor = browser.run("document.querySelectorAll('.gaps li a')[11].hash")
    browser.open(report / "files" / PRICES, anchor)
    top = browser.run(f"document.getElementById('{anchor[1:]}').getBoundingClientRect().top")
    assert 60 < top < 1000
    assert browser.run("document.querySelectorAll('.gaps [aria-current]').length") == 1


def test_the_index_sorts_filters_and_hides_and_keeps_it_in_the_address(
    browser: Browser, report: Path
) -> None:
    browser.open(report / "index.html")
    assert rows(browser) == ["prices.py", "routes.py", "limits.py", "legacy.py"]
    browser.press("1")
    assert rows(browser) == ["limits.py", "prices.py", "legacy.py", "routes.py"]
    browser.press("1")
    browser.press("h")
    assert rows(browser) == ["routes.py", "legacy.py", "prices.py"]
    browser.press("/")
    browser.press("w")
    browser.press("e")
    assert rows(browser) == ["routes.py", "legacy.py"]
    assert browser.run("location.hash") == "#sort=-path&filter=we&hide=covered"
    browser.open(report / "index.html", "#sort=-path&filter=we&hide=covered")
    assert rows(browser) == ["routes.py", "legacy.py"]
    assert browser.run("document.getElementById('shown').textContent") == "2 of 4 files"
    assert browser.run("document.querySelector('[aria-sort]').dataset.key") == "path"


def test_the_help_sheet_opens_on_a_question_mark(browser: Browser, report: Path) -> None:
    browser.open(report / "index.html")
    browser.press("?")
    assert browser.run("document.getElementById('help').open") is True
    browser.press("?")
    assert browser.run("document.getElementById('help').open") is False


def test_the_theme_is_switched_and_remembered(browser: Browser, report: Path) -> None:
    colour = "getComputedStyle(document.body).backgroundColor"
    browser.open(report / "index.html")
    light = browser.run(colour)
    browser.press("d")
    dark = browser.run(colour)
    assert light != dark
    browser.open(report / "files" / PRICES)
    assert browser.run(colour) == dark
    browser.press("d")
    assert browser.run(colour) == light
    browser.press("d")
    assert browser.run("'theme' in document.documentElement.dataset") is False


def test_pointing_at_a_condition_says_what_it_did(browser: Browser, report: Path) -> None:
    browser.open(report / "files" / PRICES)
    browser.run(
        "document.querySelector('.u')"
        ".dispatchEvent(new PointerEvent('pointerover', {bubbles: true}))"
    )
    assert browser.run("document.getElementById('tip').textContent") == (
        "line.count > 0: true: 12×, false: never"
    )


CONTRAST = """
(() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => [r, g, b]
    .map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const found = rgba(getComputedStyle(e).backgroundColor);
      if (found[3] === 255) return found;
    }
    return [255, 255, 255, 255];
  };
  const ratio = (one, other) => {
    const [a, b] = [light(one), light(other)].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  };
  const bad = [];
  for (const element of document.querySelectorAll('body *')) {
    for (const pseudo of [null, '::before', '::after']) {
      const style = getComputedStyle(element, pseudo);
      const text = pseudo
        ? /[A-Za-z]/.test(style.content) && style.content !== 'none' && style.content !== 'normal'
        : [...element.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
      if (!text || !element.getClientRects().length) continue;
      const own = pseudo ? rgba(style.backgroundColor) : [0, 0, 0, 0];
      const found = ratio(rgba(style.color), own[3] === 255 ? own : behind(element));
      const name = `${element.className || element.tagName}${pseudo ?? ''}`;
      if (found < 4.5) bad.push(`${name} ${found.toFixed(2)}`);
    }
  }
  return [...new Set(bad)];
})()
"""


@pytest.mark.parametrize("page", ["index.html", f"files/{PRICES}"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_has_enough_contrast(
    browser: Browser, report: Path, page: str, theme: str
) -> None:
    browser.open(report / page)
    browser.run(f"document.documentElement.dataset.theme = '{theme}'")
    assert browser.run(CONTRAST) == []
