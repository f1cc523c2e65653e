"""From data files to results: what was covered, laid on the sources as they are now."""

import dataclasses
import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from types import CodeType

from bytecov.bytecode.version import TEXT
from bytecov.config.settings import Settings
from bytecov.model.decision import DecisionKind
from bytecov.model.errors import DataError
from bytecov.model.hits import Hits
from bytecov.model.obligation import ObligationKey
from bytecov.model.result import FileResult, LinesResult
from bytecov.model.values import Observation, Witnessed
from bytecov.model.vector import Variant
from bytecov.results.laying import Covered
from bytecov.results.tally import file_result as lay_statuses
from bytecov.results.witnesses import witnesses
from bytecov.source.exclusion import EXCLUDE, PARTIAL, PARTIAL_ALWAYS, Exclusions, exclusions
from bytecov.source.parse import Source, read_source
from bytecov.source.statements import statements as statements_of
from bytecov.store.measured import MeasuredFile
from bytecov.store.packing import unpack_counts, unpack_edges
from bytecov.store.reading import Contents
from bytecov.store.records import Run, code_name


def measured(
    parts: Iterable[Contents], place: Callable[[str], str] = str
) -> tuple[list[Run], list[MeasuredFile]]:
    """All runs, and all versions of all files with what was covered in them in any context.

    `place` gives the name of a file: those of one name and content are one file.
    """
    runs: list[Run] = []
    merged: dict[tuple[str, str], MeasuredFile] = {}
    for contents in parts:
        runs += contents.runs
        by_id: dict[int, MeasuredFile] = {}
        for number, file in contents.files.items():
            key = (place(file.path), file.digest)
            by_id[number] = merged.setdefault(key, MeasuredFile(*key, file.problem))
        for row in contents.covered:
            file = by_id[row.file]
            for obligation, count in row.outcomes.items():
                file.outcomes[obligation] = file.outcomes.get(obligation, 0) + count
                if row.context:
                    file.witnesses.setdefault(obligation, row.context)
            file.lines.update(row.lines)
        for number, knowledge in contents.knowledge:
            by_id[number].learn(knowledge)
        for number, doubt in contents.doubts:
            by_id[number].doubts.add(doubt)
    return sorted(runs, key=lambda run: run.started), list(merged.values())


def file_result(
    path: str,
    shown: str,
    versions: Sequence[MeasuredFile],
    settings: Settings,
    warn: Callable[[str], None],
    read: Callable[[str], Source] = read_source,
) -> FileResult:
    """What was covered in the version of a file that is on disk, or what is wrong with it."""
    try:
        source = read(path)
    except DataError as error:
        return _problem(shown, str(error).replace(path, shown))
    same = next((one for one in versions if one.digest == source.digest), None)
    if same is None:
        if versions[0].problem:
            return _problem(shown, versions[0].problem.replace(path, shown), source.text)
        said = "it has changed since it was measured, so nothing is said of it: measure again"
        return _problem(shown, said, source.text)
    if len(versions) > 1:
        warn(f"{shown}: what was measured of other versions of it is left out")
    if broken := next((one.said for one in same.doubts if one.kind == "problem"), ""):
        return _problem(shown, broken, source.text)
    covered = Covered(
        outcomes=same.outcomes,
        witnesses=same.witnesses,
        lines=frozenset(same.lines),
        undetermined=frozenset(same.undetermined - same.outcomes.keys()),
        absent=frozenset((same.absent or set()) - same.outcomes.keys()),
    )
    kinds = frozenset(DecisionKind(kind) for kind in settings.count)
    variant = Variant(settings.mcdc)
    result = lay_statuses(source, shown, covered, excluded(source, settings), kinds, variant)
    doubts = [doubt.kind for doubt in same.doubts]
    return dataclasses.replace(
        result,
        unexplained=doubts.count("unexplained"),
        contradictions=doubts.count("contradiction"),
    )


def with_witnesses(
    files: Iterable[FileResult], parts: Iterable[Contents], place: Callable[[str], str]
) -> list[FileResult]:
    """The same with the contexts that covered each outcome; `place` gives the whole path of a
    file, as stored or as shown."""
    covered: dict[tuple[str, str], dict[str, dict[ObligationKey, int]]] = {}
    for contents in parts:
        for row in contents.covered:
            file = contents.files[row.file]
            contexts = covered.setdefault((place(file.path), file.digest), {})
            contexts.setdefault(row.context, {}).update(row.outcomes)
    found = []
    for result in files:
        if not result.problem:
            digest = read_source(place(result.path)).digest
            told = witnesses(result, covered.get((place(result.path), digest), {}))
            result = dataclasses.replace(result, witnesses=told)
        found.append(result)
    return found


def excluded(source: Source, settings: Settings) -> Exclusions:
    """What the author told us not to count."""
    lines = EXCLUDE if settings.exclude_lines is None else settings.exclude_lines
    partial = PARTIAL if settings.partial_branches is None else settings.partial_branches
    always = settings.partial_branches_always
    return exclusions(
        statements_of(source),
        (*lines, *settings.exclude_also),
        (*partial, *(PARTIAL_ALWAYS if always is None else always), *settings.partial_also),
    )


def hits(parts: Iterable[Contents], codes: Iterable[CodeType]) -> list[Hits | None]:
    """What ran in each code object; None where this very code was never measured."""
    packed = [row for contents in parts for row in contents.hits]
    found: list[Hits | None] = []
    for code in codes:
        name = code_name(code, TEXT)
        merged: Hits | None = None
        for row in packed:
            if row.name == name:
                merged = merged or Hits()
                merged.merge(Hits(unpack_counts(row.offsets), unpack_edges(row.edges)))
        found.append(merged)
    return found


def values(parts: Iterable[Contents], path: str, directory: str) -> list[Witnessed]:
    """What the conditions of a file were tested with, if it is still what was measured."""
    digest = read_source(path).digest
    found: Counter[tuple[ObligationKey, str, Observation]] = Counter()
    for contents in parts:
        ids = {
            number
            for number, file in contents.files.items()
            if os.path.normpath(os.path.join(directory, file.path)) == path
            and file.digest == digest
        }
        for number, (key, context, observation, count) in contents.values:
            if number in ids:
                found[key, context, observation] += count
    return [Witnessed(*seen, count) for seen, count in sorted(found.items())]


def by_version_number(version: str) -> tuple[int, ...]:
    """3.9 before 3.13."""
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def _problem(shown: str, said: str, text: str = "") -> FileResult:
    return FileResult(shown, text, LinesResult(), (), problem=said)
