"""Stack effects, written as CPython's bytecodes.c writes them."""

import re
from dataclasses import dataclass
from functools import cache

_ITEM = re.compile(r"(?P<name>\w+)(?:\[(?P<times>[^]]+)\])?")


@dataclass(frozen=True, slots=True)
class Effect:
    """Names of the values an operation takes from the stack and leaves on it, bottom first.

    `args[oparg]` stands for as many values as the expression says; `jump` is 1 where the
    operation jumps and 0 where it does not.
    """

    text: str

    def inputs(self, oparg: int) -> int:
        """How many items are taken."""
        return _count(self._side(0), oparg, False)

    def outputs(self, oparg: int, jump: bool = False) -> int:
        """How many items are left in their place."""
        return _count(self._side(1), oparg, jump)

    def values(self, oparg: int) -> int:
        """How many of the inputs are values: all but NULL."""
        return _count(_without_null(self._side(0)), oparg, False)

    def shown(self, oparg: int) -> str:
        """The effect of one instruction: `(callable, null, args[2] -- result)`."""

        def item(match: re.Match[str]) -> str:
            if match["times"] is None or "jump" in match["times"]:
                return match[0]
            count = _count(match[0], oparg, False)
            return {0: "", 1: match["name"]}.get(count, f"{match['name']}[{count}]")

        sides = [_ITEM.sub(item, side).split(",") for side in self.text[1:-1].split("--")]
        taken, left = (", ".join(filter(None, map(str.strip, side))) for side in sides)
        return f"({taken} -- {left})"

    def _side(self, index: int) -> str:
        return self.text[1:-1].split("--")[index]


@cache
def _without_null(side: str) -> str:
    return re.sub(r"\bnull\b(\[[^]]+\])?", "", side)


@cache
def _count(side: str, oparg: int, jump: bool) -> int:
    """How many items one side of an effect stands for."""
    count = 0
    for item in _ITEM.finditer(side):
        times = item["times"]
        names = {"oparg": oparg, "jump": jump}
        count += eval(times, {"__builtins__": {}}, names) if times else 1
    return count
