"""`.pyc` files: a header of 16 bytes, then the module's code object marshalled.

Format: PEP 552 and Lib/importlib/_bootstrap_external.py.  Unmarshalling trusts its input: crafted
bytes may crash Python, so who reads files of strangers tries in another process first.
"""

import marshal
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from types import CodeType
from typing import NamedTuple

from bytecov.bytecode import version
from bytecov.model.errors import DataError

HEADER_SIZE = 16
HASHED, CHECKED = 0b01, 0b10


class Pyc(NamedTuple):
    """A compiled module and how Python knows that it is still its source's.

    Either `mtime` (seconds, 32 bits) and `source_size` (bytes, 32 bits) or `source_hash` are set;
    `checked` says that the hash is compared on import.
    """

    mtime: int | None
    source_size: int | None
    source_hash: bytes | None
    checked: bool
    code: CodeType


def read_pyc(path: Path) -> Pyc:
    """The content of a `.pyc` of the running Python; DataError for anything else."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror}") from error
    if len(raw) < HEADER_SIZE:
        raise DataError(f"{path} is not a .pyc file: it is shorter than the header of one")
    if raw[2:4] != b"\r\n":
        raise DataError(f"{path} is not a .pyc file: its magic number is none of Python's")
    if raw[:4] != MAGIC_NUMBER:
        raise DataError(
            f"{path} was compiled by another Python than {version.TEXT}; "
            "read it with that one, or compile its source anew"
        )
    flags = int.from_bytes(raw[4:8], "little")
    if flags not in (0, HASHED, HASHED | CHECKED):
        raise DataError(f"{path} has flags that no Python writes: {flags:#x}")
    code = _unmarshal(path, raw[HEADER_SIZE:])
    if flags & HASHED:
        return Pyc(None, None, raw[8:16], bool(flags & CHECKED), code)
    mtime, size = (int.from_bytes(raw[start : start + 4], "little") for start in (8, 12))
    return Pyc(mtime, size, None, False, code)


def _unmarshal(path: Path, raw: bytes) -> CodeType:
    """The module's code object."""
    try:
        code = marshal.loads(raw)
    except (EOFError, LookupError, MemoryError, SystemError, TypeError, ValueError) as error:
        raise DataError(
            f"{path} is damaged: {error}; delete it and Python makes it anew"
        ) from error
    if not isinstance(code, CodeType):
        raise DataError(f"{path} holds no module but an object of type {type(code).__name__}")
    return code
