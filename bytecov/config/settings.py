"""Every setting bytecov has, with its default, its kind and its name in coverage.py.

This table is the one place that knows them: reading, checking, `debug config` and the command
line work from it.
"""

from typing import Any, NamedTuple

LEVELS = ("line", "branch", "condition", "mcdc")
VARIANTS = ("masking", "unique-cause")
ENGINES = ("auto", "native", "vm")
FORMATS = ("text", "markdown", "github", "total")
CONTEXTS = ("", "test")
CONCURRENCY = ("thread", "multiprocessing", "greenlet", "gevent", "eventlet")
PATCHES = ("subprocess", "fork", "_exit", "execv")
SORTS = tuple(
    sign + name for sign in ("", "-") for name in ("name", "lines", "branch", "condition", "missed")
)
TOTALS = ("separate", "merged")
COUNTABLE = ("assert", "with", "comprehension-for", "except", "sub-pattern")


class Key(NamedTuple):
    """How one setting is read.

    `kind` names a reader of `values.py`.  `coverage` is `section:option` of coverage.py's
    configuration, read where the key is absent from `[tool.bytecov]`; empty where bytecov
    must not take over coverage.py's value, as for the files it writes.  What coverage.py has
    and this table lacks is passed over: it is not for us.
    """

    kind: str
    coverage: str
    help: str
    choices: tuple[str, ...] = ()


def key(
    default: Any, kind: str, help: str, coverage: str = "", choices: tuple[str, ...] = ()
) -> Any:
    """The default of a field of `Settings`, whose `Key` is noted."""
    _keys.append(Key(kind, coverage, help, choices))
    return default


_keys: list[Key] = []


