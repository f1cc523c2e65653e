"""Folds data files into one: on obligations, so any mix of Python versions adds up.

A file that cannot be read is left where it is and named; a file that was read and saved is
removed, unless it is to be kept.  Each is one transaction: it is in completely or not at all.
"""

import os
import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from bytecov.model.errors import DataError
from bytecov.store.database import write
from bytecov.store.reading import load
from bytecov.store.writing import Writer

Rename = Callable[[str], str]


class Combined(NamedTuple):
    """What became of each file: `skipped` holds a sentence for each that could not be read."""

    merged: tuple[str, ...]
    duplicates: tuple[str, ...]
    skipped: tuple[str, ...]


def combine(
    data_file: str,
    paths: Iterable[str],
    keep: bool = False,
    rename: Rename = lambda path: path,
    progress: Callable[[str], None] = lambda path: None,
) -> Combined:
    """Add each of `paths` to `data_file`, making it if need be."""
    merged: list[str] = []
    duplicates: list[str] = []
    skipped: list[str] = []
    for path in paths:
        progress(path)
        try:
            new = merge(data_file, path, rename)
        except DataError as error:
            if path in str(error):
                skipped.append(str(error))
                continue
            raise
        (merged if new else duplicates).append(path)
        if not keep:
            _remove(path)
    return Combined(tuple(merged), tuple(duplicates), tuple(skipped))


def merge(data_file: str, path: str, rename: Rename = lambda path: path) -> bool:
    """Add `path` to `data_file`; False if all its runs are there already."""
    new = load(path, with_hits=True)
    with write(data_file) as target:
        present = {uuid for (uuid,) in target.execute("SELECT uuid FROM run")}
        if new.runs and present.issuperset(run.uuid for run in new.runs):
            return False
        writer = Writer(target)
        ids = {
            number: writer.file(rename(file.path), file.digest, file.problem)
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
        for number, knowledge in new.knowledge:
            writer.add_knowledge(ids[number], knowledge)
        for number, doubt in new.doubts:
            writer.add_doubt(ids[number], doubt)
    return True


def fold(data_file: str, shard: str) -> None:
    """Add the file of an ended process and remove it."""
    try:
        # The first of a run has nothing to add to: a second name is made in one step, and
        # fails where another process was quicker.
        os.link(shard, data_file)
    except OSError:
        merge(data_file, shard)
    _remove(shard)


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


def start_anew(data_file: str) -> None:
    """Empty the data file if there is one: a new run begins."""
    if os.path.exists(data_file) and os.path.getsize(data_file):
        with write(data_file) as connection:
            Writer(connection).clear()


def renamer(
    paths: Iterable[tuple[str, tuple[str, ...]]], regex: Callable[[str, bool], str]
) -> Rename:
    """Maps paths of other machines to ours: `[paths]` of coverage.py.

    The first of each list is the name to use, the others are patterns for the beginning of a
    path; a path is renamed only if the renamed file exists.  `regex` translates a pattern.
    """
    rules = [
        (re.compile(regex(_rooted(pattern), True)), os.path.join(aliases[0], ""))
        for _, aliases in paths
        for pattern in aliases[1:]
    ]

    def rename(path: str) -> str:
        slashed = path.replace("\\", "/")
        for pattern, canonical in rules:
            if match := pattern.match(slashed):
                new = os.path.abspath(canonical + slashed[match.end() :])
                if os.path.exists(new):
                    return new
        return path

    return rename


def _rooted(pattern: str) -> str:
    pattern = pattern.rstrip("/\\")
    if not pattern.startswith("*") and not re.match(r"(?:[A-Za-z]:)?[\\/]", pattern):
        pattern = os.path.abspath(pattern)
    return pattern + "/"


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass
    except OSError as error:
        raise DataError(f"{path} cannot be removed: {error.strerror}") from None
