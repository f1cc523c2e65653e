"""Values of a translation die when those of the guest do.

The text of a translation names every temporary, and a name holds its value until the function
returns.  Here each is let go of at its last use, as the guest's value stack does: a backward
analysis of liveness (Aho et al., Compilers, 9.2.5) over the compiled text finds where that is.

Temporaries `t…` live within one block of the text.  The stack `s…` lives between blocks, where
only its depth is known: `ip` is set to a place with that many values, and `index` where an
exception leaves for a handler that keeps so many.  Meanwhile everything that the handler of
an instruction keeps is alive, whatever happens.
"""

import re
from collections.abc import Collection, Sequence
from itertools import accumulate
from operator import or_
from typing import NamedTuple

from bytecov.bytecode.assemble import Item, Label
from bytecov.bytecode.opcodes import running
from bytecov.bytecode.opcodes.numbers import NUMBERS

OURS = re.compile(r"[ts]\d+")
LOADS = {"LOAD_FAST", "LOAD_FAST_BORROW", "LOAD_FAST_CHECK"}
CONSTANTS = {"LOAD_CONST", "LOAD_SMALL_INT"}
PAIRS = {
    "LOAD_FAST_LOAD_FAST": ("LOAD_FAST", "LOAD_FAST"),
    "LOAD_FAST_BORROW_LOAD_FAST_BORROW": ("LOAD_FAST_BORROW", "LOAD_FAST_BORROW"),
    "STORE_FAST_LOAD_FAST": ("STORE_FAST", "LOAD_FAST"),
    "STORE_FAST_STORE_FAST": ("STORE_FAST", "STORE_FAST"),
}
Items = list[Item | Label]


class Depths(NamedTuple):
    """How many values of the guest's stack are alive."""

    places: Sequence[int]  # {ip: …}
    handlers: Sequence[int]  # {index of an instruction: … in its handler}
    lines: Sequence[int]  # {line of the text: index of the instruction}
    search: Collection[int]  # lines that look for `ip`; nothing dies there


def release(items: Items, names: Sequence[str], constants: list[object], depths: Depths) -> Items:
    """`items` with every temporary let go of when it is used for the last time; `names` are those
    of the local variables.  To the constants None is added where it is not one."""
    if None not in constants:  # 3.15+: it has an instruction of its own
        constants.append(None)
    return _Liveness(items, names, constants, depths).rewritten()


