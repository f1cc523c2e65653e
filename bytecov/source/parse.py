"""Source files: bytes to text to tree, and columns counted in bytes or in characters.

Knows nothing of obligations.
"""

import ast
import hashlib
import io
import os
import tokenize
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

from bytecov.model.errors import DataError
from bytecov.model.span import Span
from bytecov.source.file import read_bytes


@dataclass(frozen=True, eq=False)
class Source:
    """One source file as the compiler reads it.  `tree` counts columns in UTF-8 bytes."""

    path: str
    digest: str  # SHA-256 of the file's bytes, hexadecimal
    text: str  # decoded, no byte order mark, line ends \n
    tree: ast.Module

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """Physical lines without their ends; form feeds end no line."""
        return tuple(self.text.split("\n"))

    @cached_property
    def _is_ascii(self) -> bool:
        return self.text.isascii()

    def in_characters(self, span: Span) -> Span:
        """A span counted in bytes, counted in characters."""
        if self._is_ascii:
            return span
        line, col, end_line, end_col = span
        return Span(line, self._character(line, col), end_line, self._character(end_line, end_col))

    def in_bytes(self, span: Span) -> Span:
        """A span counted in characters, counted in bytes."""
        if self._is_ascii:
            return span
        line, col, end_line, end_col = span
        return Span(line, self._byte(line, col), end_line, self._byte(end_line, end_col))

    def segment(self, span: Span) -> str:
        """The text of a span counted in characters."""
        lines = list(self.lines[span.line - 1 : span.end_line])
        if not lines:
            return ""
        lines[-1] = lines[-1][: span.end_col]
        lines[0] = lines[0][span.col :]
        return "\n".join(lines)

    def _character(self, line: int, col: int) -> int:
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        return len(text.encode()[:col].decode(errors="replace"))

    def _byte(self, line: int, col: int) -> int:
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        return len(text[:col].encode())


def read_source(path: "str | os.PathLike[str]") -> Source:
    """The source file at `path`.  DataError says in one sentence why it cannot be analysed."""
    return parse(read_bytes(path), str(path))


def parse(content: str | bytes, path: str = "<source>") -> Source:
    """Source from the content of a file.  DataError as for `read_source`."""
    raw = content.encode() if isinstance(content, str) else content
    text = content if isinstance(content, str) else _decode(raw, path)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        raise DataError(f"{path} is no Python source: it contains a null byte")
    try:
        with no_warnings():
            tree = ast.parse(text, path)
    except SyntaxError as error:
        where = f" in line {error.lineno}" if error.lineno else ""
        raise DataError(f"{path} has a syntax error{where}: {error.msg}") from error
    except (RecursionError, MemoryError) as error:
        raise DataError(f"{path} is nested too deeply for this Python's parser") from error
    except ValueError as error:  # surrogates, numbers with too many digits
        raise DataError(f"{path} is no Python source: {error}") from error
    return Source(path, hashlib.sha256(raw).hexdigest(), text, tree)


@contextmanager
def no_warnings() -> Iterator[None]:
    """Ignore the compiler's warnings, unnoticed by a program that is running: after
    `catch_warnings` all warnings that were shown once would be shown again
    (Python/_warnings.c, already_warned)."""
    filters = warnings.filters
    warnings.filters = [("ignore", None, Warning, None, 0)]
    try:
        yield
    finally:
        warnings.filters = filters


def _decode(raw: bytes, path: str) -> str:
    """Bytes to text by PEP 263: byte order mark, coding cookie, else UTF-8."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(raw).readline)
        return raw.decode(encoding)
    except (SyntaxError, LookupError) as error:
        raise DataError(f"{path} cannot be decoded: {error}") from error
    except UnicodeDecodeError as error:
        raise DataError(
            f"{path} cannot be decoded: byte {error.start} is no {error.encoding}"
        ) from error
