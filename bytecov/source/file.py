"""The bytes of a source file, which may be any file: its name can come from a stranger.

Apart from what parses it: `bytecov run` mostly needs no more than its digest.
"""

import os

from bytecov.model.errors import DataError

LARGEST = 64 << 20  # bytes of a source file


def read_bytes(path: "str | os.PathLike[str]") -> bytes:
    """The content of the file at `path`.  DataError says in one sentence why there is none."""
    try:
        # What a data file names may be a device or a pipe, which never end.
        if os.path.exists(path) and not os.path.isfile(path):
            raise DataError(f"cannot read {path}: it is not a file")
        with open(path, "rb") as file:
            raw = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:  # ValueError: a null byte in the name
        raise DataError(f"cannot read {path}: {getattr(error, 'strerror', error)}") from error
    if len(raw) > LARGEST:
        raise DataError(f"{path} is larger than any source ({LARGEST >> 20} MB)")
    return raw
