"""How large the HTML report of 1,000 files is, how long it takes, and how fast it opens.

    python bench/html.py [--files N] [--keep DIR]

The project is a copy of the first N files of the standard library.  A script loads every module
of it that can be loaded alone, and uses a few, under `bytecov run`; the report is then written
from nothing, again with nothing changed, and again after one file has changed.  With Playwright
and Chromium at hand, index and largest file are opened in the browser.
"""

import argparse
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
LIBRARY = Path(sysconfig.get_path("stdlib"))
LOAD = '''\
"""Loads each file of the project by itself, under a name of its own."""

import contextlib
import importlib.util
import io
import sys
import warnings
from pathlib import Path

ALONE = {"antigravity", "this", "__main__", "idle", "pyshell", "turtle"}
warnings.simplefilter("ignore")
found = {}
for path in sorted(Path("project").rglob("*.py")):
    if "test" in str(path) or path.stem.lower() in ALONE or "idlelib" in str(path):
        continue
    name = "copied_" + "_".join(path.with_suffix("").parts)
    spec = importlib.util.spec_from_file_location(name, path)
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    with contextlib.suppress(BaseException), contextlib.redirect_stderr(io.StringIO()):
        spec.loader.exec_module(module)
        found[path.stem] = module
for name, use in {
    "difflib": lambda module: list(module.ndiff("a b c".split(), "a c d".split())),
    "argparse": lambda module: module.ArgumentParser().parse_args([]),
    "calendar": lambda module: module.month(2024, 2),
    "fractions": lambda module: [module.Fraction(text) for text in ("1/3", "0.25", "7")],
}.items():
    if name in found:
        use(found[name])
print(f"{len(found)} modules loaded")
'''


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--files", type=int, default=1_000)
    parser.add_argument("--keep", type=Path, help="work here, and leave everything")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        place = options.keep or Path(temporary)
        place.mkdir(parents=True, exist_ok=True)
        measure(place, options.files)


def measure(place: Path, count: int) -> None:
    files = list(copy(place / "project", count))
    size = sum(path.stat().st_size for path in files)
    print(f"{count:,} files of CPython {sysconfig.get_python_version()}, {size / 1e6:.1f} MB")
    (place / "load.py").write_text(LOAD)
    (place / ".bytecov").unlink(missing_ok=True)
    shutil.rmtree(place / "htmlbytecov", ignore_errors=True)
    timed("measure", place, "run", "--source", "project", "load.py")
    timed("report from nothing", place, "html", "-q")
    told(place / "htmlbytecov", size)
    timed("nothing changed", place, "html", "-q")
    before = times(place / "htmlbytecov")
    with files[count // 2].open("a") as file:
        file.write("# changed\n")
    timed("one file changed", place, "html", "-q")
    changed = sorted(
        name for name, when in times(place / "htmlbytecov").items() if before.get(name) != when
    )
    print(f"{'rewritten':24} {', '.join(changed)}")
    timed("a single file", place, "html", "-q", "--single-file", "-d", "single")
    single = (place / "single" / "bytecov.html").stat().st_size
    print(f"{'its size':24} {single / size:.2f} of the source")
    browse(place / "htmlbytecov")


def copy(target: Path, count: int) -> Iterator[Path]:
    """The first files of the standard library, outside site-packages."""
    shutil.rmtree(target, ignore_errors=True)
    found = (path for path in sorted(LIBRARY.rglob("*.py")) if "site-packages" not in path.parts)
    for _, path in zip(range(count), (one for one in found if parses(one)), strict=False):
        copied = target / path.relative_to(LIBRARY)
        copied.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copied)
        yield copied


def parses(path: Path) -> bool:
    """Some files of its tests are no Python on purpose."""
    try:
        compile(path.read_bytes(), str(path), "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True


def timed(name: str, place: Path, *command: str) -> None:
    start, before = time.perf_counter(), os.times()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "bytecov", *command],
        cwd=place,
        env=environment,
        check=True,
    )
    after = os.times()
    cpu = (
        after.children_user + after.children_system - before.children_user - before.children_system
    )
    print(f"{name:24} {time.perf_counter() - start:6.1f} s, {cpu:6.1f} s of CPU", flush=True)


def told(report: Path, size: int) -> None:
    kinds = {"pages": "*.js", "bytecode": "*.code.js", "tests": "*.tests.js"}
    found = {
        name: sum(p.stat().st_size for p in report.glob(f"data/{like}"))
        for name, like in kinds.items()
    }
    found["pages"] -= found["bytecode"] + found["tests"]
    total = sum(path.stat().st_size for path in report.rglob("*") if path.is_file())
    parts = ", ".join(f"{name} {count / size:.2f}" for name, count in found.items())
    front = (report / "data" / "front.js").stat().st_size
    print(f"{'size':24} {total / size:.2f} of the source: {parts}; index {front / 1e3:.0f} kB")


def times(report: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in report.rglob("*") if path.is_file()}


def browse(report: Path) -> None:
    """How long until a page is drawn, and how much of it the page works; the first page of a
    browser warms it up."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        print("no Playwright: nothing opened in a browser")
        return
    sources = sorted(
        (path for path in report.glob("data/*.js") if path.suffixes == [".js"]),
        key=lambda path: path.stat().st_size,
    )
    sources = [path for path in sources if path.stem not in {"front", "functions", "worklist"}]
    chosen = sources[:: max(len(sources) // 20, 1)] + sources[-1:]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 1440, "height": 1000})
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})
        index = (report / "index.html").as_uri()
        opened(page, session, index)
        print(f"{'index opens':24} {told_times([opened(page, session, index) for _ in range(5)])}")
        times = [opened(page, session, f"{index}?{path.stem}") for path in chosen]
        print(f"{'largest file opens':24} {told_times(times[-1:])}")
        print(f"{f'{len(times)} files of all sizes':24} {told_times(times)}")
        browser.close()


def opened(page: Any, session: Any, address: str) -> tuple[float, float]:
    """Seconds by the clock, and of the page's own work: scripts, styles and layout."""
    start, before = time.perf_counter(), worked(session)
    page.goto(address)
    page.wait_for_selector("html[data-ready]")
    page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    after = worked(session)
    # A new process of the browser begins at 0.
    return time.perf_counter() - start, after - before if after > before else after


def worked(session: Any) -> float:
    metrics = session.send("Performance.getMetrics")["metrics"]
    return float(next(one["value"] for one in metrics if one["name"] == "TaskDuration"))


def told_times(times: list[tuple[float, float]]) -> str:
    clock, work = (sorted(column) for column in zip(*times, strict=True))
    middle = len(times) // 2
    return (
        f"{clock[middle]:6.2f} s, at most {clock[-1]:.2f} s;"
        f" {work[middle]:.2f} s, at most {work[-1]:.2f} s of the page's own thread"
    )


if __name__ == "__main__":
    main()
