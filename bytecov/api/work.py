"""One measured file and everything that is known of it, to be worked out in any process."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from types import CodeType
from typing import NamedTuple

import bytecov
from bytecov.api.asking import file_result, measured
from bytecov.bytecode.version import TEXT
from bytecov.config.settings import Settings
from bytecov.model.anatomy import Anatomy
from bytecov.model.errors import DataError
from bytecov.model.hits import Hits
from bytecov.model.obligation import ObligationKey
from bytecov.model.result import FileResult
from bytecov.model.values import Witnessed
from bytecov.model.witness import Witnesses
from bytecov.source.parse import Source, no_warnings, read_source
from bytecov.store.measured import MeasuredFile
from bytecov.store.packing import unpack_counts, unpack_edges
from bytecov.store.reading import Contents, Covered, PackedHits
from bytecov.store.records import CodeName, code_name


@dataclass
class FileWork:
    """Plain values, cheap to send to another process; the methods do the work.

    `covered`, `hits` and `values` are of the version of the file that is on disk now.
    """

    path: str
    shown: str
    settings: Settings
    versions: list[MeasuredFile]
    covered: list[Covered] = field(default_factory=list)
    hits: list[PackedHits] = field(default_factory=list)
    values: list[Witnessed] = field(default_factory=list)
    with_stages: bool = False
    warnings: list[str] = field(default_factory=list)
    _source: Source | None = field(default=None, repr=False)

    def result(self) -> FileResult:
        """What was covered; what there is to warn of is added to `warnings`."""
        return self._result

    @cached_property
    def _result(self) -> FileResult:
        found = file_result(
            self.path, self.shown, self.versions, self.settings, self.warnings.append, self._read
        )
        if not self.values:
            return found
        from bytecov.api.nearness import with_near

        return with_near(found, self.path, self.values)

    def _read(self, path: str) -> Source:
        """Once for results and bytecode: parsing takes its time."""
        if self._source is None:
            self._source = read_source(path)
        return self._source

    def anatomy(self) -> Anatomy | None:
        """The bytecode of this Python with its hits; None where it cannot be compiled."""
        if self.result().problem:
            return None
        from bytecov.results.anatomy import anatomy

        try:
            return anatomy(self._read(self.path), self._hits_of)
        except DataError:
            return None

    def stages(self) -> dict[int, str]:
        """{first line of a statement or header: how it became what runs, as `explain --stages`
        tells it}, where bytecode of the file ran on this Python."""
        if self.result().problem or not any(row.name.python == TEXT for row in self.hits):
            return {}
        from bytecov.diagnose.stages import Stager
        from bytecov.report.stages import render_stages

        source = self._read(self.path)
        try:
            with no_warnings():
                code = compile(source.text, self.path, "exec", dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return {}
        stager = Stager(source, code)
        return {line: render_stages(stager.stages(line), self.shown) for line in stager.lines}

    def witnesses(self) -> Witnesses | None:
        """Which contexts covered what; None where there are none."""
        named = self.settings.html_show_contexts and any(row.context for row in self.covered)
        if self.result().problem or not named:
            return None
        from bytecov.results.witnesses import witnesses

        by_context: dict[str, dict[ObligationKey, int]] = {}
        for row in self.covered:
            outcomes = by_context.setdefault(row.context, {})
            for key, count in row.outcomes.items():
                outcomes[key] = outcomes.get(key, 0) + count
        return witnesses(self.result(), by_context)

    @cached_property
    def fingerprint(self) -> str:
        """The same as long as everything is that the results depend on."""
        try:
            source = Path(self.path).read_bytes()
        except OSError as error:
            source = str(error).encode()
        told = hashlib.sha256(hashlib.sha256(source).digest())
        settings = self.settings
        parts: list[object] = [bytecov.__version__, _own_code(), TEXT, self.shown, repr(settings)]
        parts.append(self.with_stages)
        for one in self.versions:
            parts += [one.digest, one.problem, sorted(one.outcomes.items()), sorted(one.lines)]
            parts += [sorted(one.undetermined), sorted(one.absent or ()), sorted(one.doubts)]
        parts += [(row.context, sorted(row.outcomes.items())) for row in self.covered]
        parts += [(row.context, row.name, row.offsets, row.edges) for row in self.hits]
        parts += sorted(self.values)
        for part in parts:
            told.update(repr(part).encode("utf-8", "backslashreplace"))
        return told.hexdigest()

    @cached_property
    def _by_name(self) -> dict[CodeName, list[PackedHits]]:
        found: dict[CodeName, list[PackedHits]] = {}
        for row in self.hits:
            found.setdefault(row.name, []).append(row)
        return found

    def _hits_of(self, code: CodeType) -> Hits | None:
        rows = self._by_name.get(code_name(code, TEXT))
        if not rows:
            return None
        merged = Hits()
        for row in rows:
            merged.merge(Hits(unpack_counts(row.offsets), unpack_edges(row.edges)))
        return merged


class Work(NamedTuple):
    """All files of a report that is still to be worked out, and the facts of the runs."""

    files: list[FileWork]
    engines: tuple[str, ...]
    pythons: tuple[str, ...]


@cache
def _own_code() -> str:
    """Of all code that makes results: while bytecov is worked on, its version stays the same."""
    told = hashlib.sha256()
    for path in sorted(Path(bytecov.__file__).parent.rglob("*.py")):
        told.update(path.read_bytes())
    return told.hexdigest()


def works(
    parts: Iterable[Contents],
    settings: Settings,
    place: Callable[[str], str],
    shown: Callable[[str], str],
    wanted: Callable[[str], bool],
) -> list[FileWork]:
    """One for each measured file, by the name it is shown with.  `place` says where on this
    machine a file of the data lies."""
    parts = list(parts)
    found: dict[str, FileWork] = {}
    for file in measured(parts)[1]:
        path = place(file.path)
        if wanted(path):
            work = found.setdefault(path, FileWork(path, shown(path), settings, []))
            work.versions.append(file)
    now = {path: _digest(path) for path in found}
    for contents in parts:
        by_id = {
            number: found[path]
            for number, file in contents.files.items()
            if (path := place(file.path)) in found and file.digest == now[path]
        }
        for row in contents.covered:
            if row.file in by_id:
                by_id[row.file].covered.append(row)
        for hits in contents.hits:
            if hits.file in by_id:
                by_id[hits.file].hits.append(hits)
        for number, seen in contents.values:
            if number in by_id:
                by_id[number].values.append(seen)
    return sorted(found.values(), key=lambda work: work.shown)


def _digest(path: str) -> str:
    try:
        return hashlib.sha256(Path(path).read_bytes()).hexdigest()
    except OSError:
        return ""
