"""Operand values at branches, for `--values`.

The instruction that makes the tested value (a comparison, `in`, `is`, the match of an except
clause, a builtin call, or the test of truth itself) notes its operands in the frame; the branch
behind it notes with them which way it goes.  Both are found when a program is laid out.  Nothing
of the guest is kept alive: operands are described at once (`describe`); objects are asked what they
are (`representing`) only if the user wants it.
"""

from builtins import (  # guests may patch builtins
    abs,
    bool,
    dict,
    float,
    frozenset,
    id,
    int,
    len,
    list,
    min,
    str,
    sum,
    tuple,
    type,
    zip,
)
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from types import BuiltinFunctionType, ModuleType
from typing import Any, Final, NamedTuple

from bytecov.model.edge import Edge, EdgeKind
from bytecov.model.values import Observation, Observed, Value
from bytecov.record.describe import LONGEST, describe
from bytecov.record.representing import OFTEN, Representing, is_asking
from bytecov.vm.frame import NULL, Frame
from bytecov.vm.layout import Layout
from bytecov.vm.operation import Operation
from bytecov.vm.ops.operators import COMPARE, is_plain
from bytecov.vm.program import Program
from bytecov.vm.signals import Signal
from bytecov.vm.watch import Watched, watched

Tell = Callable[[Observation, bool], None]
"""Takes what was tested, and how it came out."""

MOST: Final = 12  # different observations of one outcome of one branch, and the nearest one
TOTAL: Final = 200_000  # of a whole run

SYMBOLS: Final = dict(zip(COMPARE, ("<", "<=", "==", "!=", ">", ">="), strict=True))
TRANSPARENT: Final = frozenset({"TO_BOOL", "COPY", "UNARY_NOT", "NOP"})
"""Opcodes between the test and the branch that look at the same value."""

QUESTIONS: Final = frozenset({"all", "any", "callable", "endswith", "hasattr", "startswith"})
"""Builtin functions and methods that say yes or no, besides those that begin with "is"."""


class Noted(NamedTuple):
    """What a test left in the frame for its branch.  `distance`: between two numbers or texts."""

    branch: "Branch"
    observation: Observation
    distance: float | None = None


class Budget:
    """How many observations a run may still keep."""

    def __init__(self, left: int = TOTAL) -> None:
        self.left = left
        self.refused = False

    def take(self) -> bool:
        """One more, if there is any left."""
        if self.left <= 0:
            self.refused = True
            return False
        self.left -= 1
        return True


class Branch:
    """One conditional jump and what was seen at it."""

    def __init__(
        self,
        budget: Budget,
        asking: Representing | None,
        jumps_if: bool | None,
        edges: tuple[Edge, Edge],
        tell: Tell | None,
    ) -> None:
        self._tell = tell
        self._budget = budget
        self._asking = asking
        self._asks = OFTEN
        self._jumps_if = jumps_if  # which truth
        self._edges = edges  # jump taken, not taken
        self._seen: dict[Edge, dict[Observation, int]] = {edge: {} for edge in edges}
        self._nearest: dict[Edge, tuple[float, Observation]] = {}

    def described(self, operands: Iterable[Any]) -> tuple[Value, ...]:
        """The operands, told."""
        return describe(operands, None if self._asking is None else self._ask)

    def _ask(self, value: Any) -> str | None:
        if self._asking is None or self._asks == 0:
            return None
        text = self._asking.ask(value)
        self._asks -= text is not None
        return text

    def goes(self, noted: Noted | None, value: Any) -> Noted | None:
        """The value that is tested shows the way; if it is foreign, what is to be noted when the
        host has tested it."""
        if noted is None or noted.branch is not self or type(value) is not bool:
            noted = Noted(self, Observation("bool", self.described((value,))))
        if value is not True and value is not False and not is_plain(value):
            return noted
        self.note(noted, bool(value) is self._jumps_if)
        return None

    def went(self, noted: Noted | None, result: Any) -> None:
        """What the host made of a foreign value: its truth, or the value and its truth."""
        if noted is not None:
            truth = result[1] if type(result) is tuple else result
            self.note(noted, truth is self._jumps_if)

    def note(self, noted: Noted, jumped: bool) -> None:
        """Keep an observation that is known, early, or nearer than all others; or tell it."""
        if self._asking is not None and is_asking():
            return
        if self._tell is not None:
            self._tell(noted.observation, jumped is self._jumps_if)
            return
        edge = self._edges[0 if jumped else 1]
        seen, observation, distance = self._seen[edge], noted.observation, noted.distance
        if observation in seen:
            seen[observation] += 1
            return
        before = self._nearest.get(edge)
        nearer = distance is not None and (before is None or distance < before[0])
        if nearer and before is not None and len(seen) > MOST:
            del seen[before[1]]
        elif len(seen) >= MOST + nearer or not self._budget.take():
            return
        seen[observation] = 1
        if nearer and distance is not None:
            self._nearest[edge] = distance, observation

    def take(self) -> dict[Observed, int]:
        """All since the last time."""
        taken, self._seen = self._seen, {edge: {} for edge in self._edges}
        self._nearest = {}
        self._asks = OFTEN
        return {
            Observed(edge, observation): count
            for edge, seen in taken.items()
            for observation, count in seen.items()
        }


