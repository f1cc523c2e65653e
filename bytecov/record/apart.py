"""bytecov and the program in one process, each with the modules it would have alone.

A program may have files named like modules of the standard library: `ast.py`, `token.py`.  Before
it runs, `make_room` forgets those that only bytecov has loaded.  After it has run, its directory
leads `sys.path`, its modules sit in `sys.modules`, and it may have put other things in the place of
builtins; work inside `apart` does not meet them.
"""

import builtins
import os
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from types import ModuleType

from bytecov.record.scope import in_standard_library

BUILTINS = dict(vars(builtins))
"""As they are before the program runs."""


def namesakes(directory: str) -> set[str]:
    """Modules of the standard library that a program has its own of in `directory`, its first
    place to look."""
    try:
        names = {name.partition(".")[0] for name in os.listdir(directory)}
    except OSError:
        return set()
    return names & sys.stdlib_module_names


def make_room(names: Collection[str], before: Collection[str]) -> None:
    """Forget these modules.  `before` are those that Python itself had loaded."""
    for loaded in list(sys.modules):
        if loaded.partition(".")[0] in names and loaded not in before:
            del sys.modules[loaded]


@contextmanager
def apart(path: list[str]) -> Iterator[None]:
    """Builtins are Python's, and imports work as they did when `sys.path` was `path`; everything is
    put back at the end."""
    replaced = vars(builtins).copy()
    vars(builtins).update(BUILTINS)
    theirs, ours = sys.path, list(path)
    aside = {name: module for name, module in list(sys.modules.items()) if _shadows(name, module)}
    for name in aside:
        del sys.modules[name]
    sys.path = ours
    try:
        yield
    finally:
        sys.path = theirs
        sys.modules.update(aside)
        vars(builtins).update(replaced)


def _shadows(name: str, module: ModuleType) -> bool:
    """Whether a module of the program has the name of one of the standard library."""
    if name.partition(".")[0] not in sys.stdlib_module_names or name == "__main__":
        return False
    file = getattr(module, "__file__", None)
    return isinstance(file, str) and not in_standard_library(file)
