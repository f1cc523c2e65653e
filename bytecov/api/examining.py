"""Everything that is known of one measured file, for `diagnose`, `explain` and `suggest`."""

from collections.abc import Iterator
from functools import cached_property
from types import CodeType

from bytecov.api.analysis import compiled
from bytecov.api.asking import file_result, measured
from bytecov.api.nearness import test_of, tested_with
from bytecov.api.session import Session
from bytecov.bytecode.version import TEXT
from bytecov.diagnose.evidence import Evidence
from bytecov.model.errors import DataError
from bytecov.model.hits import Hits
from bytecov.model.obligation import ObligationKey
from bytecov.model.result import FileResult
from bytecov.source.link import link
from bytecov.source.parse import Source, read_source
from bytecov.store.measured import MeasuredFile
from bytecov.store.packing import unpack_counts, unpack_edges
from bytecov.store.reading import Contents, Covered, PackedHits
from bytecov.store.records import CodeName, code_name


class Examiner:
    """The data of a session, looked through once and asked about many files."""

    def __init__(self, session: Session, with_values: bool = False) -> None:
        self.session = session
        self.contents = session.contents(with_hits=True, with_values=with_values)
        self.runs, versions = measured(self.contents)
        self._versions: dict[str, list[MeasuredFile]] = {}
        for one in versions:
            path = session.absolute(one.path)
            self._versions.setdefault(path, []).append(one)
        self._hits: dict[tuple[str, CodeName], list[PackedHits]] = {}
        for path, packed in self._packed():
            self._hits.setdefault((path, packed.name), []).append(packed)

    @property
    def paths(self) -> list[str]:
        """The measured files, absolute, in the order in which they are shown."""
        return sorted(self._versions, key=self.session.shown)

    def evidences(self) -> Iterator[tuple[str, Evidence]]:
        """Every file that can be examined; the session is told of the others."""
        for path in self.paths:
            try:
                yield path, self.evidence(path)
            except DataError as error:
                self.session.warn(str(error))

    def evidence(self, path: str) -> Evidence:
        """One file.  DataError in one sentence where it was not measured, or has changed."""
        session, shown = self.session, self.session.shown(path)
        versions = self._versions.get(path)
        if not versions:
            raise DataError(f"{shown} was not measured: `bytecov run` measures")
        result = file_result(path, shown, versions, session.settings, session.warn)
        if result.problem:
            said = result.problem
            raise DataError(said if shown in said else f"{shown}: {said}")
        return self._evidence(path, result, read_source(path))

    def _evidence(self, path: str, result: FileResult, source: Source) -> Evidence:
        links = link(source, compiled(path))
        hits: dict[CodeType, Hits] = {}
        for code in links.flows:
            for row in self._hits.get((path, code_name(code, TEXT)), ()):
                found = Hits(unpack_counts(row.offsets), unpack_edges(row.edges))
                hits.setdefault(code, Hits()).merge(found)
        return Evidence(
            result=result,
            source=source,
            links=links,
            hits=hits,
            measured_here=bool(hits) or not result.lines.covered,
            tests=self._tests(path, source.digest),
            values=tested_with(self.contents, path, self.session.here),
        )

    @cached_property
    def _covered(self) -> dict[tuple[str, str], list[Covered]]:
        """{path and digest: what each context covered}; the nameless context is none"""
        found: dict[tuple[str, str], list[Covered]] = {}
        for contents in self.contents:
            paths = _paths(self.session, contents)
            for row in contents.covered:
                if row.context:
                    place = (paths[row.file], contents.files[row.file].digest)
                    found.setdefault(place, []).append(row)
        return found

    def _tests(self, path: str, digest: str) -> dict[ObligationKey, tuple[str, ...]]:
        """{outcome: the contexts in which it happened}"""
        found: dict[ObligationKey, set[str]] = {}
        for row in self._covered.get((path, digest), ()):
            for key in row.outcomes:
                found.setdefault(key, set()).add(test_of(row.context))
        return {key: tuple(sorted(names)) for key, names in found.items()}

    def _packed(self) -> Iterator[tuple[str, PackedHits]]:
        for contents in self.contents:
            paths = _paths(self.session, contents)
            for packed in contents.hits:
                yield paths[packed.file], packed


def _paths(session: Session, contents: Contents) -> dict[int, str]:
    return {number: session.absolute(file.path) for number, file in contents.files.items()}
