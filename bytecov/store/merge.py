"""Folds data files into one: on obligations, so any mix of Python versions adds up.

A file that cannot be read is left where it is and named; a file that was read and saved is
removed, unless it is to be kept.  Each is one transaction: it is in completely or not at all.
"""

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterable
from typing import NamedTuple

from bytecov.model.errors import DataError
from bytecov.store.aliases import Locate
from bytecov.store.database import write
from bytecov.store.folding import remove
from bytecov.store.reading import Contents, glance, load
from bytecov.store.writing import Writer


class Differing(NamedTuple):
    """A source file that `others` measured in another version than the one here or, if it is
    not here, than most; `measured`: the number of data files with this source file."""

    path: str
    others: tuple[str, ...]
    measured: int


class Combined(NamedTuple):
    """What became of each file: `skipped` holds a sentence for each that could not be read."""

    merged: tuple[str, ...]
    duplicates: tuple[str, ...]
    skipped: tuple[str, ...]
    differing: tuple[Differing, ...] = ()


def _where_it_was(path: str, directories: Iterable[str]) -> str:
    return path


def combine(
    data_file: str,
    paths: Iterable[str],
    keep: bool = False,
    locate: Locate = _where_it_was,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Combined:
    """Add each of `paths` to `data_file`, making it if need be; `progress` hears how many are
    done, of how many."""
    merged: list[str] = []
    duplicates: list[str] = []
    skipped: list[str] = []
    versions = _Versions()
    if os.path.exists(data_file) and os.path.getsize(data_file):
        versions.note(data_file, glance(data_file), locate)
    paths = list(paths)
    for done, path in enumerate(paths):
        progress(done, len(paths))
        try:
            new = load(path, with_hits=True, with_values=True)
        except DataError as error:
            skipped.append(str(error))
            continue
        versions.note(path, new, locate)
        (merged if _add(data_file, new, locate) else duplicates).append(path)
        if not keep:
            remove(path)
    progress(len(paths), len(paths))
    return Combined(tuple(merged), tuple(duplicates), tuple(skipped), versions.differing())


class _Versions:
    """Which data file measured which version of which source file."""

    def __init__(self) -> None:
        self._seen: dict[str, dict[str, list[str]]] = {}

    def note(self, data_file: str, contents: Contents, locate: Locate) -> None:
        directories = _directories(contents)
        for file in contents.files.values():
            if file.digest:
                versions = self._seen.setdefault(locate(file.path, directories), {})
                versions.setdefault(file.digest, []).append(data_file)

    def differing(self) -> tuple[Differing, ...]:
        """One entry for each source file of which there are several versions."""
        return tuple(
            self._differing(path, versions)
            for path, versions in sorted(self._seen.items())
            if len(versions) > 1
        )

    def _differing(self, path: str, versions: dict[str, list[str]]) -> Differing:
        usual = Counter({digest: len(files) for digest, files in versions.items()})
        wanted = _digest_of(path)
        if wanted not in versions:
            ((wanted, _),) = usual.most_common(1)
        others = [one for digest, files in versions.items() if digest != wanted for one in files]
        return Differing(path, tuple(others), usual.total())


def _digest_of(path: str) -> str:
    """The digest of a file as it is now, empty if it cannot be read."""
    try:
        if os.path.isfile(path):  # a pipe would wait for a writer
            with open(path, "rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError):
        pass
    return ""


def _directories(contents: Contents) -> list[str]:
    return list(dict.fromkeys(run.directory for run in contents.runs))


def merge(data_file: str, path: str, locate: Locate = _where_it_was) -> bool:
    """Add `path` to `data_file`; False if all its runs are there already."""
    return _add(data_file, load(path, with_hits=True, with_values=True), locate)


def _add(data_file: str, new: Contents, locate: Locate) -> bool:
    directories = _directories(new)
    with write(data_file) as target:
        present = {uuid for (uuid,) in target.execute("SELECT uuid FROM run")}
        if new.runs and present.issuperset(run.uuid for run in new.runs):
            return False
        writer = Writer(target)
        ids = {
            number: writer.file(locate(file.path, directories), file.digest, file.problem)
            for number, file in new.files.items()
        }
        for run in new.runs:
            writer.add_run(run)
        for row in new.covered:
            context = writer.context(row.context)
            writer.add_covered(ids[row.file], context, row.outcomes, set(row.lines))
        for hit in new.hits:
            context = writer.context(hit.context)
            writer.add_packed_hits(ids[hit.file], context, hit.name, hit.offsets, hit.edges)
        for number, seen in new.values:
            writer.add_values(ids[number], [seen])
        for number, knowledge in new.knowledge:
            writer.add_knowledge(ids[number], knowledge)
        for number, doubt in new.doubts:
            writer.add_doubt(ids[number], doubt)
    return True


def erase(data_file: str) -> bool:
    """Remove the data file; False if there is none.  DataError for a file that is not ours."""
    if not os.path.exists(data_file):
        return False
    if os.path.getsize(data_file):
        with write(data_file) as connection:
            Writer(connection).clear()
            # Who waits for the lock finds the file gone and makes a new one.
            os.unlink(data_file)
    else:
        os.unlink(data_file)
    return True
