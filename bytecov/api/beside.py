"""Recording beside another tool, which decides what is measured and keeps the data."""

import sys
from collections.abc import Callable
from types import CodeType
from typing import NamedTuple

from bytecov.model.errors import BytecovError
from bytecov.record.cache import LINKS, Cache
from bytecov.record.measure import Measurement, RecordedModule
from bytecov.record.scope import is_own

# ast and what works with it are imported where they are needed, as in session.py.


class Known(NamedTuple):
    """What became known of one file in one context: pairs of numbers (`api/facts.py`)."""

    path: str  # absolute
    context: str
    facts: set[tuple[int, int]]


class _Chosen:
    """A scope that somebody else decides on, without bytecov itself."""

    def __init__(self, measures: Callable[[str], bool]) -> None:
        self._measures = measures

    def measures(self, path: str, /) -> bool:
        return not is_own(path) and self._measures(path)


class Beside:
    """Records the files that `measures(absolute path)` is true of."""

    def __init__(self, measures: Callable[[str], bool]) -> None:
        self.warnings: list[str] = []
        self._measurement = Measurement(_Chosen(measures))
        self._path = list(sys.path)
        self._cache = Cache(*LINKS)

    def start(self) -> None:
        """Record what is imported from now on."""
        self._measurement.start()

    def stop(self) -> None:
        """Leave imports alone again."""
        self._measurement.stop()

    def prepare(self, path: str, code: CodeType) -> CodeType:
        """What to execute for the code object of a whole file."""
        return self._measurement.prepare(path, code)

    def switch_context(self, name: str) -> None:
        """What happens from now on happens in the context `name`."""
        self._measurement.switch_context(name)

    def forget(self) -> None:
        """Drop what was recorded and not taken: a forked process is not its parent."""
        self._measurement.forget()

    def take(self) -> list[Known]:
        """Everything recorded since the last time."""
        from bytecov.record.apart import apart

        with apart(self._path):
            found = [one for module in self._measurement.take() for one in self._known(module)]
        self.warnings += self._measurement.warnings
        self._measurement.warnings.clear()
        return found

    def _known(self, module: RecordedModule) -> list[Known]:
        from bytecov.api.facts import encode
        from bytecov.results.laying import lay_by_context
        from bytecov.source.cache import linked
        from bytecov.source.parse import read_source

        if not module.recorded or module.changed:
            return []
        try:
            source = read_source(module.path)
            links = linked(source, module.code, self._cache)
            covered = lay_by_context(source, links, module.recorded)
            return [
                Known(module.path, context, encode(one, source.digest))
                for context, one in covered.items()
            ]
        except BytecovError:
            return []  # whoever reports on the file says why
        except Exception as error:  # a bug of ours must not take somebody's data along
            said = f"{type(error).__name__}: {error}"
            self.warnings.append(f"{module.path} could not be analysed ({said}): please report it")
            return []
