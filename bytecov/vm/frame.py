"""The interpreter's own activation record, and the two absences a value stack can hold."""

from builtins import dict, len, list, type, zip  # guests may patch builtins
from typing import Any, Final

from bytecov.vm.program import Program


class Absent:
    """A slot without a value."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


NULL: Final = Absent("NULL")  # the host's C NULL on a value stack (PUSH_NULL)
UNBOUND: Final = Absent("UNBOUND")  # a local variable before its first assignment


class Frame:
    """One call of one code object.

    `locals` holds what the host calls localsplus: local variables, then cells, then free
    variables, with real cell objects.  `namespace` is the mapping of a class or module body.
    `ip` is the index, not the offset, of the next instruction.  `plain` tells that looking
    up a global calls nothing foreign.
    """

    __slots__ = (
        "builtins",
        "counts",
        "globals",
        "ip",
        "locals",
        "namespace",
        "plain",
        "program",
        "stack",
    )

    def __init__(
        self, program: Program, names: dict[str, Any], namespace: Any, values: tuple[Any, ...]
    ) -> None:
        self.program = program
        self.counts = program.counts
        self.globals = names
        self.builtins = program.builtins_of(names)
        self.plain = is_plain(names, self.builtins)
        self.namespace = namespace
        self.stack: list[Any] = list(values[len(program.entry_slots) :])
        self.ip = program.start
        self.locals: list[Any] = [UNBOUND] * program.slots
        for slot, value in zip(program.entry_slots, values, strict=False):
            self.locals[slot] = value

    def plain_locals(self) -> list[Any]:
        """The values of the local variables that are no cells."""
        return [self.locals[slot] for slot in self.program.plain_slots]


def is_plain(names: object, builtins: object) -> bool:
    """Whether both mappings are exact dicts."""
    return type(names) is dict and type(builtins) is dict
