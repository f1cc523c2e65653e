"""The files of single processes beside the data file: `.bytecov.<host>.<pid>.<random>`."""

import os
import re

HITS = ".hits"
"""What is behind the name while the process runs: not a data file yet."""


def host() -> str:
    """The name of this machine, without dots."""
    return re.sub(r"[^A-Za-z0-9-]", "-", os.uname().nodename) or "host"


def shard_path(data_file: str) -> str:
    """A name for the file of this process that no other process has."""
    return f"{data_file}.{host()}.{os.getpid()}.{os.urandom(4).hex()}"


def left_behind(data_file: str, directory: str | None = None) -> list[str]:
    """What processes that are no more have not saved, by name."""
    return [path for path in _beside(data_file, directory, (HITS,)) if _has_ended(path)]


def _has_ended(path: str) -> bool:
    """Whether the process that writes the file is no more, as far as this machine can tell."""
    its_host, pid = path.split(".")[-4:-2]
    if its_host != host() or not pid.isdigit():
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        pass
    return False


def shards(data_file: str, directory: str | None = None) -> list[str]:
    """The files of `directory` that belong to `data_file`, itself not among them, by name."""
    others = ("-journal", "-wal", "-shm", HITS)
    return [path for path in _beside(data_file, directory, ("",)) if not path.endswith(others)]


def _beside(data_file: str, directory: str | None, ends: tuple[str, ...]) -> list[str]:
    folder, base = os.path.split(os.path.abspath(data_file))
    folder = directory or folder
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return []
    return [
        os.path.join(folder, name)
        for name in names
        if name.startswith(base + ".") and name.endswith(ends)
    ]
