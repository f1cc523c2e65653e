"""Everything a data file says, as values, checked: a data file is input from strangers."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from bytecov.model.obligation import ObligationKey
from bytecov.model.span import Span
from bytecov.model.values import Observation, Value, Witnessed
from bytecov.store.database import read
from bytecov.store.measured import MeasuredFile
from bytecov.store.packing import check_counts, check_edges, unpack_counts, unpack_numbers
from bytecov.store.records import CodeName, Doubt, Knowledge, Run, checked

Names = dict[int, dict[int, ObligationKey]]


class Covered(NamedTuple):
    """What one context covered in one file."""

    file: int
    context: str
    outcomes: dict[ObligationKey, int]
    lines: list[int]


class PackedHits(NamedTuple):
    """The hits of one code object in one context, packed as `packing` does."""

    file: int
    context: str
    name: CodeName
    offsets: bytes
    edges: bytes


class Contents(NamedTuple):
    """A whole data file.  `files` holds them by id, with nothing covered in them yet."""

    runs: list[Run]
    files: dict[int, MeasuredFile]
    covered: list[Covered]
    knowledge: list[tuple[int, Knowledge]]
    doubts: list[tuple[int, Doubt]]
    hits: list[PackedHits]
    values: list[tuple[int, Witnessed]]


def load(path: str, with_hits: bool = False, with_values: bool = False) -> Contents:
    """What the data file at `path` says; DataError if it is not one."""
    with read(path) as connection:
        names = _names(connection)
        return Contents(
            runs=list(_runs(connection)),
            files={number: MeasuredFile(*rest) for number, *rest in _files(connection)},
            covered=list(_covered(connection, names)),
            knowledge=list(_knowledge(connection, names)),
            doubts=list(_doubts(connection)),
            hits=list(_hits(connection)) if with_hits else [],
            values=list(_values(connection, names)) if with_values else [],
        )


def glance(path: str) -> Contents:
    """Runs and files alone, whatever was covered in them."""
    with read(path) as connection:
        files = {number: MeasuredFile(*rest) for number, *rest in _files(connection)}
        return Contents(list(_runs(connection)), files, [], [], [], [], [])


def _rows(connection: sqlite3.Connection, types: tuple[type, ...], query: str) -> Iterator[Any]:
    """The rows of a query; SQLite columns hold what they like, so each type is checked."""
    for row in connection.execute(query):
        if not all(map(isinstance, row, types)):
            raise ValueError("a value is of a wrong type")
        yield row


def _files(connection: sqlite3.Connection) -> Iterator[Any]:
    return _rows(
        connection, (int, str, str, str), "SELECT id, path, digest, problem FROM file ORDER BY path"
    )


def _runs(connection: sqlite3.Connection) -> Iterator[Run]:
    for row in connection.execute(
        "SELECT uuid, argv, directory, engine, observes, python, platform, bytecov, exit_code,"
        " started, seconds FROM run ORDER BY started, uuid"
    ):
        run = Run(*row)
        yield checked(run._replace(argv=_texts(row[1]), observes=_texts(row[4])))


def _names(connection: sqlite3.Connection) -> Names:
    """{file id: {number: obligation}}"""
    names: Names = {}
    for file, number, kind, *span, outcome in _rows(
        connection,
        (int, int, str, int, int, int, int, str),
        "SELECT file_id, number, kind, line, col, end_line, end_col, outcome FROM obligation",
    ):
        names.setdefault(file, {})[number] = ObligationKey(kind, Span(*span), outcome)
    return names


def _covered(connection: sqlite3.Connection, names: Names) -> Iterator[Covered]:
    for file, context, outcomes, lines in _rows(
        connection,
        (int, str, bytes, bytes),
        "SELECT file_id, name, outcomes, lines FROM covered"
        " JOIN context ON context.id = context_id JOIN file ON file.id = file_id"
        " ORDER BY file_id, context_id",
    ):
        counts = unpack_counts(outcomes)
        keys = _keys(names, file, counts)
        by_key = dict(zip(keys, counts.values(), strict=True))
        yield Covered(file, context, by_key, unpack_numbers(lines))


def _values(connection: sqlite3.Connection, names: Names) -> Iterator[tuple[int, Witnessed]]:
    if not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'value'").fetchone():
        return  # schema 1
    for file, context, number, operator, operands, count in _rows(
        connection,
        (int, str, int, str, str, int),
        "SELECT file_id, name, number, operator, operands, count FROM value"
        " JOIN context ON context.id = context_id JOIN file ON file.id = file_id"
        " ORDER BY file_id, context_id, number, operator, operands",
    ):
        [key] = _keys(names, file, [number])
        yield file, Witnessed(key, context, Observation(operator, _operands(operands)), count)


def _operands(packed: str) -> tuple[Value, ...]:
    found = []
    for each in _listed(packed):
        kind, text, whole = each if isinstance(each, list) else [None] * 3
        if type(kind) is not str or type(text) is not str or type(whole) is not bool:
            raise ValueError("a value is of a wrong type")
        found.append(Value(kind, text, whole))
    return tuple(found)


def _knowledge(connection: sqlite3.Connection, names: Names) -> Iterator[tuple[int, Knowledge]]:
    for file, python, *packed in _rows(
        connection,
        (int, str, bytes, bytes),
        "SELECT file_id, python, undetermined, absent FROM knowledge"
        " JOIN file ON file.id = file_id ORDER BY file_id, python",
    ):
        sets = [frozenset(_keys(names, file, unpack_numbers(one))) for one in packed]
        yield file, Knowledge(python, *sets)


def _keys(names: Names, file: int, numbers: Iterable[int]) -> list[ObligationKey]:
    named = names.get(file, {})
    try:
        return [named[number] for number in numbers]
    except KeyError:
        raise ValueError("an obligation has no name") from None


def _doubts(connection: sqlite3.Connection) -> Iterator[tuple[int, Doubt]]:
    for file, *doubt in _rows(
        connection,
        (int, str, str, str),
        "SELECT file_id, kind, python, said FROM doubt JOIN file ON file.id = file_id"
        " ORDER BY file_id, kind, python, said",
    ):
        yield file, Doubt(*doubt)


def _hits(connection: sqlite3.Connection) -> Iterator[PackedHits]:
    for file, context, *name, offsets, edges in _rows(
        connection,
        (int, str, str, int, str, str, int, bytes, bytes),
        "SELECT file_id, context.name, qualname, first_line, code.digest, python, flags, offsets,"
        " edges FROM hits JOIN code ON code.id = code_id JOIN file ON file.id = file_id"
        " JOIN context ON context.id = context_id ORDER BY code_id, context_id",
    ):
        check_counts(offsets)
        check_edges(edges)
        yield PackedHits(file, context, CodeName(*name), offsets, edges)


def _texts(value: object) -> tuple[Any, ...]:
    return tuple(_listed(value))


def _listed(value: object) -> list[Any]:
    if not isinstance(value, str):
        raise ValueError("a value is of a wrong type")
    try:
        found = json.loads(value)
    except RecursionError:
        raise ValueError("a list is nested") from None
    if not isinstance(found, list):
        raise ValueError("a list is none")
    return found
