"""Decisions to try everything on: expressions in which each condition stands once."""

import itertools
from collections.abc import Iterator
from typing import NamedTuple

from bytecov.model.decision import Condition
from bytecov.source.obligations import obligations
from bytecov.source.parse import parse


class Expression(NamedTuple):
    """`op` is a letter, `not`, `and`, `or`, or `if`: (test, body, orelse)."""

    op: str
    parts: tuple["Expression", ...] = ()

    def __str__(self) -> str:
        texts = [f"({part})" if part.parts else str(part) for part in self.parts]
        match self.op:
            case "not":
                return f"not {texts[0]}"
            case "if":
                return f"{texts[1]} if {texts[0]} else {texts[2]}"
            case "and" | "or":
                return f" {self.op} ".join(texts)
        return self.op

    def value(self, names: dict[str, bool]) -> bool:
        """What Python makes of it."""
        match self.op:
            case "not":
                return not self.parts[0].value(names)
            case "and":
                return all(part.value(names) for part in self.parts)
            case "or":
                return any(part.value(names) for part in self.parts)
            case "if":
                test, body, orelse = self.parts
                return body.value(names) if test.value(names) else orelse.value(names)
        return names[self.op]

    def conditions(self) -> tuple[Condition, ...]:
        """Its diagram, as bytecov sees it."""
        (decision,) = [
            one for one in obligations(parse(f"if {self}: pass")) if one.kind.value == "if"
        ]
        return decision.conditions


def shapes(count: int) -> Iterator[tuple[str, tuple]]:
    """Trees of `and`, `or` and `if` with so many leaves; a leaf is ()."""
    if count == 1:
        yield ()
        return
    for left in range(1, count):
        for one, other in itertools.product(shapes(left), shapes(count - left)):
            yield ("and", (one, other))
            yield ("or", (one, other))
    for first in range(1, count - 1):
        for second in range(1, count - first):
            third = count - first - second
            for parts in itertools.product(shapes(first), shapes(second), shapes(third)):
                yield ("if", parts)


def expressions(most: int, ways: int = 2) -> Iterator[Expression]:
    """All with up to so many conditions; of each shape so many ways to place `not`."""
    for count in range(1, most + 1):
        for number, shape in enumerate(shapes(count)):
            places = 1 << 2 * count - 1
            masks = {0, *(((number * ways + way) * 2654435761) % places for way in range(1, ways))}
            for mask in sorted(masks):
                yield _build(shape, iter("abcdefgh"), mask)


def _build(shape: tuple, names: Iterator[str], negated: int) -> Expression:
    """`negated`: a bit for each node in the order of their making."""
    bits = iter(bin(negated)[:1:-1] + "0" * 64)

    def build(shape: tuple) -> Expression:
        if shape:
            # A ternary's test is evaluated first, and named first.
            made = Expression(shape[0], tuple(build(part) for part in shape[1]))
        else:
            made = Expression(next(names))
        return Expression("not", (made,)) if next(bits) == "1" else made

    return build(shape)
