"""`Session`: one data file and what can be done with it.

Measure: `start`, run something, `stop`, `save`.  Ask: `results`, `doubts`, `hits`, `summary`.
Keep house: `combine`, `erase`.  What a session has to say beside its results collects in
`warnings`.
"""

import contextlib
import os
import re
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from types import CodeType
from typing import TYPE_CHECKING, NamedTuple

import bytecov
from bytecov.bytecode.version import TEXT
from bytecov.config.settings import Settings
from bytecov.model.errors import BytecovError, DataError
from bytecov.model.hits import Hits
from bytecov.record.cache import NOTHING, results_kept
from bytecov.record.scope import Scope, glob_matcher, glob_regex

# sqlite3, ast and what works with them are imported where they are needed: a measured program
# should find as few modules loaded as possible.
if TYPE_CHECKING:
    from bytecov.api.work import Work
    from bytecov.model.result import FileResult, Results
    from bytecov.model.values import Witnessed
    from bytecov.record.journal import Journal
    from bytecov.record.measure import Measurement
    from bytecov.store.aliases import Aliases
    from bytecov.store.measured import MeasuredFile
    from bytecov.store.merge import Combined, Differing
    from bytecov.store.reading import Contents
    from bytecov.store.records import Doubt, Run


PATIENCE = 5.0  # seconds that a program waits to begin while others hold the data file


class Summary(NamedTuple):
    """What a session's data holds: files with their sizes, runs, measured files, contexts."""

    parts: list[tuple[str, int]]
    runs: "list[Run]"
    files: "list[MeasuredFile]"
    contexts: list[str]


def active() -> "Session | None":
    """The session that measures in this process."""
    return _active[-1] if _active else None


_active: "list[Session]" = []


def scope_of(settings: Settings) -> Scope:
    """What the settings say is measured."""
    return Scope(
        settings.source,
        settings.source_pkgs,
        settings.source_dirs,
        settings.include,
        settings.omit,
        settings.include_namespace_packages,
    )


