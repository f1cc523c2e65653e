"""Every touch of what is not coverage.py's public API, and which versions it is known for.

The names are the same in 7.10 to 7.17, which are tested.  Where one is missing, `unfit` says so
and the plugin stands aside: coverage.py then works as without it.
"""

import os
import sys
from collections.abc import Callable, Iterable
from types import CodeType, FrameType, SimpleNamespace
from typing import Any

import coverage
from coverage import Coverage, CoverageData
from coverage.plugin import FileReporter
from coverage.results import Analysis

OLDEST = (7, 10)


def unfit(cov: Coverage) -> str | None:
    """Why this coverage.py cannot be worked with, if it cannot.

    Another Coverage must not be made for that: up to 7.12 the first use of one turns off saving
    in a child that `patch = subprocess` measures (control.py, _prevent_sub_process_measurement).
    """
    if tuple(int(part) for part in coverage.__version__.split(".")[:2]) < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        return f"coverage {coverage.__version__} is older than {oldest}: upgrade it"
    names = ("_analyze", "_get_file_reporter", "_file_mapper", "_collector", "_inorout", "_data")
    if not all(hasattr(cov, name) for name in names):
        return f"coverage {coverage.__version__} is not known to it: upgrade bytecov"
    return None


def caller(config: object, frame: FrameType) -> tuple[Coverage, bool]:
    """The Coverage that is being set up, and whether that is because it starts.

    `configure` is given it or its configuration; `frame` is that of its caller, a method that
    the first public method to be used has called.
    """
    cov = config if isinstance(config, Coverage) else frame.f_locals["self"]
    assert isinstance(cov, Coverage)
    first = frame.f_back
    return cov, first is not None and first.f_code is Coverage.start.__code__


def data_of(cov: Coverage) -> CoverageData | None:
    """Where a Coverage that was started keeps its data, without flushing what is pending."""
    return cov._data


def pending_files(cov: Coverage) -> set[str]:
    """Files of which the next flush will store something, by their names in the data."""
    collected: Iterable[str] = getattr(cov._collector, "data", ())
    return {cov._file_mapper(path) for path in list(collected)}


def stored_name(cov: Coverage, path: str) -> str:
    """The name of a file in the data."""
    return cov._file_mapper(path)


def measures(cov: Coverage, path: str) -> bool:
    """Whether coverage.py measures a file that is being imported."""
    judge = cov._inorout
    if judge is None:
        return False
    # A source can be a package, and coverage.py reads a module's name from a frame of it.
    frame: Any = SimpleNamespace(f_globals={"__name__": _importing(path)})
    return judge.check_include_omit_etc(os.path.realpath(path), frame) is None


def _importing(path: str) -> str | None:
    """The name of the module that is being imported from a file: one of the last that began."""
    for name, module in reversed(list(sys.modules.items())):
        if getattr(getattr(module, "__spec__", None), "origin", None) == path:
            return name
    return None


def on_switch_context(call: Callable[[CoverageData, str], None]) -> None:
    """`call(data, name)` whenever the context of some data changes; the name is the whole one,
    the static part too.

    On the class: tracers are given the bound method before `start` returns.
    """
    from coverage.collector import Collector

    switch = Collector.switch_context

    def switch_context(self: Collector, new_context: str | None) -> str | None:
        before = switch(self, new_context)
        call(self.covdata, "|".join(part for part in (self.static_context, new_context) if part))
        return before

    setattr(Collector, "switch_context", switch_context)  # noqa: B010 (mypy: no assignment)


def on_compile_main(prepare: Callable[[str, CodeType], CodeType]) -> None:
    """`prepare(path, code)` the script that `coverage run` compiles itself."""
    from coverage import execfile

    make_code = execfile.make_code_from_py

    def make_code_from_py(filename: str) -> CodeType:
        return prepare(os.path.abspath(filename), make_code(filename))

    execfile.make_code_from_py = make_code_from_py


def on_report(
    cov: Coverage,
    see: Callable[[Analysis, FileReporter], Analysis],
    describe: Callable[[FileReporter], None],
) -> None:
    """Have `see` change what a report is told of a file, and `describe` equip its reporter."""
    analyze: Any = cov._analyze
    get_file_reporter = cov._get_file_reporter
    made: dict[str, FileReporter] = {}

    def _get_file_reporter(morf: Any) -> FileReporter:
        reporter = get_file_reporter(morf)
        describe(reporter)
        made[cov._file_mapper(reporter.filename)] = reporter
        return reporter

    def _analyze(*arguments: Any, **named: Any) -> Analysis:
        analysis = analyze(*arguments, **named)
        reporter = made.get(analysis.filename)
        return see(analysis, reporter) if reporter else analysis

    setattr(cov, "_get_file_reporter", _get_file_reporter)  # noqa: B010
    setattr(cov, "_analyze", _analyze)  # noqa: B010