class _Liveness:
    """Sets of variables are masks: bit n is the n-th variable."""

    def __init__(
        self, items: Items, names: Sequence[str], constants: list[object], depths: Depths
    ) -> None:
        self.pairs: dict[int, tuple[Item, Item, Item]] = {}  # by identity of the first: all three
        self.items = [single for item in items for single in self._singles(item)]
        self.constants = constants
        self.depths = depths
        self.slots = {name: slot for slot, name in enumerate(names)}
        self.names = names
        self.ours = sum(1 << slot for name, slot in self.slots.items() if OURS.fullmatch(name))
        self.top_first = sorted(
            (slot for slot in self.slots.values() if self.ours >> slot & 1),
            key=lambda slot: (self.names[slot][0], int(self.names[slot][1:])),
            reverse=True,
        )
        self.stacks = list(
            accumulate((self._variable(f"s{at}") for at in range(len(names))), or_, initial=0)
        )
        self.at = {each: at for at, each in enumerate(self.items) if isinstance(each, Label)}
        self.before = [0] * (len(self.items) + 1)  # what is alive before each item
        self.after = [0] * len(self.items)  # and behind it

    def _singles(self, item: Item | Label) -> Items:
        """An instruction for each variable."""
        if isinstance(item, Label) or item.name not in PAIRS:
            return [item]
        assert isinstance(item.oparg, int)
        names, slots = PAIRS[item.name], (item.oparg >> 4, item.oparg & 15)
        first, second = (Item(*each, item.position) for each in zip(names, slots, strict=True))
        self.pairs[id(first)] = first, second, item
        return [first, second]

    # liveness

    def analyse(self) -> None:
        """Backward, until nothing changes."""
        facts = [self._facts(at) for at in range(len(self.items))]
        backward = [(at, *facts[at]) for at in reversed(range(len(facts)))]
        before, after = self.before, self.after
        changed = True
        while changed:
            changed = False
            for at, successors, stack, kept, read, kills in backward:
                alive = 0
                for successor in successors:
                    alive |= before[successor]
                if stack is not None:
                    alive = stack
                alive |= kept
                after[at] = alive
                alive = alive & ~kills | read
                if alive != before[at]:
                    before[at] = alive
                    changed = True

    def _facts(self, at: int) -> tuple[list[int], int | None, int, int, int]:
        """What is true of an item whatever is alive: successors; what alone is alive behind a
        jump through `ip` or `index`; what the handler keeps; what is read, and what assigned."""
        item = self.items[at]
        if isinstance(item, Label):
            return [at + 1], None, 0, 0, 0
        stack, kept = None, 0
        if item.name == "STORE_FAST" and (depth := self._depth_behind(at)) is not None:
            stack = self._stack(depth)
        if item.position.line is not None:
            kept = self._stack(self.depths.handlers[self.depths.lines[item.position.line]])
        return self._successors(at), stack, kept, self._loaded(item), self._stored(item)

    def _successors(self, at: int) -> list[int]:
        item = self.items[at]
        if isinstance(item, Label):
            return [at + 1]
        following = [] if item.name in running().terminators else [at + 1]
        return following + ([self.at[item.oparg]] if isinstance(item.oparg, Label) else [])

    def _loaded(self, item: Item | Label) -> int:
        """The variable that is read, if it is one of ours."""
        return self._bit(item) if isinstance(item, Item) and item.name in LOADS else 0

    def _stored(self, item: Item | Label) -> int:
        """The variable that is assigned, if it is one of ours."""
        return self._bit(item) if isinstance(item, Item) and item.name == "STORE_FAST" else 0

    def _bit(self, item: Item) -> int:
        assert isinstance(item.oparg, int)
        return (1 << item.oparg) & self.ours

    def _depth_behind(self, at: int) -> int | None:
        """The depth of the stack where control goes behind `ip = 3` or `index = 5`."""
        load, store = self.items[at - 1], self.items[at]
        assert isinstance(store, Item)
        name = self.names[store.oparg] if isinstance(store.oparg, int) else ""
        if name not in ("ip", "index") or not isinstance(load, Item) or load.name not in CONSTANTS:
            return None
        assert isinstance(load.oparg, int)
        known = load.oparg if load.name == "LOAD_SMALL_INT" else self.constants[load.oparg]
        if not isinstance(known, int):
            return None
        return (self.depths.places if name == "ip" else self.depths.handlers)[known]

    def _stack(self, depth: int) -> int:
        """The variables of a stack with so many values."""
        return self.stacks[min(depth, len(self.names))]

    def _variable(self, name: str) -> int:
        return 1 << self.slots[name] if name in self.slots else 0

    # rewriting

    def rewritten(self) -> Items:
        """The items anew."""
        self.analyse()
        arriving = self._arriving()
        out: Items = []
        for at, item in enumerate(self.items):
            if isinstance(item, Label):
                out.append(item)
                continue
            for slot in self._in_order(arriving.get(at, 0) & ~self.before[at]):
                out += self._clear(slot, item)
            out += self._let_go(item, self.after[at])
        return self._joined(out)

    def _arriving(self) -> dict[int, int]:
        """{index of an instruction: what is alive right before it on some way}"""
        arriving: dict[int, int] = {}
        for at, item in enumerate(self.items):
            if isinstance(item, Label) or item.position.line in self.depths.search:
                continue
            for successor in self._successors(at):
                while successor < len(self.items) and isinstance(self.items[successor], Label):
                    successor += 1
                arriving[successor] = arriving.get(successor, 0) | self.after[at]
        return arriving

    def _in_order(self, variables: int) -> list[int]:
        """Slots as a stack would give them up: the top first."""
        if not variables:
            return []
        return [slot for slot in self.top_first if variables >> slot & 1]

    def _let_go(self, item: Item, after: int) -> Items:
        """An instruction; the variable is given up unless it is alive behind it."""
        dies = not after & self._bit(item) if isinstance(item.oparg, int) else False
        if self._loaded(item):
            load = item._replace(name="LOAD_FAST")
            if not dies:  # 3.14+: what is borrowed must not outlive the variable
                return [load if item.name == "LOAD_FAST_BORROW" else item]
            if not self._is_temporary(item.oparg):
                return [load, *self._clear(item.oparg, item)]
            if "LOAD_FAST_AND_CLEAR" in NUMBERS:  # 3.12+
                return [item._replace(name="LOAD_FAST_AND_CLEAR")]
            return [load, item._replace(name="DELETE_FAST")]
        if self._stored(item) and dies and self._is_temporary(item.oparg):
            return [item._replace(name="POP_TOP", oparg=0)]
        return [item]

    def _is_temporary(self, slot: int | Label) -> bool:
        return isinstance(slot, int) and self.names[slot].startswith("t")

    def _clear(self, slot: int | Label, item: Item) -> Items:
        none = Item("LOAD_CONST", self.constants.index(None), item.position)
        return [none, Item("STORE_FAST", slot, item.position)]

    def _joined(self, items: Items) -> Items:
        """Pairs that have stayed as they were become one instruction again."""
        out: Items = []
        for item in items:
            pair = self.pairs.get(id(out[-1])) if out else None
            if pair is not None and pair[1] is item:
                out[-1] = pair[2]
            else:
                out.append(item)
        return out
