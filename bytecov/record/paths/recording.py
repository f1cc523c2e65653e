"""Evaluations of decisions whose edges do not tell how they went, whatever recorder watches.

Before code is given to the recorder, it is rewritten so that edges do tell (`plan`, `split`);
what the recorder then saw is taken back to the code as its compiler made it.
"""

from _io import FileIO  # a program may replace what `io` and `builtins` offer
from collections.abc import Iterable
from types import CodeType

from bytecov.model.decision import Decision
from bytecov.model.errors import DataError
from bytecov.model.hits import Recorded
from bytecov.record.paths.plan import diamonds, plan
from bytecov.record.paths.split import Split, split
from bytecov.source.link import Links, link
from bytecov.source.obligations import obligations
from bytecov.source.parse import parse


class Paths:
    """Rewrites modules and remembers how to go back."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self._before: dict[int, tuple[CodeType, Split | None]] = {}  # by id of what is run
        self._kept: list[CodeType] = []  # so that no id is given twice

    def prepare(self, path: str, code: CodeType) -> CodeType:
        """What to run in the place of a module's code object: mostly itself."""
        try:
            with FileIO(path) as file:
                source = parse(file.readall(), path)
            found = diamonds(obligations(source))
            if not found:
                return code
            return self._rewritten(code, found, link(source, code))
        except (OSError, DataError):
            return code  # whoever reports on the file says why
        except Exception as error:  # a bug of ours must not end somebody's import
            said = f"{type(error).__name__}: {error}"
            self.problems.append(f"{path}: MC/DC is not known in full ({said}): please report this")
            return code

    def _rewritten(self, code: CodeType, found: list[Decision], links: Links) -> CodeType:
        constants = tuple(
            self._rewritten(each, found, links) if isinstance(each, CodeType) else each
            for each in code.co_consts
        )
        planned = plan(found, links, code)
        way_back: Split | None = None
        if planned.ends:
            way_back = split(links.flows[code], planned, constants)
            made = way_back.code
        elif any(new is not old for new, old in zip(constants, code.co_consts, strict=True)):
            made = code.replace(co_consts=constants)
        else:
            made = code
        self._before[id(made)] = code, way_back
        self._kept.append(made)
        return made

    def original(self, code: CodeType) -> CodeType:
        """What `prepare` was given for this code object; any other as it is."""
        return self._before[id(code)][0] if id(code) in self._before else code

    def rewritten(self, code: CodeType) -> CodeType:
        """What is run in the place of a code object of a prepared module."""
        found = (made for made in self._kept if self._before[id(made)][0] is code)
        return next(found, code)

    def restored(self, recorded: Iterable[Recorded]) -> list[Recorded]:
        """The same of the code as it was, with vectors."""
        result = []
        for each in recorded:
            code, way_back = self._before.get(id(each.code), (each.code, None))
            hits = way_back.restore(each.hits) if way_back else each.hits
            result.append(Recorded(code, each.context, hits))
        return result
