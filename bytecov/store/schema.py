"""The layout of the data file, as the SQL that makes it.

History of `VERSION` (SQLite's `user_version`):

1. The first.
2. `value`.

A change adds a number, a line above, and the statements of the step to `UPGRADES`; the file is
brought up to date when something is written to it.  A reader refuses a number above its own,
and any table, index, trigger or view that is not below: a data file is input from strangers.
"""

from typing import Final

APPLICATION_ID: Final = 0x62796376  # "bycv", at byte 68 of the file
VERSION: Final = 2

TABLES: Final = {
    # One row for each run that went into this file.  `uuid` tells a file that was combined
    # before; `observes` is what the recorder can see, a JSON list; `argv` is one too.
    # `started` is in seconds since 1970; `exit_code` is null for a run that was killed.
    "run": """
        CREATE TABLE run (
            id INTEGER PRIMARY KEY,
            uuid TEXT NOT NULL UNIQUE,
            argv TEXT NOT NULL,
            directory TEXT NOT NULL,
            engine TEXT NOT NULL,
            observes TEXT NOT NULL,
            python TEXT NOT NULL,
            platform TEXT NOT NULL,
            bytecov TEXT NOT NULL,
            exit_code INTEGER,
            started REAL NOT NULL,
            seconds REAL NOT NULL
        )""",
    # A measured source file as it was: another content is another row.  `digest` is the SHA-256
    # of its bytes, hexadecimal; `path` is absolute, or relative where the user asked for that.
    "file": """
        CREATE TABLE file (
            id INTEGER PRIMARY KEY,
            path TEXT NOT NULL,
            digest TEXT NOT NULL,
            problem TEXT NOT NULL DEFAULT '',
            UNIQUE (path, digest)
        )""",
    # Whose hits they are: a test, a phase, or '' for all others.
    "context": """
        CREATE TABLE context (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE
        )""",
    # A code object, named by where it comes from and what it is: `digest` covers its bytecode,
    # constants and names, `flags` are co_flags.  No code is stored.
    "code": """
        CREATE TABLE code (
            id INTEGER PRIMARY KEY,
            file_id INTEGER NOT NULL REFERENCES file (id),
            qualname TEXT NOT NULL,
            first_line INTEGER NOT NULL,
            digest TEXT NOT NULL,
            python TEXT NOT NULL,
            flags INTEGER NOT NULL,
            UNIQUE (file_id, qualname, first_line, digest, python)
        )""",
    # What ran: offsets by packing.pack_counts, edges by packing.pack_edges.
    "hits": """
        CREATE TABLE hits (
            code_id INTEGER NOT NULL REFERENCES code (id),
            context_id INTEGER NOT NULL REFERENCES context (id),
            offsets BLOB NOT NULL,
            edges BLOB NOT NULL,
            PRIMARY KEY (code_id, context_id)
        ) WITHOUT ROWID""",
    # An obligation of a file that some run has something to say of, with a small number inside
    # its file.
    "obligation": """
        CREATE TABLE obligation (
            file_id INTEGER NOT NULL REFERENCES file (id),
            number INTEGER NOT NULL,
            kind TEXT NOT NULL,
            line INTEGER NOT NULL,
            col INTEGER NOT NULL,
            end_line INTEGER NOT NULL,
            end_col INTEGER NOT NULL,
            outcome TEXT NOT NULL,
            PRIMARY KEY (file_id, number),
            UNIQUE (file_id, kind, line, col, end_line, end_col, outcome)
        ) WITHOUT ROWID""",
    # What was covered: obligation numbers by packing.pack_counts, lines by pack_numbers.
    "covered": """
        CREATE TABLE covered (
            file_id INTEGER NOT NULL REFERENCES file (id),
            context_id INTEGER NOT NULL REFERENCES context (id),
            outcomes BLOB NOT NULL,
            lines BLOB NOT NULL,
            PRIMARY KEY (file_id, context_id)
        ) WITHOUT ROWID""",
    # Obligation numbers, by pack_numbers, that the code one Python made of a file cannot tell
    # (`undetermined`) or does not contain (`absent`: dead code).
    "knowledge": """
        CREATE TABLE knowledge (
            file_id INTEGER NOT NULL REFERENCES file (id),
            python TEXT NOT NULL,
            undetermined BLOB NOT NULL,
            absent BLOB NOT NULL,
            PRIMARY KEY (file_id, python)
        ) WITHOUT ROWID""",
    # What bytecov itself does not understand, one sentence each: `kind` is contradiction,
    # unexplained, or problem (the whole file could not be analysed).
    "doubt": """
        CREATE TABLE doubt (
            file_id INTEGER NOT NULL REFERENCES file (id),
            kind TEXT NOT NULL,
            python TEXT NOT NULL,
            said TEXT NOT NULL,
            PRIMARY KEY (file_id, kind, python, said)
        ) WITHOUT ROWID""",
    # What conditions were tested with (`run --values`): the obligation is the outcome that came
    # of it, `operator` and `operands` are a model.values.Observation, the operands a JSON list of
    # [kind, text, whole].
    "value": """
        CREATE TABLE value (
            file_id INTEGER NOT NULL REFERENCES file (id),
            context_id INTEGER NOT NULL REFERENCES context (id),
            number INTEGER NOT NULL,
            operator TEXT NOT NULL,
            operands TEXT NOT NULL,
            count INTEGER NOT NULL,
            PRIMARY KEY (file_id, context_id, number, operator, operands)
        ) WITHOUT ROWID""",
}

UPGRADES: Final[dict[int, tuple[str, ...]]] = {1: (TABLES["value"],)}
"""{version: the statements that make it version + 1}"""