class Settings(NamedTuple):  # no dataclass: `bytecov run` would import `inspect` for it
    """What was decided, from every place it can be decided in."""

    # What is measured.
    source: tuple[str, ...] = key(
        (), "list", "directories or packages to measure, files never run included", "run:source"
    )
    source_pkgs: tuple[str, ...] = key((), "list", "packages to measure", "run:source_pkgs")
    source_dirs: tuple[str, ...] = key((), "list", "directories to measure", "run:source_dirs")
    include: tuple[str, ...] = key((), "list", "measure only files like these", "run:include")
    omit: tuple[str, ...] = key((), "list", "measure no files like these", "run:omit")
    include_namespace_packages: bool = key(
        False,
        "bool",
        "look for files never run in directories without __init__.py too",
        "report:include_namespace_packages",
    )

    # How it is measured.
    engine: str = key("auto", "choice", "what records: auto, native or vm", choices=ENGINES)
    context: str = key("", "text", "the name all hits of a run are stored under", "run:context")
    dynamic_context: str = key(
        "", "choice", "`test`: store hits under the test that is running",
        "run:dynamic_context", CONTEXTS,
    )  # fmt: skip
    concurrency: tuple[str, ...] = key(
        ("thread",), "choices", "what the program uses to do several things at a time",
        "run:concurrency", CONCURRENCY,
    )  # fmt: skip
    patch: tuple[str, ...] = key(
        (), "choices", "ways to begin or end a process that are to be measured too",
        "run:patch", PATCHES,
    )  # fmt: skip
    sigterm: bool = key(False, "bool", "save when SIGTERM ends the process", "run:sigterm")

    values: bool = key(False, "bool", "keep what conditions were tested with (engine vm)")
    repr: bool = key(False, "bool", "ask objects for their `__repr__`; implies values")
    redact: tuple[str, ...] = key(
        (r"(?i)passw|secret|credential|api_?key|(access|auth)_?token",),
        "regexes",
        "operands like these, and those of tests like these, are kept without their values",
    )

    # Where it is kept.
    data_file: str = key(".bytecov", "path", "the data file")
    parallel: bool = key(
        False, "bool", "every process keeps its own file until `combine`", "run:parallel"
    )
    relative_files: bool = key(
        False, "bool", "store file names relative to the current directory", "run:relative_files"
    )
    paths: tuple[tuple[str, tuple[str, ...]], ...] = key(
        (), "paths", "directories that are the same source on different machines", "paths:"
    )

    # What counts.
    level: str = key("condition", "choice", "the level that counts", choices=LEVELS)
    mcdc: str = key("masking", "choice", "the variant of MC/DC", choices=VARIANTS)
    count: tuple[str, ...] = key(  # type: ignore[assignment]  # hides tuple's method
        (), "choices", "kinds of decisions counted on request", choices=COUNTABLE
    )
    exclude_lines: tuple[str, ...] | None = key(
        None, "regexes", "lines like these are left out", "report:exclude_lines"
    )
    exclude_also: tuple[str, ...] = key(
        (), "regexes", "lines left out besides", "report:exclude_also"
    )
    partial_branches: tuple[str, ...] | None = key(
        None, "regexes", "branches like these need one outcome only", "report:partial_branches"
    )
    partial_branches_always: tuple[str, ...] | None = key(
        None, "regexes", "the same, for tests of a constant", "report:partial_branches_always"
    )
    partial_also: tuple[str, ...] = key(
        (), "regexes", "branches that need one outcome besides", "report:partial_also"
    )

    # How it is reported.
    report_include: tuple[str, ...] = key(
        (), "list", "report only files like these", "report:include"
    )
    report_omit: tuple[str, ...] = key((), "list", "report no files like these", "report:omit")
    format: str = key("text", "choice", "how `report` speaks", "report:format", FORMATS)
    show_missing: bool = key(True, "bool", "name the missing outcomes below the table")
    skip_covered: bool = key(
        False, "bool", "leave files without a miss out of the table", "report:skip_covered"
    )
    skip_empty: bool = key(
        False, "bool", "leave files without code out of the table", "report:skip_empty"
    )
    precision: int = key(0, "digits", "digits behind the decimal point", "report:precision")
    sort: str = key(
        "name",
        "choice",
        "name, lines, branch, condition or missed, `-` in front to turn it around",
        "report:sort",
        SORTS,
    )
    fail_under: tuple[tuple[str, float], ...] = key(
        (), "thresholds",
        "reports end with status 2 below this percentage: a number, or one for each level",
        "report:fail_under", ("", *LEVELS, "coverage"),
    )  # fmt: skip
    ignore_errors: bool = key(
        False, "bool", "say nothing of files that could not be read", "report:ignore_errors"
    )
    report_contexts: tuple[str, ...] = key(
        (), "regexes", "report only what happened in contexts like these", "report:contexts"
    )
    coverage_totals: str = key(
        "separate", "choice",
        "whether conditions count in coverage.py's percentage (bytecov_coverage): separate, merged",
        choices=TOTALS,
    )  # fmt: skip
    html_directory: str = key("htmlbytecov", "path", "where `html` writes")
    title: str = key("", "text", "what HTML pages are called", "html:title")
    html_show_contexts: bool = key(
        True, "bool", "name in HTML the contexts that covered an outcome", "html:show_contexts"
    )
    json_output: str = key("bytecov.json", "path", "what `json` writes")
    json_pretty_print: bool = key(False, "bool", "indent the JSON", "json:pretty_print")
    json_show_contexts: bool = key(
        False, "bool", "name in JSON the contexts that covered an outcome", "json:show_contexts"
    )
    xml_output: str = key("bytecov.xml", "path", "what `xml` writes")
    xml_package_depth: int = key(
        99, "depth", "directories below this depth join their parent's package", "xml:package_depth"
    )
    lcov_output: str = key("bytecov.lcov", "path", "what `lcov` writes")
    lcov_line_checksums: bool = key(
        False, "bool", "give a checksum of each line in LCOV", "lcov:line_checksums"
    )


KEYS: dict[str, Key] = dict(zip(Settings._fields, _keys, strict=True))
