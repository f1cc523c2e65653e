"""`bytecov debug`: what bytecov itself knows, for a question or a bug report."""

import argparse
import os
import sys

import bytecov
from bytecov.cli.options import Parser, add_common, session_for, warn
from bytecov.cli.printing import put
from bytecov.config import load
from bytecov.config.load import described
from bytecov.model.errors import UsageError
from bytecov.record.cache import cache_folder
from bytecov.record.engine import describe

TOPICS = ("sys", "config", "data", "unexplained", "contradictions")
DESCRIPTION = """\
Show what bytecov itself knows.

  sys             this Python, this bytecov, where both live, what would record
  config          every setting, its value, and where it came from
  data            what the data file holds: runs, files, contexts
  unexplained     branches of the bytecode that no part of the source explains; should be 0
  contradictions  recorded edges that analysis calls impossible; each is a bug of bytecov

`unexplained PATH…` maps the sources at these paths instead, files or folders, without running
them: what no part of a source explains, and conditions of the source that were not found.  It
ends with status 1 if there are any.
"""


def debug_command(arguments: list[str]) -> int:
    """Print one topic."""
    parser = Parser("debug", "[option …] TOPIC [PATH …]", DESCRIPTION)
    parser.add_argument("topic", choices=TOPICS, metavar="TOPIC", help=", ".join(TOPICS))
    parser.add_argument("paths", nargs="*", metavar="PATH", help="sources for `unexplained`")
    add_common(parser)
    options = parser.parse_args(arguments)
    if options.paths:
        if options.topic != "unexplained":
            parser.error(f"{options.topic} takes no PATH")
        return _mapped(options.paths)
    topics = {
        "sys": _sys,
        "config": _config,
        "data": _data,
        "unexplained": _unexplained,
        "contradictions": _contradictions,
    }
    topics[options.topic](options)
    return 0


def _line(text: str) -> None:
    put(text, end="\n")


def _pairs(pairs: list[tuple[str, str]]) -> None:
    width = max(len(name) for name, _ in pairs)
    for name, value in pairs:
        print(f"{name:<{width}}  {value}".rstrip())


def _sys(options: argparse.Namespace) -> None:
    import platform
    import sqlite3
    from importlib.util import find_spec

    loaded = load(options.rcfile, data_file=options.data_file)
    packages = [name for name in ("rich", "jinja2", "pygments") if find_spec(name)]
    _pairs(
        [
            ("bytecov", bytecov.__version__),
            ("installed in", os.path.dirname(os.path.abspath(bytecov.__file__))),
            ("python", f"{platform.python_implementation()} {sys.version.split()[0]}"),
            ("executable", sys.executable),
            ("prefix", sys.prefix),
            ("platform", platform.platform()),
            ("sqlite", sqlite3.sqlite_version),
            ("encoding", f"{sys.getfilesystemencoding()}, output {sys.stdout.encoding}"),
            ("directory", os.getcwd()),
            ("settings from", ", ".join(loaded.files) or "defaults only"),
            ("data file", os.path.abspath(loaded.settings.data_file)),
            ("engine", describe(loaded.settings.engine)),
            ("cache", cache_folder() or "none"),
            ("report packages", ", ".join(packages) or "none"),
        ]
    )


def _config(options: argparse.Namespace) -> None:
    rows = described(load(options.rcfile, data_file=options.data_file))
    names = max(len(name) for name, _, _ in rows)
    values = min(40, max(len(value) for _, value, _ in rows))
    for name, value, origin in rows:
        print(f"{name:<{names}}  {value:<{values}}  {origin}")


def _data(options: argparse.Namespace) -> None:
    import time

    session = session_for(options)
    summary = session.summary()
    warn(session)
    for path, size in summary.parts:
        _line(f"{path}  {size:,} bytes")
    for run in summary.runs:
        when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(run.started))
        status = "killed" if run.exit_code is None else f"status {run.exit_code}"
        _line(
            f"run  {when}  {run.seconds:.1f} s  {status}  {run.engine}  Python {run.python}"
            f"  {' '.join(run.argv)}"
        )
    for name in summary.contexts:
        _line(f"context  {name or '(none)'}")
    for file in summary.files:
        _line(
            f"file  {file.path}  {file.digest[:12] or '-'}  {len(file.outcomes)} outcomes,"
            f" {len(file.lines)} lines"
        )


def _unexplained(options: argparse.Namespace) -> None:
    _doubts(options, "unexplained", "unexplained branch", "unexplained branches")


def _mapped(paths: list[str]) -> int:
    """Print what mapping the sources found; 1 if anything was not explained or not found."""
    from pathlib import Path

    from bytecov.source.corpus import map_corpus

    for path in paths:
        if not os.path.exists(path):
            raise UsageError(f"{path}: there is no such file or folder")
    report = map_corpus(map(Path, paths))
    idioms = report.artifacts.total()
    print(f"{report.files:,} files, {report.branches:,} branches, {idioms:,} of them artifacts")
    for name, count in report.artifacts.most_common():
        print(f"  {name}  {count:,}")
    for name, count in report.reasons.most_common():
        print(f"  not found for a reason: {name}  {count:,}")
    for cases, words in (
        (report.unexplained, "unexplained branches"),
        (report.unfound, "outcomes not found"),
        (report.mismatches, "edges that lead elsewhere"),
        (report.problems, "files that are no source for this Python"),
    ):
        print(f"{len(cases):,} {words}")
        for case in cases:
            _line(f"  {case}")
    return 0 if report.is_clean else 1


def _contradictions(options: argparse.Namespace) -> None:
    _doubts(options, "contradiction", "contradiction", "contradictions")


def _doubts(options: argparse.Namespace, kind: str, one: str, many: str) -> None:
    session = session_for(options)
    found = session.doubts(kind)
    warn(session)
    print(f"{len(found)} {one if len(found) == 1 else many}")
    for path, doubt in found:
        _line(f"{path}: {doubt.said} (Python {doubt.python})")
