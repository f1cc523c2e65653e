"""`bytecov html`: the report for browsers, made by several processes."""

import argparse
import gc
import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from bytecov.cli.options import Parser, add_common, warn
from bytecov.cli.reporting import add_choice, exit_status, session_to_report
from bytecov.model.errors import DataError, UsageError
from bytecov.model.result import FileResult, LinesResult

if TYPE_CHECKING:
    from bytecov.api.work import FileWork
    from bytecov.report.html import Rendered, Site

FEW = 8  # files that one process has done before others have started

HTML = """\
Write HTML pages that show the source with every outcome that never happened marked where it
stands: index.html, and beside it what it loads.  They work from disk and need no network.

Sources that are as they were in the report before are not rendered again.
"""
HTML_END = """\
examples:
  bytecov html
  bytecov html --single-file       one file to send, htmlbytecov/bytecov.html

exit status: 0; 2 under --fail-under; 1 if the pages could not be written.
"""


def html_command(arguments: list[str]) -> int:
    """Write HTML pages."""
    parser = Parser("html", "[option …] [FILE …]", HTML, HTML_END)
    add_choice(parser)
    parser.add_argument(
        "-d",
        "--directory",
        dest="html_directory",
        metavar="DIR",
        help="where to write (default: htmlbytecov)",
    )
    parser.add_argument("--title", metavar="TEXT", help="what the pages are called")
    parser.add_argument("--single-file", action="store_true", help="everything in one file")
    parser.add_argument(
        "--stages",
        action="store_true",
        help="in the bytecode view, how lines became what runs: tokens, syntax tree, symbols, …",
    )
    parser.add_argument(
        "-j", "--jobs", metavar="N", type=_jobs, help="processes to use (default: one per core)"
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="no progress, no last word")
    add_common(parser)
    options = parser.parse_args(arguments)
    session = session_to_report(options, "html_directory", "title")
    work = session.work(options.files)
    if not work.files:
        warn(session)
        raise DataError("there is nothing to report: no measured file was chosen")
    try:
        from bytecov.report.html import Site
    except ImportError as error:
        raise UsageError(
            f"`bytecov html` needs the package {error.name}: `pip install {error.name}`"
        ) from None
    settings = session.settings
    title = settings.title or Path(session.here).name
    directory = Path(settings.html_directory)
    site = Site(directory, title, work.engines, work.pythons, options.single_file)
    step = _progress(len(work.files), quiet=options.quiet)
    if options.stages:
        for each in work.files:
            each.with_stages = True
    for rendered, warnings in _rendered(site, work.files, options.jobs or os.cpu_count() or 1):
        for said in warnings:
            session.warn(said)
        if not (rendered.entry["problem"] and settings.ignore_errors):
            site.add(rendered)
        step()
    warn(session)
    page = site.finish()
    if not options.quiet:
        print(f"wrote {page}")
    return exit_status(site.totals(settings.level), settings)


def _rendered(
    site: "Site", files: "list[FileWork]", jobs: int
) -> "Iterator[tuple[Rendered, list[str]]]":
    """Every file with its warnings: what is known first, the rest as it gets ready."""
    fresh = []
    for work in files:
        if known := site.known(work.fingerprint):
            yield known, []
        else:
            fresh.append(work)
    with ExitStack() as stack:
        each: Callable[..., Iterator[tuple[Rendered, list[str]]]] = map
        if jobs > 1 and len(fresh) > FEW:
            pool: Executor = stack.enter_context(ProcessPoolExecutor(jobs, initializer=_begin))
            # The largest first: none is left for the end, when other processes are idle.
            fresh.sort(key=lambda work: -os.path.getsize(work.path) if _is_there(work) else 0)
            each = pool.map
        yield from each(_render, fresh)


def _begin() -> None:
    """In a process of ours: it makes trees, shows them and ends, so nothing is worth collecting
    before there is a lot of it."""
    gc.set_threshold(200_000, 20, 100)


def _render(work: "FileWork") -> "tuple[Rendered, list[str]]":
    from bytecov.report.html import render

    try:
        result = work.result()
        stages = work.stages() if work.with_stages else None
        rendered = render(result, work.anatomy(), work.witnesses(), stages, work.fingerprint)
    except Exception as error:  # a bug of ours must not take the other files along
        said = f"bytecov could not show it ({type(error).__name__}: {error}): please report this"
        rendered = render(FileResult(work.shown, "", LinesResult(), (), problem=said))
    return rendered, work.warnings


def _is_there(work: "FileWork") -> bool:
    return os.path.exists(work.path)


def _progress(total: int, quiet: bool) -> Callable[[], None]:
    """What to call after each file: draws a bar where somebody watches."""
    if quiet or not sys.stderr.isatty():
        return lambda: None
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        filled = 30 * done // total
        bar = "━" * filled + " " * (30 - filled)
        end = "\n" if done == total else ""
        print(f"\r{bar} {done:,} of {total:,} files", end=end, file=sys.stderr, flush=True)

    return step


def _jobs(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError("a number of processes is 1 or more")
    return number
