"""The interpreter outlives its modules.

Guest code still runs while the host takes the modules down: generators are closed, finalisers
called.  The host empties every module that it finds in `sys.modules` then (`finalize_modules`,
Python/pylifecycle.c), so ours are taken out before, and live as long as functions need them.
"""

import atexit
import sys

PACKAGE = __name__.partition(".")[0]


def stay() -> None:
    """Nobody imports us any more: what is imported first says so last."""
    for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
        del sys.modules[name]


atexit.register(stay)
