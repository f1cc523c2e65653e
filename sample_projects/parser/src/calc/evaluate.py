"""A tree to a number."""

import math
from collections.abc import Callable, Mapping

from calc.errors import EvaluationError
from calc.nodes import Binary, Call, Name, Node, Number, Unary

CONSTANTS = {"pi": math.pi, "e": math.e}

FUNCTIONS: dict[str, Callable[[float], float]] = {
    "sqrt": math.sqrt,
    "abs": abs,
    "round": lambda value: math.floor(value + 0.5),
}
"""Functions of one argument."""


class Evaluator:
    """Computes trees with the given names; refuses those nested deeper than `limit`."""

    def __init__(self, names: Mapping[str, float] | None = None, limit: int = 200) -> None:
        self._names = names or CONSTANTS  #! names: TF  CONSTANTS: ??
        self._limit = limit
        self._depth = 0
        self.deepest = 0
        self.finished = 0

    def value(self, node: Node) -> float:
        """The value of `node`.  Raises EvaluationError."""
        self._depth += 1
        try:
            if self._depth > self._limit:  #! self._depth: TF
                raise EvaluationError("nested too deeply")
            match node:
                case Number(value):  #! case: MN
                    return value
                case Unary("-", operand):  #! case: MN
                    return -self.value(operand)
                case Unary(_, operand):  #! case: MN
                    return self.value(operand)
            return self._compound(node)
        except (ArithmeticError, ValueError) as error:  #! except: M
            raise EvaluationError("undefined or too large") from error
        finally:
            self.deepest = max(self.deepest, self._depth)
            self._depth -= 1
            if self._depth == 0:  #! self._depth: TF
                self.finished += 1

    def _compound(self, node: Node) -> float:
        """The value of a name, an operation or a call."""
        match node:
            case Name(identifier) if identifier in self._names:  #! case: MN  in self: TF
                return self._names[identifier]
            case Binary("/" | "%" as operator, left, right):  #! case: MN  "/": M  "%": M
                dividend, divisor = self.value(left), self.value(right)
                return dividend / divisor if operator == "/" else dividend % divisor  #! "/": TF
            case Binary(operator, left, right):  #! case: MN
                return self._operation(operator, self.value(left), self.value(right))
            #! case: MN  "max": M  "min": M
            case Call("max" | "min" as function, [_, _, *_] as arguments):
                values = [self.value(argument) for argument in arguments]
                return max(values) if function == "max" else min(values)  #! "max": TF
            case Call(function, (argument,)) if function in FUNCTIONS:  #! case: MN  FUNCTIONS: TF
                return FUNCTIONS[function](self.value(argument))
            case _:
                raise EvaluationError(f"cannot compute {node}")

    @staticmethod
    def _operation(operator: str, left: float, right: float) -> float:
        match operator:
            case "+":  #! case: MN
                return left + right
            case "-":  #! case: MN
                return left - right
            case "*":  #! case: MN
                return left * right
            case _:
                return math.pow(left, right)