class NoneBranch(Branch):
    """A jump on `None`, which is test and branch in one."""

    def goes(self, noted: Noted | None, value: Any) -> None:
        """It is None, or not."""
        seen = Noted(self, Observation("is", self.described((value, None))))
        self.note(seen, (value is None) is self._jumps_if)


# Operations that tell.  They keep to what `translate` understands.


class Call(NamedTuple):
    """The argument of a watched call; `start` is where its operands begin on the stack."""

    tell: Callable[[tuple[Any, ...]], Noted | None]
    function: Callable[..., Signal]
    argument: Any
    receive: Callable[..., Signal] | None
    start: int


def tell_pair(frame: Frame, watched: Watched) -> Signal:
    """The two operands of a comparison."""
    frame.seen = watched.tell(frame.stack[-2], frame.stack[-1])
    return watched.function(frame, watched.argument)


def tell_call(frame: Frame, call: Call) -> Signal:
    """The callable, its operands, and NULL among them."""
    frame.seen = call.tell(tuple(frame.stack[call.start :]))
    return call.function(frame, call.argument)


def tell_truth(frame: Frame, watched: Watched) -> Signal:
    """The operand of TO_BOOL, which makes it a bool for the branch (3.13+)."""
    frame.seen = watched.tell(frame.seen, frame.stack[-1])
    return watched.function(frame, watched.argument)


def tell_way(frame: Frame, watched: Watched) -> Signal:
    """The value that a branch tests."""
    frame.seen = watched.tell.goes(frame.seen, frame.stack[-1])
    return watched.function(frame, watched.argument)


def receive_way(frame: Frame, watched: Watched, result: Any) -> Signal:
    """The host has tested it."""
    watched.tell.went(frame.seen, result)
    frame.seen = None
    return watched.receive(frame, watched.argument, result)  # type: ignore[misc]


# How each kind of test tells.


def _pair(operator: str, operation: Operation, branch: Branch) -> Operation:
    def tell(left: Any, right: Any) -> Noted:
        observation = Observation(operator, branch.described((left, right)))
        return Noted(branch, observation, distance(left, right))

    return watched(operation, tell, tell_pair)


def _comparison(layout: Layout, index: int, operation: Operation, branch: Branch) -> Operation:
    return _pair(SYMBOLS[operation.argument(layout, index)], operation, branch)


def _identity(layout: Layout, index: int, operation: Operation, branch: Branch) -> Operation:
    return _pair("is not" if layout.instructions[index].oparg else "is", operation, branch)


def _membership(layout: Layout, index: int, operation: Operation, branch: Branch) -> Operation:
    return _pair("not in" if layout.instructions[index].oparg else "in", operation, branch)


def _clause(layout: Layout, index: int, operation: Operation, branch: Branch) -> Operation:
    return _pair("except", operation, branch)


def _truth(layout: Layout, index: int, operation: Operation, branch: Branch) -> Operation:
    def tell(noted: Noted | None, value: Any) -> Noted:
        if noted is not None and noted.branch is branch and type(value) is bool:
            return noted  # the maker of the bool has told more
        return Noted(branch, Observation("bool", branch.described((value,))))

    return watched(operation, tell, tell_truth)


def _is_question(name: str) -> bool:
    """Whether what a builtin returns follows from its operands: `isupper`, not `get`."""
    return name in QUESTIONS or name[:2] == "is"


