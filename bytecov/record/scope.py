"""Which files are measured, by coverage.py's rules.

1. `source_dirs`, `source_pkgs` and `source` (a directory, else a package) say where to look;
   without any of them `include` does; without that, everything below the current directory.
2. Virtual environments and installed packages below such a place do not count; naming one
   itself as a source does.
3. What `omit` matches does not count, and bytecov never measures itself.
"""

import os
import re
import sysconfig
from collections.abc import Iterable, Iterator
from functools import cached_property
from importlib.machinery import PathFinder
from importlib.util import find_spec

from bytecov.model.errors import UsageError

_OWN = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_INSTALLED = frozenset({"site-packages", "dist-packages"})

# Longest rule first; None is not allowed.  Either slash matches either slash.
_GLOB = [
    (re.compile(r"\*\*\*+|[^/*]+\*\*+|\*\*+[^/*]+|\*\*/\*\*"), None),
    (re.compile(r"\A\*+/"), r"(?:.*[/\\])?"),
    (re.compile(r"/\*+\Z"), r"[/\\].*"),
    (re.compile(r"\*\*/"), r"(?:.*[/\\])?"),
    (re.compile(r"/"), r"[/\\]"),
    (re.compile(r"\*"), r"[^/\\]*"),
    (re.compile(r"\?"), r"[^/\\]"),
]
_CLASS = re.compile(r"\[[^\]]*\]")


def glob_regex(pattern: str, prefix: bool = False) -> str:
    """The regular expression of a file pattern in coverage.py's dialect.

    `*` and `?` stay inside one name, `**/` crosses directories; a pattern without a slash is
    the name of a file anywhere.  `prefix`: it may match the beginning of a path only.
    """
    pattern = pattern.replace("\\", "/")
    if "/" not in pattern:
        pattern = f"**/{pattern}"
    parts: list[str] = []
    at = 0
    while at < len(pattern):
        for rule, becomes in _GLOB:
            # `\A` holds at the beginning of the pattern only, not at `at`.
            if match := rule.match(pattern, at):
                if becomes is None:
                    raise UsageError(f"the file pattern {pattern!r} cannot have {match[0]!r}")
                parts.append(becomes)
                at = match.end()
                break
        else:
            if match := _CLASS.match(pattern, at):
                parts.append(match[0])
                at = match.end()
            elif pattern[at] in "[]":
                raise UsageError(f"the file pattern {pattern!r} has a single {pattern[at]}")
            else:
                parts.append(re.escape(pattern[at]))
                at += 1
    return "".join(parts) + ("" if prefix else r"\Z")


def glob_matcher(patterns: Iterable[str]) -> re.Pattern[str] | None:
    """One expression for all of `patterns`, relative ones taken from the current directory too."""
    expressions: list[str] = []
    for pattern in patterns:
        expressions.append(glob_regex(pattern))
        if not pattern.startswith(("*", "?")):
            expressions.append(_absolute(pattern))
    if not expressions:
        return None
    try:
        return re.compile("|".join(f"(?:{one})" for one in expressions))
    except re.error as error:
        raise UsageError(f"the file patterns {list(patterns)} cannot be used: {error}") from None


def _absolute(pattern: str) -> str:
    """The expression of a pattern that starts in the current directory, whose own name is no
    pattern."""
    here, path = os.path.join(os.getcwd(), ""), os.path.abspath(pattern)
    if path.startswith(here):
        return re.escape(here[:-1]) + glob_regex(path[len(here) - 1 :])
    return glob_regex(path)


