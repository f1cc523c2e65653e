"""Code made for a program as bytes, and back.

The constants of a stub or a translation are objects of this process: the program itself, functions
of the interpreter, the guest's own constants.  In the bytes each of them is a symbol that says
where the next process finds its own.
"""

import builtins
import marshal
import operator
import sys
import types
from builtins import (  # guests may patch builtins
    bytes,
    dict,
    enumerate,
    getattr,
    id,
    int,
    isinstance,
    list,
    next,
    setattr,
    str,
    tuple,
    type,
    vars,
    zip,
)
from collections.abc import Iterable, Sequence
from functools import cache
from types import CodeType
from typing import Any, Final

from bytecov.vm import ops
from bytecov.vm.program import Program, Site, Translated

FACTS: Final = ("entry_slots", "plain_slots", "keeper", "line_sites", "return_sites", "ways")
"""What building a stub tells the program, beside the sites."""
PARTS: Final = ("run", "hot", "stubs")
"""What a stub has of its program."""
SCALARS: Final = frozenset({type(None), int, str, bool, bytes})
NAMESPACES: Final = (builtins, operator, types)

Symbol = tuple[str, Any]


class Unsealable(Exception):
    """An object that the next process could not find."""


@cache
def objects() -> dict[str, Any]:
    """What can be found by name: `bytecov.vm.signals:NULL`.  Asked for before guests run."""
    ops.running()
    found = {
        f"{module.__name__}:{name}": value
        for module in (*NAMESPACES, *_own_modules())
        for name, value in vars(module).items()
    }
    return found | {"builtins:BaseException.with_traceback": BaseException.with_traceback}


@cache
def _symbols() -> dict[int, str]:
    """{id: name}"""
    return {id(value): name for name, value in reversed(objects().items())}


def _own_modules() -> Iterable[types.ModuleType]:
    names = sorted(name for name in sys.modules if name.startswith(f"{__package__}."))
    return [sys.modules[name] for name in names]


def seal_stub(program: Program, stub: CodeType) -> bytes | None:
    """A stub and what building it told the program; None if that cannot be."""
    try:
        sites = [
            (index, site.number, site.operands, site.kept, _name(site.receive))
            for index, site in program.sites.items()
        ]
        facts = (*(getattr(program, name) for name in FACTS), program.layout.counters, sites)
        return marshal.dumps((*_without_objects(program, program.code.co_consts, stub), facts))
    except (Unsealable, ValueError):
        return None


def unseal_stub(program: Program, sealed: bytes) -> CodeType:
    """The stub, after the program was told."""
    code, symbols, facts = marshal.loads(sealed)
    *plain, counters, sites = facts
    for name, fact in zip(FACTS, plain, strict=True):
        setattr(program, name, fact)
    program.new_ticks(counters)
    program.sites = {
        index: Site(number, operands, kept, objects()[receive])
        for index, number, operands, kept, receive in sites
    }
    return _with_objects(program, program.code.co_consts, code, symbols)


def seal_translation(program: Program, translated: Translated) -> bytes | None:
    """A translation; None if that cannot be."""
    try:
        parts = _without_objects(program, program.constants, translated.code)
        return marshal.dumps((*parts, translated.where, translated.entries))
    except (Unsealable, ValueError):
        return None


def unseal_translation(program: Program, sealed: bytes) -> Translated:
    """The translation, for this process."""
    code, symbols, where, entries = marshal.loads(sealed)
    return Translated(_with_objects(program, program.constants, code, symbols), where, entries)


def _without_objects(
    program: Program, own: Sequence[Any], code: CodeType
) -> tuple[CodeType, list[Symbol]]:
    """The code without constants, and their symbols.  `own` are the guest's."""
    places = {id(value): index for index, value in enumerate(own)}
    ticks = {id(value): number for number, value in enumerate(program.ticks)}
    symbols: list[Symbol] = []
    for value in code.co_consts:
        if value is program:
            symbols.append(("program", None))
        elif id(value) in ticks:
            symbols.append(("tick", ticks[id(value)]))
        elif id(value) in places:
            symbols.append(("own", places[id(value)]))
        elif type(value) in SCALARS:
            symbols.append(("plain", value))
        elif id(value) in _symbols():
            symbols.append(("named", _symbols()[id(value)]))
        elif (name := _part(program, value)) is not None:
            symbols.append(("part", name))
        elif _is_plain(value):
            symbols.append(("plain", value))
        else:
            raise Unsealable
    return code.replace(co_consts=()), symbols


def _with_objects(
    program: Program, own: Sequence[Any], code: CodeType, symbols: list[Symbol]
) -> CodeType:
    constants: list[Any] = []
    for kind, value in symbols:
        match kind:
            case "own":
                constants.append(own[value])
            case "tick":
                constants.append(program.ticks[value])
            case "named":
                constants.append(objects()[value])
            case "part":
                constants.append(getattr(program, value))
            case "program":
                constants.append(program)
            case _:
                constants.append(value)
    return code.replace(co_consts=tuple(constants))


def _name(value: Any) -> str:
    name = _symbols().get(id(value))
    if name is None:
        raise Unsealable
    return name


def _part(program: Program, value: Any) -> str | None:
    """The name of a part of the program; its methods are new objects each time."""
    if isinstance(value, types.MethodType) and value.__self__ is program:
        return value.__name__
    return next((name for name in PARTS if value is getattr(program, name)), None)


def _is_plain(value: Any) -> bool:
    """Whether marshal gives it back as it was."""
    if type(value) is tuple:
        return all(map(_is_plain, value))
    if type(value) is dict:
        return all(_is_plain(key) and _is_plain(each) for key, each in value.items())
    return type(value) in SCALARS
