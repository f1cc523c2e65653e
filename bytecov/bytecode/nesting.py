"""Code objects inside code objects, and what tells a module's from those of another compilation.

`bytecov run` needs this before and after the program: it imports no tables of opcodes.
"""

import hashlib
from collections.abc import Iterable, Iterator
from types import CodeType


def walk(code: CodeType) -> Iterator[CodeType]:
    """`code`, then the code objects among its constants and theirs, outer before inner."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from walk(constant)


def fingerprint(code: CodeType) -> str:
    """Tells code objects apart by everything they are made of, in the same way in each process."""
    digest = hashlib.sha256()
    for part in _parts(code):
        digest.update(part)
        digest.update(b"\0")
    return digest.hexdigest()


def _parts(code: CodeType) -> Iterable[bytes]:
    for each in walk(code):
        yield each.co_code
        yield each.co_exceptiontable
        yield each.co_linetable
        facts = (
            each.co_filename, each.co_name, each.co_qualname, each.co_firstlineno, each.co_flags,
            each.co_argcount, each.co_posonlyargcount, each.co_kwonlyargcount, each.co_stacksize,
            each.co_names, each.co_varnames, each.co_freevars, each.co_cellvars,
            [_stable(constant) for constant in each.co_consts],
        )  # fmt: skip
        yield repr(facts).encode("utf-8", "backslashreplace")


def _stable(value: object) -> object:
    """A constant as something with the same `repr` in each process; a code object by its name."""
    if isinstance(value, CodeType):
        return value.co_qualname
    if isinstance(value, tuple):
        return [_stable(each) for each in value]
    if isinstance(value, frozenset):
        return sorted(repr(_stable(each)) for each in value)
    return type(value).__name__, value
