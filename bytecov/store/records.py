"""What the data file holds of a run, as values."""

import hashlib
from collections.abc import Mapping
from types import CodeType
from typing import NamedTuple

from bytecov.model.obligation import ObligationKey


class Run(NamedTuple):
    """The facts of one run.  `started` in seconds since 1970; `exit_code` None if killed."""

    uuid: str
    argv: tuple[str, ...]
    directory: str
    engine: str
    observes: tuple[str, ...]
    python: str
    platform: str
    bytecov: str
    exit_code: int | None
    started: float
    seconds: float


LATEST = 1e11  # seconds since 1970: the year 5138
_NO_TEXTS = {"argv", "observes", "exit_code", "started", "seconds"}


def checked(run: Run) -> Run:
    """The run, if a process can have had these facts; ValueError if not."""
    facts: Mapping[str, object] = run._asdict()
    texts = [value for name, value in facts.items() if name not in _NO_TEXTS]
    if not all(isinstance(one, str) for one in (*texts, *run.argv, *run.observes)):
        raise ValueError("a fact of a run is no text")
    if not isinstance(facts["exit_code"], (int, type(None))):
        raise ValueError("a status is no number")
    times = facts["started"], facts["seconds"]
    if not all(isinstance(one, float) and 0 <= one < LATEST for one in times):
        raise ValueError("a time is none")
    return run


class CodeName(NamedTuple):
    """Names a code object in a data file, without holding any of it."""

    qualname: str
    first_line: int
    digest: str
    python: str
    flags: int


class Doubt(NamedTuple):
    """What bytecov itself does not understand.

    `kind` is contradiction, unexplained, or problem, where a whole file could not be analysed.
    """

    kind: str
    python: str
    said: str


class Knowledge(NamedTuple):
    """What the code that one Python made of a file cannot tell, and what it does not contain."""

    python: str
    undetermined: frozenset[ObligationKey]
    absent: frozenset[ObligationKey]


def code_name(code: CodeType, python: str) -> CodeName:
    """The name of a live code object, the same in every process that compiles the same source."""
    digest = _digest(code).hexdigest()
    return CodeName(code.co_qualname, code.co_firstlineno, digest, python, code.co_flags)


def _digest(code: CodeType) -> "hashlib._Hash":
    digest = hashlib.sha256(code.co_code)
    digest.update(code.co_exceptiontable)
    digest.update(repr(_stable(code.co_consts)).encode("utf-8", "surrogatepass"))
    digest.update(repr((code.co_names, code.co_varnames, code.co_freevars)).encode())
    return digest


def _stable(value: object) -> object:
    """A constant with a `repr` that is the same in every process."""
    match value:
        case CodeType():
            return _digest(value).hexdigest()
        case tuple():
            return tuple(_stable(one) for one in value)
        case frozenset():
            return sorted(repr(_stable(one)) for one in value)
        case _:
            return (type(value).__name__, value)