def _call(layout: Layout, index: int, operation: Operation, branch: Branch) -> Operation:
    """A builtin function or method with its operands; what others were called with says little
    of what they returned."""

    def tell(items: tuple[Any, ...]) -> Noted | None:
        callee, *operands = [each for each in items if each is not NULL]
        if type(callee) is not BuiltinFunctionType or not _is_question(callee.__name__):
            return None
        owner = callee.__self__  # a function's is its module
        if owner is not None and type(owner) is not ModuleType:
            operands.insert(0, owner)
        return Noted(branch, Observation(callee.__name__, branch.described(operands)))

    start = -2 - layout.instructions[index].oparg

    def argument(layout: Layout, index: int) -> Call:
        told: Watched = made.argument(layout, index)
        return Call(tell, told.function, told.argument, told.receive, start)

    made = watched(operation, tell, tell_call)
    return replace(made, argument=argument)


TESTS: Final = {
    "COMPARE_OP": _comparison,
    "IS_OP": _identity,
    "CONTAINS_OP": _membership,
    "CHECK_EXC_MATCH": _clause,
    "TO_BOOL": _truth,
    "CALL": _call,
}


def distance(left: Any, right: Any) -> float | None:
    """How far two exact numbers or texts are apart; None for all others."""
    one, other = type(left), type(right)
    if (one is int or one is float) and (other is int or other is float):
        try:
            return abs(float(left) - float(right))
        except OverflowError:
            return None
    if one is str and other is str:
        same = min(len(left), len(right), LONGEST)
        differing = sum(a != b for a, b in zip(left[:same], right[:same], strict=True))
        return float(differing + abs(len(left) - len(right)))
    return None


def _is_of_shape(layout: Layout, maker: int) -> bool:
    """Whether a value tells that a subject has the type or length of a pattern: operands that no
    one wrote."""
    names = [one.name for one in layout.instructions[max(maker - 2, 0) : maker + 1]]
    return names[-1].startswith("MATCH_") or names[0] == "GET_LEN"


class Values:
    """Watches the branches of programs; with `reprs`, objects are asked what they are.  With
    `tell`, which takes a layout and the index of a branch first, all is told and nothing kept."""

    def __init__(
        self,
        reprs: bool = False,
        tell: Callable[[Layout, int, Observation, bool], None] | None = None,
    ) -> None:
        self._tell = tell
        self.budget = Budget()
        self.asking = Representing() if reprs else None
        self._branches: dict[int, list[Branch]] = {}  # by id of the program, which lives on

    def watch(self, program: Program, operations: list[Operation]) -> list[Operation]:
        """The operations, those of tests and branches watched."""
        layout = program.layout
        made = list(operations)
        for index in layout.jumps:
            maker = self._maker(layout, index)
            if "_IF_" not in layout.instructions[index].name or _is_of_shape(layout, maker):
                continue
            branch = self._branch(layout, index)
            self._branches.setdefault(id(program), []).append(branch)
            told = watched(operations[index], branch, tell_way)
            made[index] = replace(told, receive=told.receive and receive_way)
            for at in range(maker, index):
                if (teller := TESTS.get(layout.instructions[at].name)) is not None:
                    made[at] = teller(layout, at, operations[at], branch)
        return made

    def take(self, program: Program) -> dict[Observed, int]:
        """What was seen in a program since the last time."""
        found: dict[Observed, int] = {}
        for branch in self._branches.get(id(program), ()):
            found |= branch.take()
        return found

    def _maker(self, layout: Layout, index: int) -> int:
        """The instruction in front of a branch that made the value it tests.  Where ways join in
        between, it made only some of the values: then it is not this branch that the others noted.
        """
        at = index - 1
        while at > layout.start and layout.instructions[at].name in TRANSPARENT:
            at -= 1
        return at if at > layout.start else index

    def _branch(self, layout: Layout, index: int) -> Branch:
        one = layout.instructions[index]
        target = layout.instructions[layout.jumps[index].target].offset
        edges = (
            Edge(one.offset, target, EdgeKind.JUMP),
            Edge(one.offset, one.offset + one.size, EdgeKind.NEXT),
        )
        tell = None if self._tell is None else partial(self._tell, layout, index)
        if "_NONE" in one.name:
            return NoneBranch(self.budget, self.asking, "_IF_NONE" in one.name, edges, tell)
        return Branch(self.budget, self.asking, "_IF_TRUE" in one.name, edges, tell)
