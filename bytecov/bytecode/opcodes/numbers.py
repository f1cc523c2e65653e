"""The running interpreter's opcode numbers: what its `opcode` module knows, indexed for speed.

Every list has 256 entries, one per opcode number of `co_code`.
"""

import opcode
from typing import Final

from bytecov.bytecode.opcodes import Then, running

EXTENDED_ARG: Final[int] = opcode.EXTENDED_ARG
HAVE_ARGUMENT: Final[int] = opcode.HAVE_ARGUMENT

NUMBERS: Final[dict[str, int]] = {name: opcode.opmap[name] for name in running().names}
NAMES: Final[list[str]] = opcode.opname[:256]


def _cache_sizes() -> list[int]:
    """Code units of inline cache by opcode number; a list before 3.13, {name: size} since."""
    sizes = opcode._inline_cache_entries  # type: ignore[attr-defined]
    if isinstance(sizes, list):
        return sizes[:256]
    return [sizes.get(name, 0) for name in NAMES]


CACHES: Final[list[int]] = _cache_sizes()

CALLING: Final = frozenset(
    {"CALL", "CALL_KW", "CALL_FUNCTION_EX", "FOR_ITER", "SEND", "LOAD_ATTR"}
    | ({"BINARY_SUBSCR"} & running().names or {"BINARY_OP"})
    if running().kinds["RESUME"].late
    else ()
)
"""3.13+: instructions whose specialised forms run a Python function without a call of the host's
own.  When that raises, the handler is looked up one unit in front of them (Python/ceval.c,
resume_with_error)."""

DIRECTION: Final[list[int]] = [0] * 256
"""1 or -1 where the oparg names a place after or before the next instruction."""

JUMP_DIRECTION: Final[list[int]] = [0] * 256
"""The same, where control may go to that place."""

for _name, _number in NUMBERS.items():
    _kind = running().kinds[_name]
    DIRECTION[_number] = _kind.direction
    if _kind.then in (Then.JUMP, Then.BRANCH):
        JUMP_DIRECTION[_number] = _kind.direction