class Scope:
    """The measured part of the file system, as seen from the directory it was made in."""

    def __init__(
        self,
        source: Iterable[str] = (),
        source_pkgs: Iterable[str] = (),
        source_dirs: Iterable[str] = (),
        include: Iterable[str] = (),
        omit: Iterable[str] = (),
        namespaces: bool = False,
    ) -> None:
        self.packages = list(source_pkgs)
        directories = list(source_dirs)
        for one in source:
            (directories if os.path.isdir(one) else self.packages).append(one)
        for one in directories:
            if not os.path.isdir(one):
                raise UsageError(f"the source directory {one} does not exist")
        self.here = os.getcwd()
        self.directories = [os.path.abspath(one) for one in directories]
        self.has_source = bool(self.directories or self.packages)
        self.namespaces = namespaces
        self._include = None if self.has_source else glob_matcher(include)
        self._omit = glob_matcher(omit)
        self._known: dict[str, bool] = {}
        self._environments: dict[str, bool] = {}
        self._met: set[str] = set()  # places of packages that only the program could find

    def measures(self, path: str) -> bool:
        """Whether the file at `path` counts; relative paths start in the current directory."""
        answer = self._known.get(path)
        if answer is None:
            answer = self._known[path] = self._decide(path)
        return answer

    def _decide(self, path: str) -> bool:
        if path.startswith("<") and path.endswith(">"):
            return False
        path = os.path.abspath(path)
        # A program started through a symbolic link lies where the link leads.
        return any(self._counts(one) for one in dict.fromkeys((path, os.path.realpath(path))))

    def _counts(self, path: str) -> bool:
        if is_own(path) or (self._omit and self._omit.match(path)):
            return False
        if self.has_source:
            return self._in_source(path)
        if self._include:
            return bool(self._include.match(path))
        return _below(path, self.here) and not self._installed(path, self.here)

    def _in_source(self, path: str) -> bool:
        if any(_below(path, root) and not self._installed(path, root) for root in self._roots):
            return True
        name = _module_name(path)
        for one in self.packages:
            if (name == one or name.startswith(one + ".")) and not self._installed(path, os.sep):
                self._met.add(_place(path, name, one))
                return True
        return False

    @cached_property
    def _roots(self) -> list[str]:
        """Files and directories of the sources; cached because finding a package takes time."""
        found = list(self.directories)
        for package in self.packages:
            found += _locations(package)
        return found

    def _installed(self, path: str, root: str) -> bool:
        """Whether a part of `path` below `root` is an environment's or the standard library."""
        if any(_below(path, library) and not _below(root, library) for library in _libraries()):
            return True
        directory = os.path.dirname(path)
        while len(directory) > len(root) and _below(directory, root):
            if os.path.basename(directory) in _INSTALLED or self._environment(directory):
                return True
            directory = os.path.dirname(directory)
        return False

    def _environment(self, directory: str) -> bool:
        if directory not in self._environments:
            there = os.path.exists(os.path.join(directory, "pyvenv.cfg"))
            self._environments[directory] = there
        return self._environments[directory]

    def find_files(self) -> Iterator[str]:
        """Every measured Python file of the sources, run or not; none if no source was named."""
        for root in dict.fromkeys((*self._roots, *sorted(self._met))) if self.has_source else ():
            if os.path.isfile(root):
                yield root
            for directory, below, names in os.walk(root):
                below[:] = sorted(one for one in below if self._goes_into(directory, one))
                for name in sorted(names):
                    path = os.path.join(directory, name)
                    if _is_python(name) and self.measures(path):
                        yield path

    def _goes_into(self, directory: str, name: str) -> bool:
        path = os.path.join(directory, name)
        return (
            not name.startswith(".")
            and not self._environment(path)
            and (self.namespaces or os.path.exists(os.path.join(path, "__init__.py")))
        )


def _is_python(name: str) -> bool:
    # Editors leave files like `.#module.py` and `module.py~` beside the real ones.
    return bool(re.fullmatch(r"[^.#~!$@%^&*()+=,][^#~!$@%^&*()+=,]*\.pyw?", name))


def _below(path: str, root: str) -> bool:
    return path == root or path.startswith(root if root.endswith(os.sep) else root + os.sep)


def is_own(path: str) -> bool:
    """Whether a file is bytecov's: measuring it would need what is being measured."""
    return _below(path, _OWN)


def in_standard_library(path: str) -> bool:
    """Whether a file belongs to this Python itself and not to a package installed into it."""
    return any(_below(path, one) for one in _libraries()) and not (
        _INSTALLED & set(os.path.dirname(path).split(os.sep))
    )


_found_libraries: list[str] = []


def _libraries() -> list[str]:
    """Where the standard library and installed packages of this Python live."""
    if not _found_libraries:
        places = sysconfig.get_paths()
        names = ("stdlib", "platstdlib", "purelib", "platlib")
        found = {os.path.realpath(places[name]) for name in names if name in places}
        _found_libraries.extend(found | {places[name] for name in names if name in places})
    return _found_libraries


def _module_name(path: str) -> str:
    """Dotted name of a file, by the __init__.py beside and above it."""
    directory, base = os.path.split(path)
    parts = [] if base == "__init__.py" else [os.path.splitext(base)[0]]
    while os.path.exists(os.path.join(directory, "__init__.py")):
        directory, package = os.path.split(directory)
        parts.append(package)
        if not package:
            break
    return ".".join(reversed(parts))


def _place(path: str, name: str, package: str) -> str:
    """The directory, or the file, of a package that the file `path`, module `name`, is of."""
    above = name.count(".") - package.count(".")
    if os.path.basename(path) == "__init__.py":
        above += 1
    for _ in range(above):
        path = os.path.dirname(path)
    return path


def _locations(name: str) -> list[str]:
    """Directories or the file of a package or module, found without importing anything."""
    first, *rest = name.split(".")
    try:
        spec = find_spec(first) or PathFinder.find_spec(first, [os.getcwd()])
        for count, _ in enumerate(rest, 2):
            if spec is None or spec.submodule_search_locations is None:
                return []
            inner = ".".join([first, *rest][:count])
            spec = PathFinder.find_spec(inner, list(spec.submodule_search_locations))
    except (ImportError, ValueError, AttributeError):
        return []
    if spec is None:
        return []
    if spec.submodule_search_locations is not None:
        return [os.path.abspath(one) for one in spec.submodule_search_locations]
    return [os.path.abspath(spec.origin)] if spec.has_location and spec.origin else []
