"""What the compiler made of a function besides instructions: fields, symbols, protected ranges."""

import dis
import symtable
from collections.abc import Collection, Iterator
from types import CodeType
from typing import NamedTuple

from bytecov.bytecode.exception_table import decode_exception_table
from bytecov.model.anatomy import Fact
from bytecov.source.parse import Source

FIELDS = {
    "co_name": "the name it was defined with",
    "co_qualname": "with the scopes around it",
    "co_firstlineno": "where its definition starts",
    "co_flags": "what kind of code it is",
    "co_argcount": "positional parameters",
    "co_posonlyargcount": "of them, positional only",
    "co_kwonlyargcount": "keyword-only parameters",
    "co_nlocals": "local variables, parameters too",
    "co_varnames": "their names, in the order of LOAD_FAST's operand",
    "co_cellvars": "local variables that inner functions use",
    "co_freevars": "variables of the functions around it",
    "co_names": "names of globals, attributes and imports",
    "co_consts": "constants, inner code objects among them",
    "co_stacksize": "how many values the stack must hold",
    "co_code": "the instructions, two bytes each, with their caches",
    "co_linetable": "the position of each instruction, packed",
    "co_exceptiontable": "protected ranges and their handlers, packed",
}
"""{field of a code object: what it holds}; co_filename is the file asked about."""


class Symbol(NamedTuple):
    """A name, and what the compiler knows of it in its scope."""

    name: str
    roles: tuple[str, ...]


Scopes = dict[tuple[str, int], symtable.SymbolTable]


def scopes(source: Source) -> Scopes:
    """{name and first line: scope}; the module is called as its code object is."""
    top = symtable.symtable(source.text, source.path, "exec")
    found: Scopes = {("<module>", 1): top}
    waiting = [top]
    while waiting:
        for child in waiting.pop().get_children():
            name = {"lambda": "<lambda>", "genexpr": "<genexpr>"}.get(
                child.get_name(), child.get_name()
            )
            found.setdefault((name, child.get_lineno()), child)
            waiting.append(child)
    return found


def symbols(
    table: symtable.SymbolTable, names: Collection[str] | None = None
) -> Iterator[Symbol]:
    """What the compiler knows of the names of a scope; of those in `names`, if given."""
    for symbol in sorted(table.get_symbols(), key=lambda one: one.get_name()):
        if names is not None and symbol.get_name() not in names:
            continue
        roles = {
            "parameter": symbol.is_parameter(),
            "local": symbol.is_local(),
            "global": symbol.is_global(),
            "free": symbol.is_free(),
            "nonlocal": symbol.is_nonlocal(),
            "imported": symbol.is_imported(),
            "assigned": symbol.is_assigned(),
            "referenced": symbol.is_referenced(),
        }
        yield Symbol(symbol.get_name(), tuple(name for name, is_so in roles.items() if is_so))


def field_text(code: CodeType, name: str) -> str:
    """A field of a code object in words; bytes by their number and the first of them."""
    value = getattr(code, name)
    if name == "co_flags":
        flags = [word for bit, word in dis.COMPILER_FLAG_NAMES.items() if value & bit]
        return f"{value:#x}" + (f" ({', '.join(flags)})" if flags else "")
    if isinstance(value, bytes):
        return f"{len(value)} bytes" + (f": {value[:12].hex(' ')}" if value else "")
    if name == "co_consts":
        return ", ".join(
            f"<code {one.co_qualname}>" if isinstance(one, CodeType) else repr(one) for one in value
        )
    return ", ".join(value) if isinstance(value, tuple) else str(value)


SHOWN_ELSEWHERE = frozenset(
    {
        *("co_name", "co_qualname", "co_firstlineno"),  # in the heading
        *("co_names", "co_consts"),  # in the instructions
        *("co_varnames", "co_nlocals"),  # among the symbols
        *("co_code", "co_linetable", "co_exceptiontable"),  # bytes
    }
)
SHOWN = {name: meaning for name, meaning in FIELDS.items() if name not in SHOWN_ELSEWHERE}


def facts(code: CodeType, scope: symtable.SymbolTable | None) -> Iterator[Fact]:
    """What there is to know of a code object besides its instructions; nothing of empty fields,
    and nothing of bytes."""
    for name, meaning in SHOWN.items():
        if getattr(code, name):
            yield Fact("code object", name, field_text(code, name), meaning)
    by_role: dict[tuple[str, ...], list[str]] = {}
    for symbol in symbols(scope) if scope else ():
        by_role.setdefault(symbol.roles, []).append(symbol.name)
    for roles, names in by_role.items():
        yield Fact("symbols", ", ".join(roles), ", ".join(names))
    for entry in decode_exception_table(code.co_exceptiontable):
        depth = f"stack cut to {entry.depth}" + (", offset pushed" if entry.lasti else "")
        where = f"{entry.start} to {entry.end}"
        yield Fact("exception table", where, f"handler at {entry.target}", depth)
