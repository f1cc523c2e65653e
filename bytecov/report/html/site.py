"""The report on disk: one page, a data file per source beside it, unchanged files left alone.

`render` makes the parts of one source and may run in any process; a `Site` collects them and
writes what all sources share.
"""

import base64
import hashlib
import json
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

import bytecov
from bytecov.model.anatomy import Anatomy
from bytecov.model.errors import UsageError
from bytecov.model.result import FileResult, Results, Tally, Totals
from bytecov.model.witness import Witnesses
from bytecov.report.html.bytecode import bytecode
from bytecov.report.html.document import LEVELS, FileDocument
from bytecov.report.html.front import front, functions, worklist
from bytecov.report.html.highlight import highlight
from bytecov.report.html.pack import pack, script
from bytecov.report.html.tests import tests
from bytecov.report.html.visible import visible, visible_text

STYLES = ("base.css", "front.css", "source.css", "bytecode.css")
SCRIPTS = (
    "theme.js",
    "shell.js",
    "data.js",
    "unfold.js",
    "front.js",
    "lines.js",
    "graph.js",
    "drawer.js",
    "bytecode.js",
    "source.js",
    "start.js",
)
LIBRARY = "dagre.min.js"  # lays graphs out; loads when one is drawn
OURS = re.compile(r"data/[A-Za-z0-9_.-]+\.js")
MEMORY = "bytecov-html.cache"
SUFFIXES = {"", ".code", ".stages", ".tests"}


@dataclass(slots=True)
class Rendered:
    """One source: its data files by their suffix, and what the pages of all sources say of it."""

    name: str
    entry: dict[str, Any]
    scopes: list[list[Any]]
    worklist: list[list[Any]]
    data: dict[str, str] = field(default_factory=dict)  # by SUFFIXES
    fingerprint: str = ""

    @property
    def file_names(self) -> list[str]:
        """Its data files on disk."""
        return [f"data/{self.name}{suffix}.js" for suffix in self.entry["has"]]


def render(
    file: FileResult,
    anatomy: Anatomy | None = None,
    witnesses: Witnesses | None = None,
    stages: Mapping[int, str] | None = None,
    fingerprint: str = "",
) -> Rendered:
    """Everything that the report says of one source."""
    document = FileDocument(file, witnesses)
    data = {"": document.page(highlight(file.source))}
    if anatomy:
        data[".code"] = bytecode(file, anatomy)
    if witnesses:
        data[".tests"] = tests(file, witnesses)
    if stages:
        told = {str(line): visible_text(said) for line, said in stages.items()}
        data[".stages"] = {"lines": told}
    data[""]["has"] = sorted(data)
    entry = {**document.entry(), "has": sorted(data)}
    return Rendered(
        document.name,
        entry,
        document.scopes(),
        document.worklist(),
        {suffix: pack(one) for suffix, one in data.items()},
        fingerprint,
    )


def write_html(results: Results, directory: Path, title: str) -> Path:
    """Write the report of results alone, without bytecode, and return the path of its index."""
    site = Site(directory, title, results.engines, results.pythons)
    for file in results.files:
        site.add(render(file))
    return site.finish()


