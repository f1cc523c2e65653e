"""Work inside the measured process that must not meet the program's own modules.

After the program has run, its directory leads `sys.path` and its modules sit in `sys.modules`: a
program with a file `ast.py` or `token.py` would be asked for the standard library's.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from bytecov.record.scope import in_standard_library


@contextmanager
def apart(path: list[str]) -> Iterator[None]:
    """Imports work as they did when `sys.path` was `path`; everything is put back at the end."""
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


def _shadows(name: str, module: ModuleType) -> bool:
    """Whether a module of the program has the name of one of the standard library."""
    if name.partition(".")[0] not in sys.stdlib_module_names or name == "__main__":
        return False
    file = getattr(module, "__file__", None)
    return isinstance(file, str) and not in_standard_library(file)
