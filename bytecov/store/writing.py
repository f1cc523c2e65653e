"""Adds to an open data file.  What is there already is added to, never replaced."""

import json
import sqlite3
from collections.abc import Iterable
from types import CodeType

from bytecov.model.hits import Hits
from bytecov.model.obligation import ObligationKey
from bytecov.model.span import Span
from bytecov.model.values import Witnessed
from bytecov.store import packing
from bytecov.store.records import CodeName, Doubt, Knowledge, Run, code_name
from bytecov.store.schema import TABLES
from bytecov.store.sheet import Sheet


class Writer:
    """Rows by what they mean.  Lives inside one transaction of `database.write`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._files: dict[tuple[str, str], int] = {}
        self._new: set[int] = set()  # files of which nothing is stored yet
        self._contexts: dict[str, int] = {}
        self._obligations: dict[int, dict[ObligationKey, int]] = {}

    def clear(self) -> None:
        """Forget everything that was measured."""
        for table in reversed(TABLES):
            self._connection.execute(f"DELETE FROM {table}")  # names from our own schema
        self.__init__(self._connection)  # type: ignore[misc]

    def add_run(self, run: Run) -> None:
        """The facts of a run; nothing happens if this very run is there already."""
        self._connection.execute(
            "INSERT OR IGNORE INTO run (uuid, argv, directory, engine, observes, python, platform,"
            " bytecov, exit_code, started, seconds) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [json.dumps(one) if isinstance(one, tuple) else one for one in run],
        )

    def file(self, path: str, digest: str, problem: str = "") -> int:
        """The id of a version of a file."""
        key = (path, digest)
        if key not in self._files:
            where = "WHERE path = ? AND digest = ?"
            found = self._connection.execute(f"SELECT id FROM file {where}", key).fetchone()
            if found is None:
                insert = "INSERT INTO file (path, digest, problem) VALUES (?, ?, ?)"
                made = self._connection.execute(insert, (*key, problem))
                assert made.lastrowid is not None
                self._files[key] = made.lastrowid
                self._new.add(made.lastrowid)
            else:
                (self._files[key],) = found
                update = f"UPDATE file SET problem = ? {where} AND problem = ''"
                self._connection.execute(update, (problem, *key))
        return self._files[key]

    def context(self, name: str) -> int:
        """The id of a context."""
        if name not in self._contexts:
            self._connection.execute("INSERT OR IGNORE INTO context (name) VALUES (?)", (name,))
            found = self._id("SELECT id FROM context WHERE name = ?", (name,))
            self._contexts[name] = found
        return self._contexts[name]

    def add_sheet(self, file: int, context: int, sheet: Sheet) -> None:
        """What one run has to say of `file`; hits belong to `context`."""
        if file in self._new:
            self._new.discard(file)
            self._write_down(file, context, sheet)
            return
        keys = [ObligationKey(kind, Span(*span), outcome) for kind, *span, outcome in sheet.keys]

        def named(packed: bytes) -> frozenset[ObligationKey]:
            return frozenset(keys[number] for number in packing.unpack_numbers(packed))

        for hit in sheet.hits:
            self.add_packed_hits(file, context, *hit)
        for name, packed, lines in sheet.covered:
            outcomes = {keys[i]: n for i, n in packing.unpack_counts(packed).items()}
            ran = set(packing.unpack_numbers(lines))
            self.add_covered(file, self.context(name), outcomes, ran)
        for python, undetermined, absent in sheet.knowledge:
            self.add_knowledge(file, Knowledge(python, named(undetermined), named(absent)))
        for doubt in sheet.doubts:
            self.add_doubt(file, doubt)

    def _write_down(self, file: int, context: int, sheet: Sheet) -> None:
        """The same where nothing has to be added to: one statement for each table."""
        many = self._connection.executemany
        many(
            "INSERT INTO obligation (file_id, number, kind, line, col, end_line, end_col, outcome)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            ((file, number, *key) for number, key in enumerate(sheet.keys)),
        )
        many(
            "INSERT INTO code (file_id, qualname, first_line, digest, python, flags)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            ((file, *hit.name) for hit in sheet.hits),
        )
        rows = self._connection.execute(
            "SELECT qualname, first_line, digest, python, id FROM code WHERE file_id = ?", (file,)
        )
        ids = {tuple(name): code for *name, code in rows}
        many(
            "INSERT INTO hits (code_id, context_id, offsets, edges) VALUES (?, ?, ?, ?)",
            ((ids[name[:4]], context, *packed) for name, *packed in sheet.hits),
        )
        many(
            "INSERT INTO covered (file_id, context_id, outcomes, lines) VALUES (?, ?, ?, ?)",
            [(file, self.context(name), *packed) for name, *packed in sheet.covered],
        )
        many(
            "INSERT INTO knowledge (file_id, python, undetermined, absent) VALUES (?, ?, ?, ?)",
            ((file, *each) for each in sheet.knowledge),
        )
        many(
            "INSERT INTO doubt (file_id, kind, python, said) VALUES (?, ?, ?, ?)",
            ((file, *each) for each in sheet.doubts),
        )

    def add_hits(self, file: int, context: int, code: CodeType, python: str, hits: Hits) -> None:
        """What ran in a code object of `file`."""
        self.add_packed_hits(
            file,
            context,
            code_name(code, python),
            packing.pack_counts(hits.offsets),
            packing.pack_edges(hits.edges),
        )

    def add_packed_hits(
        self, file: int, context: int, name: CodeName, offsets: bytes, edges: bytes
    ) -> None:
        """The same with hits as a data file holds them."""
        key = (file, name.qualname, name.first_line, name.digest, name.python)
        self._connection.execute(
            "INSERT OR IGNORE INTO code (file_id, qualname, first_line, digest, python, flags)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (*key, name.flags),
        )
        code = self._id(
            "SELECT id FROM code WHERE file_id = ? AND qualname = ? AND first_line = ?"
            " AND digest = ? AND python = ?",
            key,
        )
        before = self._connection.execute(
            "SELECT offsets, edges FROM hits WHERE code_id = ? AND context_id = ?", (code, context)
        ).fetchone()
        if before:
            offsets = packing.merge_counts(before[0], offsets)
            edges = packing.merge_edges(before[1], edges)
        self._connection.execute(
            "INSERT OR REPLACE INTO hits (code_id, context_id, offsets, edges) VALUES (?, ?, ?, ?)",
            (code, context, offsets, edges),
        )

    def add_covered(
        self, file: int, context: int, outcomes: dict[ObligationKey, int], lines: "set[int]"
    ) -> None:
        """Obligations of `file` that were covered, with how often, and executed lines."""
        numbers = self._numbered(file, outcomes)
        packed = packing.pack_counts(
            {number: outcomes[key] for key, number in zip(outcomes, numbers, strict=True)}
        )
        packed_lines = packing.pack_numbers(lines)
        before = self._connection.execute(
            "SELECT outcomes, lines FROM covered WHERE file_id = ? AND context_id = ?",
            (file, context),
        ).fetchone()
        if before:
            packed = packing.merge_counts(before[0], packed)
            packed_lines = packing.merge_numbers(before[1], packed_lines)
        self._connection.execute(
            "INSERT OR REPLACE INTO covered (file_id, context_id, outcomes, lines)"
            " VALUES (?, ?, ?, ?)",
            (file, context, packed, packed_lines),
        )

    def add_values(self, file: int, seen: Iterable[Witnessed]) -> None:
        """What conditions of `file` were tested with."""
        rows = list(seen)
        if not rows:
            return
        numbers = self._numbered(file, (one.key for one in rows))
        self._connection.executemany(
            "INSERT INTO value (file_id, context_id, number, operator, operands, count)"
            " VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET count = min(count + excluded.count, ?)",
            [
                (file, self.context(one.context), number, one.observation.operator,
                 json.dumps(one.observation.operands), one.times, packing.LARGEST // 2)
                for number, one in zip(numbers, rows, strict=True)
            ],
        )  # fmt: skip

    def add_knowledge(self, file: int, knowledge: Knowledge) -> None:
        """What the code of one Python cannot tell of `file`."""
        undetermined = packing.pack_numbers(self._numbered(file, knowledge.undetermined))
        absent = packing.pack_numbers(self._numbered(file, knowledge.absent))
        before = self._connection.execute(
            "SELECT undetermined, absent FROM knowledge WHERE file_id = ? AND python = ?",
            (file, knowledge.python),
        ).fetchone()
        if before:
            undetermined = packing.merge_numbers(before[0], undetermined)
            absent = packing.common_numbers(before[1], absent)
        self._connection.execute(
            "INSERT OR REPLACE INTO knowledge (file_id, python, undetermined, absent)"
            " VALUES (?, ?, ?, ?)",
            (file, knowledge.python, undetermined, absent),
        )

    def add_doubt(self, file: int, doubt: Doubt) -> None:
        """A contradiction, or an edge that nothing explains."""
        self._connection.execute(
            "INSERT OR IGNORE INTO doubt (file_id, kind, python, said) VALUES (?, ?, ?, ?)",
            (file, *doubt),
        )

    def _numbered(self, file: int, keys: Iterable[ObligationKey]) -> list[int]:
        """The number of each obligation inside `file`, new ones if need be."""
        numbers = self._numbers(file)
        found: list[int] = []
        for key in keys:
            if key not in numbers:
                numbers[key] = len(numbers)
                self._connection.execute(
                    "INSERT INTO obligation (file_id, number, kind, line, col, end_line, end_col,"
                    " outcome) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (file, numbers[key], key.kind, *key.span, key.outcome),
                )
            found.append(numbers[key])
        return found

    def _numbers(self, file: int) -> dict[ObligationKey, int]:
        if file not in self._obligations:
            rows = self._connection.execute(
                "SELECT kind, line, col, end_line, end_col, outcome, number FROM obligation"
                " WHERE file_id = ?",
                (file,),
            )
            self._obligations[file] = {
                ObligationKey(kind, Span(*span), outcome): number
                for kind, *span, outcome, number in rows
            }
        return self._obligations[file]

    def _id(self, query: str, key: tuple[object, ...]) -> int:
        (found,) = self._connection.execute(query, key).fetchone()
        return int(found)
