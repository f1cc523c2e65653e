"""The same source file on different machines: from its path there to its path here."""

import os
import re
from collections.abc import Callable, Iterable

Locate = Callable[[str, Iterable[str]], str]
"""From a stored path and the directories its runs were made in to the path here."""

_ABSOLUTE = re.compile(r"(?:[A-Za-z]:)?[\\/]")


class Aliases:
    """Finds measured files of other machines.

    `paths` is `[paths]` of coverage.py: the first of each list is the directory here, the others
    are patterns for directories that hold the same source elsewhere; `regex` translates a
    pattern.  A file that none of them knows, and that is not where it was measured, is looked
    for at the same place below `here` as it had below the directory of its run: two checkouts
    of one project need no patterns.  A path is changed only if the file exists.
    """

    def __init__(
        self,
        paths: Iterable[tuple[str, tuple[str, ...]]],
        regex: Callable[[str, bool], str],
        here: str,
    ) -> None:
        self._rules = [
            (re.compile(regex(_rooted(pattern), True)), os.path.join(aliases[0], ""))
            for _, aliases in paths
            for pattern in aliases[1:]
        ]
        self._here = here
        self._known: dict[str, str] = {}

    def locate(self, path: str, directories: Iterable[str] = ()) -> str:
        """The path here, or `path` itself."""
        if path not in self._known:
            self._known[path] = self._renamed(path) or self._moved(path, directories) or path
        return self._known[path]

    def _renamed(self, path: str) -> str | None:
        slashed = path.replace("\\", "/")
        for pattern, canonical in self._rules:
            if match := pattern.match(slashed):
                new = os.path.abspath(canonical + slashed[match.end() :])
                if _exists(new):
                    return new
        return None

    def _moved(self, path: str, directories: Iterable[str]) -> str | None:
        if not _ABSOLUTE.match(path) or _exists(path):
            return None
        slashed = path.replace("\\", "/")
        for directory in directories:
            above = directory.replace("\\", "/").rstrip("/") + "/"
            if slashed.startswith(above):
                new = os.path.abspath(os.path.join(self._here, slashed[len(above) :]))
                if _exists(new):
                    return new
        return None


def _exists(path: str) -> bool:
    """Whether there is such a file; a path from a stranger may be none at all."""
    try:
        return os.path.isfile(path)
    except ValueError:  # a null byte
        return False


def _rooted(pattern: str) -> str:
    pattern = pattern.rstrip("/\\")
    if not pattern.startswith("*") and not _ABSOLUTE.match(pattern):
        pattern = os.path.abspath(pattern)
    return pattern + "/"
