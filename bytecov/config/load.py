"""Finds the files that decide, and puts together one `Settings` with the origin of each value.

Strongest first: options of the command line, BYTECOV_FILE, `[tool.bytecov]`, then the project's
coverage.py configuration (the file that coverage.py itself would read), then the defaults.
"""

import os
from collections.abc import Callable
from typing import Any, NamedTuple

# Modules that only some projects need are imported where they are: `bytecov run` shares its
# process with the program.
from bytecov.config.settings import KEYS, Settings
from bytecov.config.values import convert
from bytecov.model.errors import UsageError

COVERAGE_SECTIONS = ("run", "report", "html", "xml", "json", "lcov", "paths")


class Loaded(NamedTuple):
    """The settings, and `{name: where its value came from}`; `files` were read, in order."""

    settings: Settings
    origins: dict[str, str]
    files: tuple[str, ...]


class Found(NamedTuple):
    """A configuration file: what it says, by section."""

    path: str
    sections: dict[str, dict[str, Any]]


def load(rcfile: str | None = None, **options: Any) -> Loaded:
    """The settings in force in the current directory.

    `rcfile` takes the place of pyproject.toml, or of coverage.py's files if it is one of
    those; `options` are what the command line said, None for what it did not.  UsageError
    in one sentence for a file that is missing or wrong, an unknown key or a bad value.
    """
    values: dict[str, Any] = {}
    origins = dict.fromkeys(KEYS, "default")
    own, coverage = _own(rcfile), _coverage(rcfile)

    if coverage:
        _take_coverage(coverage, values, origins)
    if own:
        _take_own(own, values, origins)
    if path := os.environ.get("BYTECOV_FILE"):
        values["data_file"], origins["data_file"] = os.path.expanduser(path), "BYTECOV_FILE"
    for name, value in options.items():
        if value is None:
            continue
        option = "--" + name.replace("_", "-")
        try:
            values[name], origins[name] = convert(KEYS[name], value), option
        except ValueError as error:
            raise UsageError(f"{option} {error}") from None
    files = dict.fromkeys(one.path for one in (own, coverage) if one)
    return Loaded(Settings(**values), origins, tuple(files))


def _own(rcfile: str | None) -> Found | None:
    """The file with `[tool.bytecov]`, if there is one."""
    if rcfile is not None and not os.path.isfile(rcfile):
        raise UsageError(f"{rcfile}: there is no such configuration file")
    path = rcfile if rcfile and rcfile.endswith(".toml") else "pyproject.toml"
    if not os.path.isfile(path) or not (rcfile or _mentions(path, b"bytecov")):
        return None
    tool = _toml(path).get("tool", {})
    table = tool.get("bytecov") if isinstance(tool, dict) else None
    if table is None:
        return None
    if not isinstance(table, dict):
        raise UsageError(f"{path}: tool.bytecov must be a table")
    return Found(path, {"": table})


def _coverage(rcfile: str | None) -> Found | None:
    """The file coverage.py would read: the first that speaks of coverage."""
    named = rcfile or os.environ.get("COVERAGE_RCFILE")
    if named == "pyproject.toml":
        named = None
    if named:
        if not os.path.isfile(named):
            raise UsageError(f"{named}: COVERAGE_RCFILE names it, and there is no such file")
        return _speaks_of_coverage(named, theirs=True) or Found(named, {})
    for path in (".coveragerc", ".coveragerc.toml", "setup.cfg", "tox.ini", "pyproject.toml"):
        theirs = path.startswith(".coveragerc")
        if not os.path.isfile(path) or not (theirs or _mentions(path, b"coverage")):
            continue
        if (found := _speaks_of_coverage(path, theirs)) or theirs:
            return found
    return None


def _mentions(path: str, word: bytes) -> bool:
    """Whether a file of other tools may have something for us: parsers take long to import."""
    try:
        with open(path, "rb") as file:
            return word in file.read()
    except OSError:
        return True  # who reads it says why it cannot be


def _speaks_of_coverage(path: str, theirs: bool) -> Found | None:
    """The sections of coverage.py in `path`; without a prefix only where the file is `theirs`."""
    if path.endswith(".toml"):
        document = _toml(path)
        tool = document.get("tool", {})
        tables = tool.get("coverage") if isinstance(tool, dict) else None
        if tables is None and theirs and os.path.basename(path) != "pyproject.toml":
            tables = document
        tables = tables if isinstance(tables, dict) else {}
        sections = {name: table for name, table in tables.items() if isinstance(table, dict)}
    else:
        ini = _ini(path)
        prefixes = ("coverage:", "") if theirs else ("coverage:",)
        sections = {
            name: ini[prefix + name]
            for prefix in reversed(prefixes)
            for name in COVERAGE_SECTIONS
            if prefix + name in ini
        }
    sections = {name: sections[name] for name in COVERAGE_SECTIONS if name in sections}
    return Found(path, sections) if sections else None


def _toml(path: str) -> dict[str, Any]:
    import tomllib

    try:
        with open(path, "rb") as file:
            return tomllib.load(file)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from None


