"""How measured modules come to run as prepared code.

The source loader of the import system is given a step of its own, instead of a finder of
ours on `sys.meta_path`: the program then sees its usual finders and loaders.  The steps carry
the import system's file name, so that tracebacks leave them out as they leave out the rest of
it (`remove_importlib_frames`, Python/import.c).
"""

import os
import sys
from collections.abc import Callable
from importlib.machinery import SourceFileLoader
from types import CodeType, FunctionType, ModuleType
from typing import Any

IMPORT_SYSTEM = "<frozen importlib._bootstrap_external>"

Prepare = Callable[[str, CodeType], CodeType]  # path and code object to what shall run


class Importer:
    """Puts `prepare` into the way of every module that is imported from source."""

    def __init__(self, prepare: Prepare, original: Callable[[CodeType], CodeType]) -> None:
        self._prepare = prepare
        self._original = original
        self._undo: list[Callable[[], None]] = []
        self._after_import = {
            "_pytest.assertion.rewrite": self._hook_rewriting,
            "runpy": self._hook_run_path,
        }

    def install(self) -> None:
        """Measure what is imported from now on."""
        prepare, after_import = self._prepare, self._after_import
        get_code_before = SourceFileLoader.get_code
        exec_module_before = SourceFileLoader.exec_module

        def get_code(self: Any, fullname: str) -> CodeType | None:
            code = get_code_before(self, fullname)
            return code if code is None else prepare(self.path, code)

        def exec_module(self: Any, module: ModuleType) -> None:
            exec_module_before(self, module)
            if module.__name__ in after_import:
                after_import[module.__name__](module)

        self._replace(SourceFileLoader, "get_code", _as_import_system(get_code))
        self._replace(SourceFileLoader, "exec_module", _as_import_system(exec_module))
        for name, hook in after_import.items():
            if name in sys.modules:
                hook(sys.modules[name])

    def uninstall(self) -> None:
        """Leave everything as it was."""
        while self._undo:
            self._undo.pop()()

    def _hook_rewriting(self, rewrite: Any) -> None:
        """pytest compiles test files itself, with rewritten asserts; what its loader executes
        comes out of these two functions and goes, as bytes, into the third."""
        prepare, original = self._prepare, self._original
        rewrite_test, read_pyc = rewrite._rewrite_test, rewrite._read_pyc
        write_pyc = rewrite._write_pyc

        def prepared_test(fn: Any, config: Any) -> tuple[Any, CodeType]:
            stat, code = rewrite_test(fn, config)
            return stat, prepare(str(fn), code)

        def prepared_pyc(source: Any, *rest: Any, **options: Any) -> CodeType | None:
            code = read_pyc(source, *rest, **options)
            return code if code is None else prepare(str(source), code)

        def write_original(state: Any, code: CodeType, *rest: Any) -> bool:
            written: bool = write_pyc(state, original(code), *rest)
            return written

        self._replace(rewrite, "_rewrite_test", prepared_test)
        self._replace(rewrite, "_read_pyc", prepared_pyc)
        self._replace(rewrite, "_write_pyc", write_original)

    def _hook_run_path(self, runpy: Any) -> None:
        """`runpy.run_path` compiles the file itself, so does a spawned process of multiprocessing
        with the main module of its parent."""
        prepare, get_code = self._prepare, runpy._get_code_from_file

        def get_prepared(*arguments: str) -> Any:
            found = get_code(*arguments)  # up to 3.11 run name and path, code and path
            path = os.path.abspath(os.fsdecode(arguments[-1]))
            if isinstance(found, tuple):
                return (prepare(path, found[0]), *found[1:])
            return prepare(path, found)

        self._replace(runpy, "_get_code_from_file", get_prepared)

    def _replace(self, holder: Any, name: str, new: object) -> None:
        inherited = name not in vars(holder)
        old = getattr(holder, name)
        setattr(holder, name, new)
        self._undo.append(
            (lambda: delattr(holder, name)) if inherited else (lambda: setattr(holder, name, old))
        )


def _as_import_system(function: Any) -> FunctionType:
    """The same function, in tracebacks part of the import system."""
    step: FunctionType = function
    step.__code__ = step.__code__.replace(co_filename=IMPORT_SYSTEM)
    return step
