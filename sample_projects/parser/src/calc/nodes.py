"""The tree of an expression, and how to make it of plain JSON values."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Number:
    value: float


@dataclass(frozen=True)
class Name:
    identifier: str


@dataclass(frozen=True)
class Unary:
    operator: str
    operand: "Node"


@dataclass(frozen=True)
class Binary:
    operator: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True)
class Call:
    function: str
    arguments: tuple["Node", ...]


Node = Number | Name | Unary | Binary | Call


def walk(node: Node) -> Iterator[Node]:
    """`node` and everything below it, from left to right."""
    yield node
    match node:
        case Unary(operand=operand):  #! case: MN
            yield from walk(operand)
        case Binary(left=left, right=right):  #! case: MN
            yield from walk(left)
            yield from walk(right)
        case Call(arguments=arguments):  #! case: MN
            for argument in arguments:  #! for: EX
                yield from walk(argument)


def from_json(value: object) -> Node:
    """The tree that a decoded JSON document describes; ValueError when it describes none."""
    match value:
        case int() | float():  #! case: MN  int(): M  float(): M
            return Number(float(value))
        case str() if value.isidentifier():  #! case: MN  isidentifier: TF
            return Name(value)
        case {"call": str(function), "with": [*arguments]}:  #! case: MN
            return Call(function, tuple(from_json(argument) for argument in arguments))
        case {"operator": "+" | "-" as sign, "of": [operand]}:  #! case: MN  "+": M  "-": M
            return Unary(sign, from_json(operand))
        #! case: MN  rest: TF
        case {"operator": str(operator), "of": [left, right], **rest} if not rest:
            return Binary(operator, from_json(left), from_json(right))
        case _:
            raise ValueError(f"not an expression: {value!r}")
