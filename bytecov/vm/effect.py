"""Stack effects, written as CPython's bytecodes.c writes them."""

import re
from dataclasses import dataclass

_ITEM = re.compile(r"(?P<name>\w+)(?:\[(?P<times>[^]]+)\])?")


@dataclass(frozen=True, slots=True)
class Effect:
    """Names of the values an operation takes from the stack and leaves on it, bottom first.

    `args[oparg]` stands for as many values as the expression says; `jump` is 1 where the
    operation jumps and 0 where it does not.
    """

    text: str

    def inputs(self, oparg: int) -> int:
        return self._count(self._side(0), oparg)

    def outputs(self, oparg: int, jump: bool = False) -> int:
        return self._count(self._side(1), oparg, jump)

    def values(self, oparg: int) -> int:
        """How many of the inputs are values: all but NULL."""
        return self._count(re.sub(r"\bnull\b(\[[^]]+\])?", "", self._side(0)), oparg)

    def _side(self, index: int) -> str:
        return self.text[1:-1].split("--")[index]

    @staticmethod
    def _count(side: str, oparg: int, jump: bool = False) -> int:
        return sum(
            eval(item["times"], {"__builtins__": {}}, {"oparg": oparg, "jump": jump}) if item["times"] else 1
            for item in _ITEM.finditer(side)
        )
