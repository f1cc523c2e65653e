"""A browser for the tests that need one, and the reports they look at."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

from bytecov.report.html import write_html
from tests.html import made

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",
]
REQUIRED = bool(os.environ.get("BYTECOV_BROWSER"))
"""Set where the browser tests must run, as in CI: what is missing fails instead of skipping."""

Open = Callable[..., Any]


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium, driven by Playwright."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("the package playwright (the extra `browser`)")
    if not CHROMIUM:
        missing("chromium on PATH (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


def missing(what: str) -> NoReturn:
    """Skips the test, or where the browser tests must run fails it."""
    if REQUIRED:
        pytest.fail(f"BYTECOV_BROWSER is set and there is no {what}")
    pytest.skip(f"there is no {what}")


@pytest.fixture
def open_page(browser: Any) -> Iterator[Open]:
    """`open_page(path, "?name#anchor", width=1440, dark=False)`: a page that is ready.

    Whatever the page complains about on its console fails the test.
    """
    problems: list[str] = []
    contexts = []

    def show(path: Path, address: str = "", width: int = 1440, dark: bool = False) -> Any:
        height = 1000 if width > 600 else 844
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: problems.append(said.text))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("request", lambda asked: _only_local(asked.url, problems))
        page.goto(path.resolve().as_uri() + address)
        page.wait_for_selector("html[data-ready=yes]")
        return page

    yield show
    for context in contexts:
        context.close()
    assert problems == []


def _only_local(url: str, problems: list[str]) -> None:
    if not url.startswith(("file:", "data:")):
        problems.append(f"asked the network for {url}")


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the report of everything in `made`."""
    return write_html(made.everything(), tmp_path_factory.mktemp("html") / "out", "shop")
