"""No process of a suite outlives it.

A suite is the leader of a session of its own.  What leaves that too is given to us by Linux when
its parent dies, because we have asked for it (prctl(2), PR_SET_CHILD_SUBREAPER).
"""

import ctypes
import os
import signal
import subprocess
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path

SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER in <linux/prctl.h>


@cache
def adopt() -> None:
    """From now on orphans of ours are our children; whoever stops us has us clean up; and a suite
    hears SIGINT, also if we run in the background, where a shell has it ignored."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    signal.signal(signal.SIGINT, signal.default_int_handler)


def end(process: "subprocess.Popen[str]", known: set[int]) -> None:
    """Kill a suite, if it still runs, with its session and the orphans it has left; `known`
    are children of ours from before."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    while orphans := children() - known:
        for orphan in orphans:
            with suppress(ProcessLookupError):
                os.kill(orphan, signal.SIGKILL)
            with suppress(ChildProcessError):
                os.waitpid(orphan, 0)


def children() -> set[int]:
    """The processes whose parent we are, where /proc tells."""
    found = set()
    for place in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            name, _, rest = place.read_text("utf-8", "replace").rpartition(") ")
            if name and int(rest.split()[1]) == os.getpid():
                found.add(int(place.parent.name))
    return found
