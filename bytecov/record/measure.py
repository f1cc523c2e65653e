"""One measurement: from the moment code is prepared to the hits of every module."""

import os
from types import CodeType
from typing import NamedTuple

from bytecov.bytecode.decode import walk
from bytecov.model.errors import UsageError
from bytecov.model.hits import Recorded
from bytecov.record.importer import Importer
from bytecov.record.recorder import Recorder
from bytecov.record.scope import Scope
from bytecov.record.vm import VMRecorder

ENGINES = ("auto", "vm")


class RecordedModule(NamedTuple):
    """One execution of one file: absolute path, the module's code object as its compiler made
    it, and the hits of it and the code objects nested in it."""

    path: str
    code: CodeType
    recorded: tuple[Recorded, ...]


class Measurement:
    """Measures the files of `scope` while it is started."""

    def __init__(self, scope: Scope, engine: str = "auto") -> None:
        if engine not in ENGINES:
            raise UsageError(
                f"there is no engine {engine!r}; choose one of {', '.join(ENGINES)}"
            )
        self.warnings: list[str] = []
        self._scope = scope
        self._recorder: Recorder = VMRecorder()
        self._importer = Importer(self.prepare, self._recorder.original)
        self._modules: list[tuple[str, CodeType]] = []
        self._context = ""

    @property
    def engine(self) -> str:
        """The recorder in use."""
        return self._recorder.name

    def start(self) -> None:
        """Measure what is imported from now on."""
        self._importer.install()

    def stop(self) -> None:
        """Measure nothing more; functions that exist go on being watched."""
        self._importer.uninstall()

    def prepare(self, path: str, code: CodeType) -> CodeType:
        """What to execute for the code object of a whole file; itself when out of scope."""
        path = os.path.abspath(path)
        if not self._scope.measures(path):
            return code
        self._modules.append((path, code))
        return self._recorder.prepare(code)

    def take(self) -> list[RecordedModule]:
        """Every module seen so far, with the hits since the last time."""
        # By identity: code objects that are equal can belong to two executions of a file.
        taken = {id(each.code): each for each in self._recorder.take(self._context)}
        return [
            RecordedModule(
                path, module, tuple(taken[id(code)] for code in walk(module) if id(code) in taken)
            )
            for path, module in self._modules
        ]
