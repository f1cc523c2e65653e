"""Hot programs become Python source, specialised from the operations' own source.

This is the first Futamura projection: an interpreter evaluated partially over one program is
that program, compiled.  `evaluate` does it for one operation, `source` for the blocks around
it; here the text becomes a function, and `lifetimes` sees to it that values die in time.
Whatever cannot be translated stays interpreted.
"""

from types import CodeType, FunctionType
from typing import Any

from bytecov.bytecode.assemble import Item, Label, assemble, disassemble, rebuild
from bytecov.vm.emit import Dialect
from bytecov.vm.gaps import close_gaps
from bytecov.vm.program import Program, Translated
from bytecov.vm.tracing import WARMS_UP, hidden
from bytecov.vm.translate.evaluate import Untranslatable
from bytecov.vm.translate.lifetimes import Depths, release
from bytecov.vm.translate.source import SEARCHES, Translator

INDENT = "    "
NOTHING_DIES = (SEARCHES, "if resumed is None:")


def translate(program: Program, dialect: Dialect) -> Translated | None:
    """A generator function that does what `interpret` does for this program; None where that
    cannot be had."""
    try:
        translation = Translator(program).translate()
    except (Untranslatable, KeyError, OSError, AssertionError):
        return None
    lines = translation.lines
    text = "\n".join(INDENT * level + line for level, line, _ in lines)
    names: dict[str, Any] = {}
    exec(compile(text, f"<translated {program.code.co_qualname}>", "exec"), names)
    function = names["translated"]
    assert isinstance(function, FunctionType)
    where = [lines[0][2], *(index for _, _, index in lines)]
    depths = Depths(
        translation.depths,
        [0 if handler is None else handler.depth for handler in program.handlers],
        where,
        {at for at, (_, line, _) in enumerate(lines, 1) if line.startswith(NOTHING_DIES)},
    )
    written = function.__code__ if WARMS_UP else hidden(function.__code__)
    code = finished(written, translation.objects, depths, dialect)
    return Translated(close_gaps(code), where, translation.entries)


def finished(
    code: CodeType, objects: dict[str, Any], depths: Depths, dialect: Dialect
) -> CodeType:
    """`code` with the global names of `objects` made constants (faster, and safe from guests),
    and temporaries let go of when they are used up."""
    items, protected = disassemble(code)
    constants: list[object] = list(code.co_consts)
    items = release(items, code.co_varnames, constants, depths)
    index_of: dict[str, int] = {}
    changed: list[Item | Label] = []
    for item in items:
        if isinstance(item, Item) and item.name == "LOAD_GLOBAL":
            assert isinstance(item.oparg, int)
            name = code.co_names[item.oparg >> 1]
            if name in objects:
                if name not in index_of:
                    index_of[name] = len(constants)
                    constants.append(objects[name])
                load = Item("LOAD_CONST", index_of[name], item.position)
                null = Item("PUSH_NULL", 0, item.position)
                pair = [null, load] if dialect.null_first else [load, null]
                changed += pair if item.oparg & 1 else [load]
                continue
        changed.append(item)
    assembled = assemble(changed, protected, code.co_firstlineno)
    return rebuild(code, assembled, co_consts=tuple(constants))