class Site:
    """A report in a directory, or with `single_file` all of it in the one page there.

    Files whose content stays the same are not touched; data of an earlier report whose source
    is no longer in it is removed; nothing else in the directory is.  Raises UsageError when the
    directory cannot be written.
    """

    def __init__(
        self,
        directory: Path,
        title: str,
        engines: Iterable[str] = (),
        pythons: Iterable[str] = (),
        single_file: bool = False,
    ) -> None:
        self.directory = directory
        self.title = title
        self.facts = {"engines": list(engines), "pythons": list(pythons)}
        self.single_file = single_file
        self.rendered: list[Rendered] = []
        self.memory = {} if single_file else _remembered(directory / MEMORY)
        self._prepared = False

    def known(self, fingerprint: str) -> Rendered | None:
        """What an earlier report said of a source that is the same now, if it still stands."""
        found = self.memory.get(fingerprint)
        if found and all((self.directory / name).is_file() for name in found.file_names):
            return found
        return None

    def add(self, one: Rendered) -> None:
        """Take one source in; its data is written at once and not kept."""
        if not self.single_file:
            for suffix, packed in one.data.items():
                name = f"{one.name}{suffix}"
                self._put(f"data/{name}.js", script(name, packed))
            one.data = {}
        self.rendered.append(one)

    def totals(self, level: str) -> Totals:
        """Of everything taken in."""
        entries = [one.entry for one in self.rendered]
        line, branch, condition, mcdc = (
            sum((Tally(*entry["levels"][place]) for entry in entries), Tally())
            for place in range(len(LEVELS))
        )
        arcs = sum((Tally(*entry["arcs"]) for entry in entries), Tally())
        return Totals(line, branch, condition, mcdc, arcs, level)

    def finish(self) -> Path:
        """Write what all sources share, and return the path of the page."""
        self.rendered.sort(key=lambda one: one.entry["path"])
        shared = {
            "front": front([one.entry for one in self.rendered], self.title, self.facts),
            "functions": functions(self.rendered),
            "worklist": worklist(self.rendered),
        }
        if self.single_file:
            return self._finish_single(shared)
        for name, data in shared.items():
            self._put(f"data/{name}.js", script(name, pack(data)))
        for name in (*STYLES, *SCRIPTS, LIBRARY):
            self._put(f"static/{name}", _resource("static", name))
        self._put("index.html", self._page(shared["front"]))
        kept = {name for one in self.rendered for name in one.file_names}
        self._forget(kept | {f"data/{name}.js" for name in shared})
        return self.directory / "index.html"

    def _finish_single(self, shared: Mapping[str, Mapping[str, Any]]) -> Path:
        data = {name: pack(one) for name, one in shared.items()}
        for one in self.rendered:
            data |= {f"{one.name}{suffix}": packed for suffix, packed in one.data.items()}
        self._put("bytecov.html", self._page(shared["front"], data))
        return self.directory / "bytecov.html"

    def _page(self, told: Mapping[str, Any], data: Mapping[str, str] | None = None) -> str:
        environment = _environment()
        inline = data is not None
        styles = [_resource("static", name) for name in STYLES] if inline else []
        names = (*SCRIPTS[:-1], LIBRARY, SCRIPTS[-1])
        scripts = [_resource("static", name) for name in names] if inline else []
        return environment.get_template("shell.html").render(
            title=visible(self.title),
            version=bytecov.__version__,
            front=told,
            levels=LEVELS,
            style_names=[] if inline else STYLES,
            script_names=[] if inline else SCRIPTS,
            styles=[Markup(one) for one in styles],
            scripts=[Markup(one) for one in scripts],
            style_sources=" ".join(map(_source, styles)) or "'self'",
            script_sources=" ".join(map(_source, scripts)) or "'self'",
            data={name: Markup(packed) for name, packed in (data or {}).items()},
        )

    def _forget(self, kept: set[str]) -> None:
        """Remove the data of sources that are gone, and remember what is there now."""
        for earlier in self.memory.values():
            for name in earlier.file_names:
                if OURS.fullmatch(name) and name not in kept:
                    (self.directory / name).unlink(missing_ok=True)
        told = [
            [one.fingerprint, one.name, one.entry, one.scopes, one.worklist]
            for one in self.rendered
        ]
        raw = json.dumps({"bytecov": bytecov.__version__, "files": told}).encode()
        self._put(MEMORY, zlib.compress(raw))

    def _put(self, name: str, content: str | bytes) -> None:
        """Write a file unless it says this already."""
        path = self.directory / name
        raw = content.encode() if isinstance(content, str) else content
        try:
            self._prepare()
            if not path.is_file() or path.read_bytes() != raw:
                path.write_bytes(raw)
        except OSError as error:
            reason = error.strerror or str(error)
            raise UsageError(
                f"Cannot write the HTML report to {self.directory}: {reason}. "
                "Name another directory with -d."
            ) from error

    def _prepare(self) -> None:
        if self._prepared:
            return
        self._prepared = True
        existed = self.directory.exists()
        folders = () if self.single_file else ("data", "static")
        for folder in (self.directory, *(self.directory / name for name in folders)):
            folder.mkdir(parents=True, exist_ok=True)
        if not existed:
            (self.directory / ".gitignore").write_text("*\n")


def _remembered(path: Path) -> dict[str, Rendered]:
    """{fingerprint: source} of an earlier report; empty if there is none that can be read."""
    try:
        told = json.loads(zlib.decompress(path.read_bytes()))
        if told["bytecov"] != bytecov.__version__:
            return {}
        return {
            fingerprint or name: Rendered(name, entry, scopes, gaps, {}, fingerprint)
            for fingerprint, name, entry, scopes, gaps in told["files"]
            if OURS.fullmatch(f"data/{name}.js") and set(entry["has"]) <= SUFFIXES
        }
    except (OSError, ValueError, KeyError, TypeError, zlib.error):
        return {}


def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(lambda name: _resource("templates", name)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = lambda count: f"{count:,}"
    return environment


def _resource(folder: str, name: str) -> str:
    return files("bytecov.report.html").joinpath(folder, name).read_text("utf-8")


def _source(text: str) -> str:
    """What names an inline script or style in a Content-Security-Policy."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
