"""Stubs and translations of one module from run to run: an entry of the cache for each module.

Inside an entry they are numbered as `walk` finds the code objects of the module.
"""

import marshal
from types import CodeType

from bytecov.bytecode.nesting import fingerprint, walk
from bytecov.record.cache import Cache
from bytecov.vm.program import Program, Translated
from bytecov.vm.sealed import (
    objects,
    seal_stub,
    seal_translation,
    unseal_stub,
    unseal_translation,
)

PARTS = ("vm", "bytecode", "record")
UNTRANSLATABLE = b""

Pages = dict[tuple[str, int], bytes]


class Book:
    """What is known of one module's code objects."""

    def __init__(self, cache: Cache, module: CodeType) -> None:
        self._cache = cache
        self._key = fingerprint(module)
        self._numbers = {id(code): number for number, code in enumerate(walk(module))}
        self._module = module  # so that no id is given twice
        self._changed = False
        self._pages: Pages = {}
        if (entry := cache.get(self._key)) is not None:
            self._pages = marshal.loads(entry)

    def stub(self, program: Program) -> CodeType | None:
        """The stub of a program, which is told what building it would have told."""
        page = self._page("stub", program)
        return None if page is None else unseal_stub(program, page)

    def add_stub(self, program: Program, stub: CodeType) -> None:
        """Keep a stub."""
        self._add("stub", program, seal_stub(program, stub))

    def knows_translation(self, program: Program) -> bool:
        """Whether the program was translated before, or that was tried in vain."""
        return self._page("translation", program) is not None

    def translation(self, program: Program) -> Translated | None:
        """The translation of a program, None if there can be none."""
        page = self._page("translation", program)
        return unseal_translation(program, page) if page else None

    def add_translation(self, program: Program, translated: Translated | None) -> None:
        """Keep a translation, or that there can be none."""
        page = UNTRANSLATABLE if translated is None else seal_translation(program, translated)
        self._add("translation", program, page)

    def was_hot(self, program: Program) -> bool:
        """Whether the host ran the program by itself before."""
        return self._page("hot", program) is not None

    def add_hot(self, program: Program) -> None:
        """Keep that the host runs the program by itself."""
        if not self.was_hot(program):
            self._add("hot", program, b"")

    def close(self) -> None:
        """Put what is new into the cache."""
        if self._changed:
            self._changed = False
            self._cache.put(self._key, marshal.dumps(self._pages))

    def _page(self, kind: str, program: Program) -> bytes | None:
        return self._pages.get((kind, self._numbers[id(program.code)]))

    def _add(self, kind: str, program: Program, page: bytes | None) -> None:
        if page is not None:
            self._pages[kind, self._numbers[id(program.code)]] = page
            self._changed = True


class Library:
    """The books of all modules.  Made before guests run: they may patch what we find by name."""

    def __init__(self) -> None:
        assert objects()
        self._cache = Cache("vm", PARTS)
        self._books: list[Book] = []
        self._of_code: dict[int, Book] = {}  # by id of the code objects, which their book holds

    def book(self, code: CodeType) -> Book:
        """The book that a code object stands in; a new one for that of a module."""
        found = self._of_code.get(id(code))
        if found is None:
            found = Book(self._cache, code)
            self._books.append(found)
            self._of_code |= dict.fromkeys(map(id, walk(code)), found)
        return found

    def close(self) -> None:
        """Put what is new into the cache."""
        for book in self._books:
            book.close()
