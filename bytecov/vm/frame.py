"""The interpreter's own activation record, and the two absences a value stack can hold."""

import sys
from builtins import dict, isinstance, len, list, type, zip  # guests may patch builtins
from types import FrameType
from typing import TYPE_CHECKING, Any, Final

from bytecov.vm.program import Program

if TYPE_CHECKING:
    from bytecov.vm.operation import Function


class Absent:
    """A slot without a value."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


NULL: Final = Absent("NULL")  # the host's C NULL on a value stack (PUSH_NULL)
UNBOUND: Final = Absent("UNBOUND")  # a local variable before its first assignment


def _f_locals_is_view() -> bool:
    """Whether it is the variables themselves (3.13+, PEP 667) and not a copy of them."""
    return not isinstance(sys._getframe().f_locals, dict)


F_LOCALS_IS_VIEW: Final = _f_locals_is_view()


class _Mortal:
    """Tells when it dies."""

    def __init__(self, number: int, order: list[int]) -> None:
        self.number = number
        self.order = order

    def __del__(self) -> None:
        self.order.append(self.number)


def _first_dies_first() -> bool:
    """Whether a frame that ends lets go of its local variables in their order (up to 3.13)."""
    order: list[int] = []
    (lambda first, second: None)(_Mortal(1, order), _Mortal(2, order))
    return order == [1, 2]


FIRST_DIES_FIRST: Final = _first_dies_first()


class Frame:
    """One call of one code object.

    `locals` holds what the host calls localsplus: local variables, then cells, then free
    variables, with real cell objects.  `namespace` is the mapping of a class or module body.
    `looked_at` is the real frame once somebody has looked at it (`exposure`), and `given` tells
    that it has the plain local variables now, and the interpreter has not.
    `traced` once its lines are told, last that at `traced_at` (`tracing`).
    `ip` is the index, not the offset, of the next instruction.  `plain` tells that looking
    up a global calls nothing foreign.  `seen` and `activation` are watchers', who keep
    there what they know of the call.
    """

    __slots__ = (
        "activation",
        "builtins",
        "counts",
        "given",
        "globals",
        "ip",
        "locals",
        "looked_at",
        "namespace",
        "plain",
        "program",
        "seen",
        "stack",
        "traced",
        "traced_at",
        "traced_line",
    )

    def __init__(
        self, program: Program, names: dict[str, Any], namespace: Any, values: tuple[Any, ...]
    ) -> None:
        self.program = program
        self.ip = program.start  # first: the counters are there when the layout is
        self.counts = program.counts
        self.globals = names
        self.builtins = program.builtins_of(names)
        self.plain = is_plain(names, self.builtins)
        self.namespace = namespace
        self.stack: list[Any] = list(values[len(program.entry_slots) :])
        self.looked_at: FrameType | None = None
        self.given = False
        self.traced = False
        self.traced_at = -1
        self.traced_line: int | None = None
        self.seen: Any = None
        self.activation: Any = None
        self.locals: list[Any] = [UNBOUND] * program.slots
        for slot, value in zip(program.entry_slots, values, strict=False):
            self.locals[slot] = value

    def give(self) -> None:
        """Leave the plain local variables to the real frame, which has got them and is looked
        at: one reference to each, as under plain Python."""
        if self.looked_at is not None:
            self.given = True
            for slot in self.program.plain_slots:
                if self.locals[slot] is not UNBOUND:
                    self.locals[slot] = None

    def take_over(self) -> None:
        """Take them back, with what was assigned through the `f_locals` of the real frame."""
        if self.looked_at is not None and (self.given or F_LOCALS_IS_VIEW):
            shown = self.looked_at.f_locals
            names = self.program.code.co_varnames
            for slot in self.program.plain_slots:
                value = shown.get(names[slot], UNBOUND)
                # None there is what `exposure` puts in the place of the interpreter.
                kept = value is None and slot == self.program.keeper
                if not (kept and self.locals[slot] is UNBOUND):
                    self.locals[slot] = value
            self.given = False  # not before: anybody may look meanwhile, from a finaliser
            del shown
            forget_copy(self.looked_at)

    @property
    def operations(self) -> "list[tuple[Function, Any]]":
        """What to do, instruction by instruction."""
        if not self.traced:
            return self.program.operations
        assert self.looked_at is not None
        self.looked_at.f_trace_lines = False  # debuggers set it
        return self.program.announcing

    def plain_locals(self) -> list[Any]:
        """The values of the local variables that are no cells."""
        return [self.locals[slot] for slot in self.program.plain_slots]


def forget_copy(real: FrameType) -> None:
    """Take the variables out of the copy that a frame keeps when its `f_locals` are asked for,
    unless somebody else has it (up to 3.12); it is made anew when they are asked for again."""
    if F_LOCALS_IS_VIEW:
        return
    copy = real.f_locals
    if sys.getrefcount(copy) <= ASKED_FOR:
        code = real.f_code
        for name in (*code.co_varnames, *code.co_cellvars, *code.co_freevars):
            copy.pop(name, None)


ASKED_FOR: Final = 3
"""References to the copy that nobody has: the frame's, ours, and the argument that asks."""


def is_plain(names: object, builtins: object) -> bool:
    """Whether both mappings are exact dicts."""
    return type(names) is dict and type(builtins) is dict
