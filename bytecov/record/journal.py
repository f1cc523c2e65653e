"""What a running process has seen, on disk within a second, in case it is killed.

A file of lines of JSON beside the data file: first the facts of the run, then modules as they are
imported, then what they told, as raw as the recorder has it (`Recorder.news`).  Whoever finds the
file of a process that is no more compiles the same sources and lets the recorder make sense of it
(`api/recovery.py`).  A process that saves removes its file.

It is written by a thread that `threading` does not know of, so that the program does not either; it
is stopped before a fork, and sleeps on a lock.
"""

import json
import os
import re
import warnings
import zlib

# As they are before anybody patches them.
from _thread import allocate_lock, get_native_id, start_new_thread
from hashlib import sha256
from time import sleep
from types import CodeType
from typing import TYPE_CHECKING, Any

from bytecov.bytecode.nesting import walk
from bytecov.bytecode.version import VERSION

if TYPE_CHECKING:
    from bytecov.record.measure import Measurement

INTERVAL = 1.0  # seconds

COUNTS_LATE = (3, 13)
"""Python looks for threads, to warn of them, when the functions that follow a fork have run; other
versions do it before.  Then our thread is there again."""
_NO_THREADS = (
    "ignore",
    re.compile(r"This process \(pid=\d+\) is multi-threaded, use of fork"),
    DeprecationWarning,
    None,
    0,
)


class Journal:
    """Appends to `path`; `facts` is the first line."""

    def __init__(self, path: str, measurement: "Measurement", facts: dict[str, Any]) -> None:
        self.path = path
        self._measurement = measurement
        self._facts = facts
        self._numbers: dict[int, tuple[int, int]] = {}  # {id of a code object: module and place}
        self._modules = 0
        self._started = False
        self._thread = 0
        self._stop = allocate_lock()
        self._ended = allocate_lock()

    def start(self) -> None:
        """Begin to write."""
        self._stop.acquire()
        self._ended.acquire()
        start_new_thread(self._run, ())

    def stop(self) -> None:
        """Write no more; comes back when that is so."""
        self._stop.release()
        self._ended.acquire()
        self._ended.release()
        # A fork warns of threads that the system still knows (3.12+, os.fork).
        for _ in range(1000):
            if not os.path.exists(f"/proc/self/task/{self._thread}"):
                break
            sleep(0.0005)

    def pause(self) -> None:
        """Before the process forks."""
        self.stop()
        if VERSION == COUNTS_LATE and len(os.listdir("/proc/self/task")) == 1:
            _filters().insert(0, _NO_THREADS)

    def _run(self) -> None:
        self._thread = get_native_id()
        try:
            while not self._stop.acquire(True, INTERVAL):
                _take_filter_out()
                self._write()
            _take_filter_out()
            self._stop.release()
        except Exception:
            self._stop.acquire()  # a full disk is no reason to disturb a program
            self._stop.release()
        finally:
            self._ended.release()

    def _write(self) -> None:
        lines = [*self._new_modules(), *self._news()]
        if not lines:
            return
        if not self._started:
            self._started = True
            lines.insert(0, self._facts)
        text = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)
        with open(self.path, "a", encoding="ascii") as file:
            file.write(text)

    def _new_modules(self) -> list[dict[str, Any]]:
        lines = []
        modules = self._measurement.modules
        for number in range(self._modules, len(modules)):
            path, code, _ = modules[number]
            for place, each in enumerate(walk(code)):
                self._numbers[id(each)] = number, place
            with open(path, "rb") as file:
                digest = sha256(file.read()).hexdigest()
            lines.append({"module": path, "digest": digest, "code": checksum(code)})
        self._modules += len(lines)
        return lines

    def _news(self) -> list[dict[str, Any]]:
        lines = []
        for context, code, told in self._measurement.news():
            if (number := self._numbers.get(id(code))) is not None:
                lines.append({"context": context, "of": number, "told": told})
        return lines


def checksum(code: CodeType) -> int:
    """Tells a module's code objects from those of another compilation."""
    found = 0
    for each in walk(code):
        found = zlib.crc32(each.co_code, found)
    return found


def _take_filter_out() -> None:
    while _NO_THREADS in _filters():
        _filters().remove(_NO_THREADS)


def _filters() -> list[Any]:
    found: Any = warnings.filters  # the program may have put another list there
    return found if isinstance(found, list) else []
