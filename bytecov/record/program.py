"""Running a program as `python` would, with measured code prepared.

`sys.argv`, `sys.path[0]`, `__main__`, exit status, output and tracebacks are those of plain
`python FILE`, `python -m MODULE`, or the console script of that name.
"""

import builtins
import importlib
import importlib.util
import os
import sys
from collections.abc import Callable
from importlib.machinery import ModuleSpec, SourceFileLoader
from types import CodeType, ModuleType, TracebackType
from typing import Any, NamedTuple

from bytecov.model.errors import UsageError

Prepare = Callable[[str, CodeType], CodeType]


INTERRUPTED = 130
"""The status that shells give to a program that SIGINT ended."""


class Program(NamedTuple):
    """Something to run: the file, what `sys.argv` shall be, and for `-m` the module's spec."""

    path: str
    argv: list[str]
    search: str  # sys.path[0]
    spec: ModuleSpec | None = None  # of a module or directory


def find_program(argv: list[str], as_module: bool = False) -> Program:
    """The program that a command line names; UsageError when there is none.

    A name that is no file is a console script of this environment, else a module.
    """
    name, arguments = argv[0], argv[1:]
    if as_module:
        return _module(name, arguments)
    if os.path.isdir(name) or os.path.isfile(name):
        return _file(name, argv)
    if (script := _console_script(name)) is not None:
        return _file(script, [script, *arguments])
    if os.sep not in name and not name.endswith(".py") and _spec(name) is not None:
        return _module(name, arguments)
    raise UsageError(
        f"there is no file {name!r}, nor a console script or module of that name in"
        f" {sys.prefix}; check the spelling"
    )


def run_program(program: Program, code: CodeType, prepare: Prepare) -> int:
    """Run the program's `code` to its end; the exit status that plain `python` would have.

    Where a KeyboardInterrupt leaves it, that is shown and raised again: let leave the process,
    it has Python end as without us, by the signal, and say nothing more.
    """
    sys.argv[:] = program.argv
    sys.path[0] = program.search
    code = prepare(program.path, code)
    main = _main_module(program)
    try:
        if program.spec is None:
            exec(code, main.__dict__)
        else:
            _run_by_runpy(program.spec, code)
    except SystemExit as exit:
        return _exit_status(exit)
    except BaseException as error:
        _report(error)
        if isinstance(error, KeyboardInterrupt):
            sys.excepthook = _say_nothing
            raise KeyboardInterrupt from None
        return 1
    return 0


def _run_by_runpy(spec: ModuleSpec, code: CodeType) -> None:
    """Have `runpy` run modules and directories, as `python` does: its frames are on the stack
    and in tracebacks."""
    runpy: Any = importlib.import_module("runpy")
    find = runpy._get_module_details

    def found(*asked: object) -> tuple[str, ModuleSpec, CodeType]:
        runpy._get_module_details = find
        return spec.name, spec, code

    runpy._get_module_details = found
    runpy._run_module_as_main(spec.name, alter_argv=False)


def _file(path: str, argv: list[str]) -> Program:
    """A script, or the __main__.py of a directory.  Its own path is absolute, as `python` has
    it since 3.9; `sys.argv[0]` is as the user wrote it."""
    absolute = os.path.join(os.getcwd(), path)
    if os.path.isdir(path):
        inside = os.path.join(absolute, "__main__.py")
        if not os.path.isfile(inside):
            raise UsageError(f"can't run the directory {path!r}: it has no __main__.py")
        loader = SourceFileLoader("__main__", inside)
        spec = importlib.util.spec_from_file_location("__main__", inside, loader=loader)
        return Program(inside, argv, absolute, spec)
    return Program(absolute, argv, os.path.dirname(os.path.realpath(path)))


def _module(name: str, arguments: list[str]) -> Program:
    """What `python -m name` runs: the module, or the __main__ of a package."""
    sys.path[0] = os.getcwd()
    spec = _spec(name)
    if spec is not None and spec.submodule_search_locations is not None:
        package, spec = spec, _spec(f"{name}.__main__")
        if spec is None:
            raise UsageError(f"{package.name!r} is a package and has no __main__ to run")
    if spec is None:
        raise UsageError(f"there is no module named {name!r} on the path; check the spelling")
    if not isinstance(spec.loader, SourceFileLoader) or spec.origin is None:
        raise UsageError(f"module {name!r} has no Python source to run")
    return Program(spec.origin, [spec.origin, *arguments], os.getcwd(), spec)


def _spec(name: str) -> ModuleSpec | None:
    """The spec of a module; UsageError when a package on the way to it cannot be imported."""
    try:
        return importlib.util.find_spec(name)
    except ModuleNotFoundError:
        return None
    except ValueError:  # __main__ and other modules without a spec
        return None
    except Exception as error:
        raise UsageError(
            f"module {name!r} cannot be imported: {type(error).__name__}: {error}"
        ) from error


def _console_script(name: str) -> str | None:
    """The path of a script of this environment that Python can run."""
    if os.path.basename(name) != name:
        return None
    beside, in_prefix = os.path.dirname(sys.executable), os.path.join(sys.prefix, "bin")
    for folder in dict.fromkeys((beside, in_prefix)):
        script = os.path.join(folder, name)
        try:
            with open(script, "rb") as file:
                first = file.readline(4096)
        except OSError:
            continue
        if (first.startswith(b"#!") and b"python" in first) or first.startswith(b"#!/bin/sh"):
            return script
    return None


def _main_module(program: Program) -> ModuleType:
    """A fresh `__main__` with the names that `python` gives it; `runpy` sees to the others."""
    main = ModuleType("__main__")
    names = main.__dict__
    names.update(__builtins__=builtins)
    if program.spec is None:
        names.update(__file__=program.path, __loader__=SourceFileLoader("__main__", program.path))
    for name, value in (("__annotations__", {}), ("__cached__", None)):
        if name in vars(sys.modules["__main__"]):  # up to 3.13, up to 3.14
            names[name] = value
    sys.modules["__main__"] = main
    return main


def compile_program(program: Program) -> CodeType:
    """The code object of the program's file; UsageError where there can be none."""
    try:
        with open(program.path, "rb") as file:
            source = file.read()
    except OSError as error:
        raise UsageError(f"can't read {program.path!r}: {error.strerror or error}") from error
    try:
        return compile(source, program.path, "exec", dont_inherit=True)
    except SyntaxError as error:
        raise UsageError(
            f"{program.path}:{error.lineno or 1}: can't run it, its syntax is wrong: {error.msg}"
        ) from error
    except ValueError as error:  # null bytes (3.11)
        raise UsageError(f"{program.path}: can't run it: {error}") from error


def _exit_status(exit: SystemExit) -> int:
    """The status of `sys.exit(code)`, whose message, if it is one, goes to stderr."""
    if exit.code is None:
        return 0
    if isinstance(exit.code, int):
        return exit.code
    print(exit.code, file=sys.stderr)
    return 1


def _report(error: BaseException) -> None:
    """Show an exception that left the program as `python` shows it, without frames of ours."""
    error.__traceback__ = theirs(error.__traceback__)
    sys.excepthook(type(error), error, error.__traceback__)


def _say_nothing(*error: object) -> None:
    """All was said."""


def theirs(traceback: TracebackType | None) -> TracebackType | None:
    """A traceback from the program's first frame on."""
    while traceback is not None and traceback.tb_frame.f_code.co_filename == __file__:
        traceback = traceback.tb_next
    return traceback