def _ini(path: str) -> dict[str, dict[str, Any]]:
    import configparser

    parser = configparser.ConfigParser(interpolation=None)
    try:
        with open(path, encoding="utf-8") as file:
            parser.read_file(file)
    except (OSError, UnicodeDecodeError, configparser.Error) as error:
        said = " ".join(str(error).split())
        raise UsageError(f"{path} cannot be read: {said}") from None
    return {name: dict(parser.items(name)) for name in parser.sections()}


def _take_own(found: Found, values: dict[str, Any], origins: dict[str, str]) -> None:
    table = found.sections[""]
    if unknown := [_unknown(name) for name in table if name not in KEYS]:
        raise UsageError(f"{found.path}: [tool.bytecov] has {'; '.join(unknown)}")
    for name, value in table.items():
        _take(found.path, "tool.bytecov", name, name, value, values, origins)


def _unknown(name: str) -> str:
    """What to do about a key that there is not."""
    import difflib

    if name == "branch":
        return "no 'branch': branches are always measured"
    theirs = {key.coverage: own for own, key in KEYS.items() if key.coverage}
    if name in COVERAGE_SECTIONS:
        return f"no {name!r}: it has no tables, all keys stand directly in it"
    for section in COVERAGE_SECTIONS:  # what coverage.py calls it, `show_contexts`
        if own := theirs.get(f"{section}:{name}"):
            return f"no {name!r}: it is called {own!r} here"
    if near := difflib.get_close_matches(name, KEYS, n=1, cutoff=0.5):
        return f"no {name!r}; did you mean {near[0]!r}?"
    return f"no {name!r}; `bytecov debug config` lists what it has"


def _take_coverage(found: Found, values: dict[str, Any], origins: dict[str, str]) -> None:
    run, report = found.sections.get("run", {}), found.sections.get("report", {})
    for name, key in KEYS.items():
        section, _, option = key.coverage.partition(":")
        if not section or section not in found.sections:
            continue
        table = found.sections[section]
        if not option:  # [paths]: the section itself is the value
            _take(found.path, section, section, name, table, values, origins)
        elif option in table:
            value = _THEIR_WORDS.get(name, _as_it_is)(table[option])
            _take(found.path, section, option, name, value, values, origins)
    data_file = os.environ.get("COVERAGE_FILE") or run.get("data_file")
    if isinstance(data_file, str):
        _take(found.path, "run", "data_file", "data_file", beside(data_file), values, origins)
    if "fail_under" in report:
        # Their number speaks of what they count; that we measure conditions must not fail it.
        level = "coverage" if _measures_branches(found.path, run) else "line"
        values["fail_under"] = tuple((level, number) for _, number in values["fail_under"])


def _measures_branches(path: str, run: dict[str, Any]) -> bool:
    theirs: dict[str, Any] = {"parallel": False}  # any setting of the same kind
    if "branch" in run:
        _take(path, "run", "branch", "parallel", run["branch"], theirs, {})
    return bool(theirs["parallel"])


def beside(data_file: str) -> str:
    """Our data file for a project that keeps coverage.py's in `data_file`: never the same."""
    directory, name = os.path.split(data_file)
    own = name.replace("coverage", "bytecov", 1) if "coverage" in name else name + ".bytecov"
    return os.path.join(directory, own)


def _their_sort(value: Any) -> Any:
    """coverage.py's column names for ours."""
    if not isinstance(value, str):
        return value
    sign = "-" if value.startswith("-") else ""
    theirs = {"stmts": "lines", "miss": "missed", "brpart": "branch", "cover": "condition"}
    plain = value.lstrip("+-").lower()
    return sign + theirs.get(plain, plain)


def _their_context(value: Any) -> Any:
    """coverage.py's one way to tell contexts apart."""
    if not isinstance(value, str):
        return value
    return {"test_function": "test", "none": ""}.get(value, value)


def _as_it_is(value: Any) -> Any:
    return value


_THEIR_WORDS: dict[str, Callable[[Any], Any]] = {
    "sort": _their_sort,
    "dynamic_context": _their_context,
}
"""{setting: what turns coverage.py's value into ours}"""


def _take(
    path: str, section: str, option: str, name: str, value: Any,
    values: dict[str, Any], origins: dict[str, str],
) -> None:  # fmt: skip
    place = f"[{_heading(path, section)}]"
    try:
        values[name] = convert(KEYS[name], value)
    except ValueError as error:
        raise UsageError(f"{path}: {place} {option} {error}") from None
    origins[name] = f"{path} {place}"


def _heading(path: str, section: str) -> str:
    """What a section is called in its file."""
    if section.startswith("tool."):
        return section
    match os.path.basename(path):
        case "pyproject.toml":
            return f"tool.coverage.{section}"
        case "setup.cfg" | "tox.ini":
            return f"coverage:{section}"
        case _:
            return section


def described(loaded: Loaded) -> list[tuple[str, str, str]]:
    """Name, value and origin of each setting, for `bytecov debug config`."""
    return [
        (name, _shown(getattr(loaded.settings, name)), loaded.origins[name])
        for name in Settings._fields
    ]


def _shown(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case (str(name), float(number)):
            return f"{name} {number:g}".lstrip()
        case tuple():
            return ", ".join(map(_shown, value)) or "-"
        case None | "":
            return "-"
        case _:
            return str(value)
