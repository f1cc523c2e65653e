"""The one recording of a process, for whichever Coverage is measuring.

There can be several: the program may make one of its own, and pytest-cov makes one in a process
that coverage.py measures already.  As with coverage.py itself, the one that started last gets what
happens, until it stops.
"""

import os
import sys
import warnings
from collections import defaultdict
from typing import TYPE_CHECKING

from bytecov_coverage import inside

if TYPE_CHECKING:
    from coverage import Coverage, CoverageData

    from bytecov.api.beside import Beside, Known


class Recording:
    """Begins with the first Coverage that starts."""

    def __init__(self) -> None:
        self._beside: Beside | None = None
        self._active: list[Coverage] = []  # started, the last one measures
        self._pending: dict[int, list[Known]] = defaultdict(list)  # by id of the Coverage
        self._contexts: dict[int, str] = {}

    def start(self, cov: "Coverage") -> None:
        """A Coverage is about to start."""
        session = sys.modules.get("bytecov.api.session")
        if session and session.active():
            return  # bytecov itself is measuring, and code is prepared once
        beside = self._beside or self._begin()
        if self._active:
            self._take()
        else:
            beside.forget()  # what happened while nobody measured
        self._active = [*(one for one in self._active if one is not cov), cov]
        self._contexts[id(cov)] = static_context(cov)
        beside.start()

    def stop(self, cov: "Coverage") -> None:
        """A Coverage has stopped."""
        if cov in self._active:
            self._take()
            self._active.remove(cov)

    def flush(self, cov: "Coverage") -> None:
        """Put what was recorded into the data of a Coverage, before its own data go there: if the
        process is killed between, lines are missing and not outcomes of lines that ran."""
        if cov in self._active:
            self._take()
        data, found = inside.data_of(cov), self._pending.pop(id(cov), [])
        if data is None or not found:
            return
        files = inside.pending_files(cov) | data.measured_files()
        by_context: dict[str, dict[str, set[tuple[int, int]]]] = defaultdict(dict)
        for path, context, facts in found:
            name = inside.stored_name(cov, path)
            if name in files:
                by_context[context].setdefault(name, set()).update(facts)
        for context, arcs in by_context.items():
            data.set_context(context or static_context(cov))
            data.add_arcs(arcs)
        data.set_context(self._contexts[id(cov)])

    def _begin(self) -> "Beside":
        from bytecov.api.beside import Beside

        self._beside = Beside(self._measures)
        os.register_at_fork(after_in_child=self._beside.forget)
        inside.on_compile_main(self._beside.prepare)
        inside.on_switch_context(self._switch_context)
        return self._beside

    def _take(self) -> None:
        """Put what was recorded down to the Coverage that measures."""
        if self._beside is None:
            return
        self._pending[id(self._active[-1])] += self._beside.take()
        for said in self._beside.warnings:
            warnings.warn(f"bytecov: {said}", stacklevel=2)
        self._beside.warnings.clear()

    def _switch_context(self, data: "CoverageData", name: str) -> None:
        if self._beside and self._active and data is inside.data_of(self._active[-1]):
            self._contexts[id(self._active[-1])] = name
            self._beside.switch_context(name)

    def _measures(self, path: str) -> bool:
        return bool(self._active) and inside.measures(self._active[-1], path)


def static_context(cov: "Coverage") -> str:
    """The context of a Coverage that was told none."""
    return str(cov.get_option("run:context") or "")


RECORDING = Recording()
"""Of this process."""
