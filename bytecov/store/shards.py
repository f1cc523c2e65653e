"""The files of single processes beside the data file: `.bytecov.<host>.<pid>.<random>`."""

import os
import re


def shard_path(data_file: str) -> str:
    """A name for the file of this process that no other process has."""
    host = re.sub(r"[^A-Za-z0-9-]", "-", os.uname().nodename) or "host"
    return f"{data_file}.{host}.{os.getpid()}.{os.urandom(4).hex()}"


def shards(data_file: str, directory: str | None = None) -> list[str]:
    """The files of `directory` that belong to `data_file`, itself not among them, by name."""
    folder, base = os.path.split(os.path.abspath(data_file))
    folder = directory or folder
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return []
    return [
        os.path.join(folder, name)
        for name in names
        if name.startswith(base + ".") and not name.endswith(("-journal", "-wal", "-shm"))
    ]