class Session:
    """One data file, seen from the directory the session was made in."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self.here = os.getcwd()
        self.data_file = os.path.abspath(self.settings.data_file)
        self.warnings: list[str] = []
        self.progress: Callable[[int, int], None] = lambda done, total: None
        """Hears how many files of a long task are done, of how many."""
        self._measurement: Measurement | None = None
        self._journal: Journal | None = None
        self._scope: Scope | None = None
        self._path: list[str] = []
        self._kept = NOTHING
        self._started = self._clock = self._seconds = 0.0

    # Measuring

    def start(self) -> None:
        """Begin to record.  DataError if there is a data file that nothing can be added to."""
        from bytecov.record.measure import Measurement
        from bytecov.store.header import check

        if os.path.exists(self.data_file) and os.path.getsize(self.data_file):
            check(self.data_file)
        settings = self.settings
        self._scope = scope_of(settings)
        self._path = list(sys.path)
        self._kept = results_kept()
        self._started, self._clock = time.time(), time.monotonic()
        self._measurement = Measurement(
            self._scope,
            settings.engine,
            vectors=settings.level == "mcdc",
            values=settings.values,
            reprs=settings.repr,
        )
        self._measurement.start()
        _active.append(self)

    def import_all(self) -> None:
        """Import now what is needed while the program runs: it will find other modules then."""
        if self._measurement:
            self._measurement.import_all()

    @property
    def switches_contexts(self) -> bool:
        """Whether hits are to be told apart by the test that was running."""
        return self.settings.dynamic_context == "test"

    @property
    def engine(self) -> str:
        """The recorder in use, "" before `start`."""
        return self._measurement.engine if self._measurement else ""

    def switch_context(self, name: str) -> None:
        """What happens from now on happens in the context `name`."""
        if self._measurement:
            static = self.settings.context
            self._measurement.switch_context("|".join(one for one in (static, name) if one))

    def restart(self) -> None:
        """Begin again in a process that was forked: what its parent did is not its own."""
        if self._measurement:
            self._measurement.forget()
            self._started, self._clock = time.time(), time.monotonic()
            self._journal = None

    def keep_journal(self, argv: Sequence[str]) -> None:
        """From now on, what is seen is on disk within a second, in case the process is killed."""
        measurement = self._measurement
        if measurement is None:
            return
        from bytecov.record.journal import Journal
        from bytecov.store.shards import HITS, shard_path

        run = {
            "uuid": os.urandom(16).hex(),
            "argv": list(argv),
            "directory": self.here,
            "engine": measurement.engine,
            "observes": sorted(measurement.observes),
            "python": TEXT,
            "platform": sys.platform,
            "bytecov": bytecov.__version__,
            "exit_code": None,
            "started": self._started,
            "seconds": 0.0,
        }
        first = {"bytecov hits": 1, "run": run, "optimize": sys.flags.optimize}
        self._journal = Journal(shard_path(self.data_file) + HITS, measurement, first)
        self._journal.start()

    def pause_journal(self) -> None:
        """Before the process forks: no thread of ours may be running."""
        if self._journal:
            self._journal.pause()

    def resume_journal(self) -> None:
        """Go on as before `pause_journal`."""
        if self._journal:
            self._journal.start()

    def _end_journal(self) -> None:
        """All is saved."""
        if self._journal:
            self._journal.stop()
            with contextlib.suppress(OSError):
                os.unlink(self._journal.path)
            self._journal = None

    def recover(self, directory: str | None = None) -> list[str]:
        """Make data files of what killed processes left in `directory`, or beside the data file;
        returns their names.  What cannot be read stays where it is, and a warning says why."""
        from bytecov.store.shards import HITS, left_behind

        found = []
        for path in left_behind(self.data_file, directory):
            from bytecov.api.recovery import recover
            from bytecov.api.saving import Saving

            saving = Saving(self.stored, self.settings.context, self.settings.redact)
            try:
                if recover(path, path.removesuffix(HITS), saving):
                    found.append(path.removesuffix(HITS))
            except (BytecovError, OSError) as error:
                self.warn(str(error))
        return found

    def measures(self, path: str) -> bool:
        """Whether the file at an absolute path is measured."""
        return self._scope is not None and self._scope.measures(path)

    def forget(self) -> None:
        """Empty the data file: what is measured now takes the place of what was before.  Where
        that cannot be done, the program is measured all the same."""
        from bytecov.store.shards import left_behind

        for path in left_behind(self.data_file):
            with contextlib.suppress(OSError):
                os.unlink(path)
        if os.path.exists(self.data_file):
            from bytecov.store.folding import start_anew

            try:
                start_anew(self.data_file, PATIENCE)
            except DataError as error:
                self.warn(f"{error}; what it holds stays, and this run adds to it")

    def prepare(self, path: str, code: CodeType) -> CodeType:
        """What to execute for the code object of a file; itself where nothing is measured."""
        return self._measurement.prepare(path, code) if self._measurement else code

    def stop(self) -> None:
        """Stop recording; what was recorded waits for `save`."""
        if self._measurement:
            self._measurement.stop()
            if self in _active:
                _active.remove(self)
            self._seconds = time.monotonic() - self._clock

    def save(
        self, argv: Sequence[str] = (), exit_code: int | None = None, whole: bool = True
    ) -> None:
        """Put what was recorded into the data file; the files that never ran, too, unless this
        is but one of several processes (not `whole`).

        DataError if that cannot be done; where at least the process's own file could be
        written, it stays and a warning says how to add it.
        """
        if self._measurement is None or self._scope is None:
            return
        from bytecov.record.apart import apart

        with apart(self._path):
            from bytecov.api.saving import Saving, facts
            from bytecov.store.folding import fold
            from bytecov.store.shards import shard_path

            saving = Saving(
                self.stored, self.settings.context, self.settings.redact, self._kept
            )
            run = facts(self._measurement, argv, self.here, self._started, self._seconds)
            shard = shard_path(self.data_file)
            never = self._scope.find_files() if whole else ()
            saving.write(shard, self._measurement, never, run._replace(exit_code=exit_code))
            self._end_journal()
            self.warnings += [*self._measurement.warnings, *saving.warnings]
            if self.settings.parallel:
                return
            # Children that were killed have left what they did to us.
            for each in [shard, *(self.recover() if whole else ())]:
                try:
                    fold(self.data_file, each)
                except (BytecovError, OSError) as error:
                    self.warnings.append(
                        f"{error}; what was measured is kept in {each}: `bytecov combine` adds it"
                    )

    def stored(self, path: str) -> str:
        """The name of a source file in the data file."""
        return self.shown(path) if self.settings.relative_files else path

    # Asking

    def results(self, files: Iterable[str] = ()) -> "Results":
        """Everything measured, laid on the sources as they are now.

        `files` are paths, directories or patterns; without any, the settings choose.
        """
        from bytecov.api.asking import by_version_number, file_result, measured
        from bytecov.model.result import Results

        contents = self.contents(with_values=True)
        runs, versions = measured(contents)
        self._doubt_vectors(runs)
        wanted = self.wanted(files)
        by_path: dict[str, list[MeasuredFile]] = {}
        for file in versions:
            path = self.absolute(file.path)
            if wanted(path):
                by_path.setdefault(path, []).append(file)
        found: list[FileResult] = []
        for path in sorted(by_path, key=self.shown):
            self.progress(len(found), len(by_path))
            versions = by_path[path]
            found.append(
                file_result(path, self.shown(path), versions, self.settings, self.warn)
            )
        self.progress(len(found), len(by_path))
        if self.settings.json_show_contexts:
            from bytecov.api.asking import with_witnesses

            found = with_witnesses(found, contents, self.absolute)
        if any(one.values for one in contents):
            from bytecov.api.asking import values
            from bytecov.api.nearness import with_near

            paths = [(one, self.absolute(one.path)) for one in found if not one.problem]
            near = {
                path: with_near(one, path, values(contents, path, self.here)) for one, path in paths
            }
            found = [near.get(self.absolute(one.path), one) for one in found]
        return Results(
            files=tuple(one for one in found if not (one.problem and self.settings.ignore_errors)),
            engines=tuple(sorted({run.engine for run in runs})),
            pythons=tuple(sorted({run.python for run in runs}, key=by_version_number)),
            level=self.settings.level,
        )

    def work(self, files: Iterable[str] = ()) -> "Work":
        """The same, file by file and not done yet, for reports that use several processes; with
        the bytecode that ran and the tests that witnessed."""
        from bytecov.api.asking import by_version_number
        from bytecov.api.work import Work, works

        contents = self.contents(with_hits=True, with_values=True)
        runs = [run for one in contents for run in one.runs]
        self._doubt_vectors(runs)
        return Work(
            files=works(
                contents,
                self.settings,
                self.absolute,
                self.shown,
                self.wanted(files),
            ),
            engines=tuple(sorted({run.engine for run in runs})),
            pythons=tuple(sorted({run.python for run in runs}, key=by_version_number)),
        )

    def _doubt_vectors(self, runs: "Iterable[Run]") -> None:
        if self.settings.level == "mcdc" and any("vectors" not in run.observes for run in runs):
            self.warn(
                "not every run was made for MC/DC, so some conditions are undetermined:"
                " `bytecov run --level mcdc …` records what is needed"
            )

    def summary(self) -> Summary:
        """What the data holds."""
        from bytecov.api.asking import measured

        contents = self.contents()
        runs, files = measured(contents)
        return Summary(
            parts=[(self.shown(path), os.path.getsize(path)) for path in self._data_paths()],
            runs=runs,
            files=sorted(files, key=lambda file: (file.path, file.digest)),
            contexts=sorted({row.context for one in contents for row in one.covered}),
        )

    def doubts(self, kind: str) -> "list[tuple[str, Doubt]]":
        """Path shown and doubt, for every `contradiction` or `unexplained` branch."""
        from bytecov.api.asking import measured

        found = {
            (self.shown(file.path), doubt)
            for file in measured(self.contents())[1]
            for doubt in file.doubts
            if doubt.kind == kind
        }
        return sorted(found)

    def hits(self, codes: Iterable[CodeType]) -> list[Hits | None]:
        """What ran in each code object, all contexts and runs together; None if unknown."""
        from bytecov.api.asking import hits

        return hits(self.contents(with_hits=True), codes)

    def values(self, path: str) -> "list[Witnessed]":
        """What the conditions of one file, as it is now, were tested with (`run --values`).

        `path` is absolute, or relative to the session's directory.
        """
        from bytecov.api.asking import values

        path = os.path.normpath(os.path.join(self.here, path))
        return values(self.contents(with_values=True), path, self.here)

    def contents(self, with_hits: bool = False, with_values: bool = False) -> "list[Contents]":
        """The data file and the files of processes beside it; each run once."""
        from bytecov.store.reading import load

        self.recover()
        found: list[Contents] = []
        seen: set[str] = set()
        for path in self._data_paths():
            try:
                contents = load(path, with_hits, with_values)
            except DataError as error:
                if path == self.data_file:
                    raise
                self.warn(str(error))
                continue
            for file in contents.files.values():
                file.path = self._place(file.path)
            uuids = {run.uuid for run in contents.runs}
            if not uuids <= seen:
                seen |= uuids
                found.append(self._in_contexts(contents))
        if not found:
            name = self.shown(self.data_file)
            raise DataError(f"there is nothing measured in {name}: `bytecov run` measures")
        return found

    def _in_contexts(self, contents: "Contents") -> "Contents":
        """What happened in the contexts that are to be reported: in all, if none is named."""
        patterns = [re.compile(one) for one in self.settings.report_contexts]
        if not patterns:
            return contents

        def is_chosen(context: str) -> bool:
            return any(one.search(context) for one in patterns)

        return contents._replace(
            covered=[row for row in contents.covered if is_chosen(row.context)],
            hits=[row for row in contents.hits if is_chosen(row.context)],
        )

    def _data_paths(self) -> list[str]:
        from bytecov.store.shards import shards

        others = shards(self.data_file)
        own = [self.data_file] if os.path.exists(self.data_file) or not others else []
        return own + others

    def wanted(self, files: Iterable[str]) -> Callable[[str], bool]:
        """Which files to report, by the arguments or the settings."""
        chosen = list(files)
        include = glob_matcher(
            [*chosen, *(os.path.join(one, "**", "*") for one in chosen)]
            or self.settings.report_include
        )
        omit = glob_matcher(self.settings.report_omit)

        def wanted(path: str) -> bool:
            return (not include or bool(include.match(path))) and not (omit and omit.match(path))

        return wanted

    def shown(self, path: str) -> str:
        """Relative to the session's directory for what lies below it."""
        below = os.path.join(self.here, "")
        return path[len(below) :] if path.startswith(below) else path

    def absolute(self, path: str) -> str:
        """The path of a name in the data file, or of one that the user typed."""
        return os.path.normpath(os.path.join(self.here, path))

    def warn(self, said: str) -> None:
        """Say something once."""
        if said not in self.warnings:
            self.warnings.append(said)

    @cached_property
    def _aliases(self) -> "Aliases":
        from bytecov.store.aliases import Aliases

        return Aliases(self.settings.paths, glob_regex, self.here)

    # Keeping house

    def combine(
        self,
        paths: Iterable[str] = (),
        keep: bool = False,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> "Combined":
        """Fold files of other processes and machines into the data file.

        `paths` are files, or directories to search; without any, the directory of the data
        file is searched.  `progress` hears how many files are done, of how many.  DataError if
        there is nothing to combine.
        """
        from bytecov.store.merge import combine
        from bytecov.store.shards import shards

        found: list[str] = []
        for path in paths or [os.path.dirname(self.data_file)]:
            if os.path.isdir(path):
                self.recover(path)
                found += shards(self.data_file, path)
                own = os.path.join(path, os.path.basename(self.data_file))
                if os.path.exists(own):
                    found.append(own)
            else:
                found.append(path)
        found = [one for one in dict.fromkeys(found) if os.path.abspath(one) != self.data_file]
        if not found:
            raise DataError(
                f"there is nothing to combine: no file {self.shown(self.data_file)}.* is here"
            )
        combined = combine(self.data_file, found, keep, self._locate, progress)
        if not combined.merged and not combined.duplicates:
            raise DataError("nothing was combined: " + "; ".join(combined.skipped))
        self.warnings += combined.skipped
        self.warnings += map(self._told, combined.differing)
        return combined

    def _told(self, one: "Differing") -> str:
        """Which data files had another version of a source file, in a sentence."""
        named = ", ".join(map(self.shown, one.others[:3]))
        more = f" and {len(one.others) - 3:,} more" if len(one.others) > 3 else ""
        return (
            f"{self.shown(one.path)}: {named}{more}, of {one.measured:,} data files with it, had"
            " another version of it; what they covered in it does not count"
        )

    def _place(self, path: str) -> str:
        """Where a measured file is to be read: absolute, `[paths]` applied."""
        return os.path.normpath(os.path.join(self.here, self._aliases.locate(path)))

    def _locate(self, path: str, directories: Iterable[str]) -> str:
        """The path of a measured file on this machine."""
        found = self._aliases.locate(path, directories)
        return path if found == path else self.stored(found)

    def erase(self) -> list[str]:
        """Remove the data file and the files beside it; returns the names of what is gone."""
        from bytecov.store.merge import erase
        from bytecov.store.shards import left_behind, shards

        gone: list[str] = left_behind(self.data_file)
        for path in gone:
            os.unlink(path)
        for path in [self.data_file, *shards(self.data_file)]:
            try:
                if erase(path):
                    gone.append(path)
            except DataError as error:
                if path == self.data_file:
                    raise
                self.warn(str(error))
        return gone
