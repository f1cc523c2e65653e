"""One measurement: from the moment code is prepared to the hits of every module."""

import os
from types import CodeType
from typing import TYPE_CHECKING, NamedTuple, Protocol

from bytecov.bytecode.nesting import walk
from bytecov.model.hits import Recorded
from bytecov.record.engine import choose_recorder
from bytecov.record.importer import Importer

if TYPE_CHECKING:
    from bytecov.record.paths.recording import Paths


Stamp = tuple[int, int] | None


def stamp(path: str) -> Stamp:
    """What tells a file from what is written over it: time in ns and size; None if it is gone."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


class RecordedModule(NamedTuple):
    """One execution of one file: absolute path, the module's code object as its compiler made
    it, the hits of it and the code objects nested in it, and whether the file has been written
    since."""

    path: str
    code: CodeType
    recorded: tuple[Recorded, ...]
    changed: bool = False


class Measured(Protocol):
    """Decides which files are: a `Scope`, mostly."""

    def measures(self, path: str, /) -> bool:
        """Whether the file at an absolute path is measured."""
        ...


class Measurement:
    """Measures the files of `scope` while it is started.

    `vectors`: also how each evaluation of a decision went where edges do not tell (MC/DC).
    `values`: also with which operands each branch went each way; `reprs`: in the operands' own
    words, which runs code of theirs.
    """

    def __init__(
        self,
        scope: Measured,
        engine: str = "auto",
        vectors: bool = False,
        values: bool = False,
        reprs: bool = False,
    ) -> None:
        self._scope = scope
        self._recorder, warning = choose_recorder(engine, values, reprs)
        self.warnings = [warning] if warning else []
        self._paths = _paths() if vectors else None
        self._importer = Importer(self.prepare, self._original)
        self._modules: list[tuple[str, CodeType, Stamp]] = []
        self._context = ""

    @property
    def engine(self) -> str:
        """The recorder in use."""
        return self._recorder.name

    @property
    def observes(self) -> frozenset[str]:
        """What is seen: `Recorder.observes`, and `vectors` of decisions."""
        own = self._recorder.observes
        return own | {"vectors"} if self._paths else own

    def start(self) -> None:
        """Measure what is imported from now on."""
        self._importer.install()

    def import_all(self) -> None:
        """Import now what would be imported when it is needed."""
        self._recorder.import_all()

    def stop(self) -> None:
        """Measure nothing more; functions that exist go on being watched."""
        self._importer.uninstall()

    def prepare(self, path: str, code: CodeType) -> CodeType:
        """What to execute for the code object of a whole file; itself when out of scope."""
        path = os.path.abspath(path)
        if not self._scope.measures(path):
            return code
        self._modules.append((path, code, stamp(path)))
        return self._recorder.prepare(self._paths.prepare(path, code) if self._paths else code)

    def _original(self, code: CodeType) -> CodeType:
        """What `prepare` was given."""
        code = self._recorder.original(code)
        return self._paths.original(code) if self._paths else code

    def switch_context(self, name: str) -> None:
        """What happens from now on happens in the context `name`."""
        if name != self._context:
            self._recorder.cut(self._context)
            self._context = name

    def news(self) -> list[tuple[str, CodeType, list[int]]]:
        """What was seen since the last news: context, code object as its compiler made it, and
        numbers that `replay` takes.  May be called by another thread."""
        news = self._recorder.news(self._context)
        if self._paths is None:
            return news
        return [(context, self._paths.original(code), told) for context, code, told in news]

    def replay(self, code: CodeType, told: list[int]) -> None:
        """As if a code object of a prepared module had told this."""
        self._recorder.replay(self._paths.rewritten(code) if self._paths else code, told)

    def close(self) -> None:
        """Watch no more; what was seen can still be taken."""
        self._recorder.close()

    @property
    def modules(self) -> "list[tuple[str, CodeType, Stamp]]":
        """Path, code object and state of the file of every module so far."""
        return self._modules

    def forget(self) -> None:
        """Drop everything that was recorded and not taken."""
        self._recorder.forget()

    def take(self) -> list[RecordedModule]:
        """Every module seen so far, with the hits since the last time."""
        # By identity: code objects that are equal can belong to two executions of a file.
        recorded = self._recorder.take(self._context)
        if self._paths:
            recorded = self._paths.restored(recorded)
            self.warnings += self._paths.problems
            self._paths.problems.clear()
        taken: dict[int, list[Recorded]] = {}
        for each in recorded:
            taken.setdefault(id(each.code), []).append(each)
        return [
            RecordedModule(
                path,
                module,
                tuple(each for code in walk(module) for each in taken.get(id(code), ())),
                stamp(path) != before,
            )
            for path, module, before in self._modules
        ]


def _paths() -> "Paths":
    from bytecov.record.paths.recording import Paths  # slow to load, and mostly not needed

    return Paths()
