"""The report on disk: templates filled, assets beside them, what is unchanged left alone."""

import json
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, FunctionLoader, StrictUndefined

import bytecov
from bytecov.model.errors import UsageError
from bytecov.model.result import Results
from bytecov.report.html.page import FilePage, Summary
from bytecov.report.html.visible import visible

ASSETS = ("bytecov.css", "theme.js", "report.js", "index.js", "file.js")
MANIFEST = "bytecov-html.json"
OURS = re.compile(r"files/[A-Za-z0-9_-]+\.html")


def write_html(results: Results, directory: Path, title: str) -> Path:
    """Write the report into a directory and return the path of its index.

    Files whose content stays the same are not touched; pages of an earlier report whose
    source is no longer in the results are removed; nothing else in the directory is.
    Raises UsageError when the directory cannot be written.
    """
    try:
        return _write(results, directory, title)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(
            f"Cannot write the HTML report to {directory}: {reason}. "
            "Name another directory with -d."
        ) from error


def _write(results: Results, directory: Path, title: str) -> Path:
    existed = directory.exists()
    for folder in (directory, directory / "files", directory / "static"):
        folder.mkdir(parents=True, exist_ok=True)
    if not existed:
        _put(directory / ".gitignore", "*\n")
    for name in ASSETS:
        _put(directory / "static" / name, _resource("static", name))
    environment = _environment(title)
    pages = sorted((FilePage(file) for file in results.files), key=lambda page: page.path)
    written = set()
    for before, page, after in _neighbours(pages):
        html = environment.get_template("file.html").render(
            page=page, before=before, after=after, root="../"
        )
        _put(directory / "files" / page.name, html)
        written.add(f"files/{page.name}")
    index = environment.get_template("index.html").render(
        summary=Summary(results, pages), pages=pages, root=""
    )
    _put(directory / "index.html", index)
    _remove_stale(directory, written)
    return directory / "index.html"


def _environment(title: str) -> Environment:
    environment = Environment(
        loader=FunctionLoader(lambda name: _resource("templates", name)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["visible"] = visible
    environment.filters["number"] = lambda count: f"{count:,}"
    environment.filters["plural"] = lambda count, one, many: one if count == 1 else many
    environment.globals.update(report_title=title, version=bytecov.__version__)
    return environment


def _resource(folder: str, name: str) -> str:
    return files("bytecov.report.html").joinpath(folder, name).read_text("utf-8")


def _neighbours(
    pages: list[FilePage],
) -> Iterator[tuple[FilePage | None, FilePage, FilePage | None]]:
    """Each page with the nearest ones before and after it that have gaps."""
    following = iter([page for page in pages if page.gaps])
    before, after = None, next(following, None)
    for page in pages:
        if page is after:
            after = next(following, None)
        yield before, page, after
        if page.gaps:
            before = page


def _put(path: Path, text: str) -> None:
    """Write a file unless it says this already."""
    content = text.encode("utf-8")
    if not path.is_file() or path.read_bytes() != content:
        path.write_bytes(content)


def _remove_stale(directory: Path, written: set[str]) -> None:
    manifest = directory / MANIFEST
    try:
        earlier = json.loads(manifest.read_text("utf-8"))["pages"]
    except (OSError, ValueError, KeyError, TypeError):
        earlier = []
    for name in earlier if isinstance(earlier, list) else []:
        if isinstance(name, str) and OURS.fullmatch(name) and name not in written:
            (directory / name).unlink(missing_ok=True)
    _put(manifest, json.dumps({"pages": sorted(written)}, indent=1) + "\n")
