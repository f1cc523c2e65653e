"""The data file at the beginning and at the end of a run; imports no more than that needs."""

import os
from contextlib import suppress

from bytecov.model.errors import DataError
from bytecov.store.database import write
from bytecov.store.writing import Writer


def start_anew(data_file: str, patience: float | None = None) -> None:
    """Empty the data file if there is one: a new run begins.  Where the folder allows it, and it
    is no link to somewhere else, it is gone then, and what comes first need not be merged."""
    if os.path.exists(data_file) and os.path.getsize(data_file):
        with write(data_file, patience) as connection:
            Writer(connection).clear()
            if not os.path.islink(data_file):
                with suppress(OSError):
                    os.unlink(data_file)


def fold(data_file: str, shard: str) -> None:
    """Add the file of an ended process and remove it."""
    try:
        # The first of a run has nothing to add to: a second name is made in one step, and
        # fails where another process was quicker.
        os.link(shard, data_file)
    except OSError:
        from bytecov.store.merge import merge

        merge(data_file, shard)
    remove(shard)


def remove(path: str) -> None:
    """Remove a data file that need not be there."""
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass
    except OSError as error:
        raise DataError(f"{path} cannot be removed: {error.strerror}") from None
