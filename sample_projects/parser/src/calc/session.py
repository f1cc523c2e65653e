"""A session: lines of commands and expressions, answers in between."""

from collections.abc import Iterable, Iterator

from calc.errors import EvaluationError, ExpressionError
from calc.evaluate import CONSTANTS, Evaluator
from calc.nodes import Name, Node, walk
from calc.parser import parse


class Quit(Exception):
    """The user has had enough."""


class Session:
    """Remembers names from one line to the next."""

    def __init__(self) -> None:
        self._names = dict(CONSTANTS)
        self._formulas: dict[str, Node] = {}

    def run(self, lines: Iterable[str]) -> Iterator[str]:
        """The answers to `lines`, up to the one that quits."""
        for line in lines:  #! for: EX
            try:
                answer = self.command(line)
            except Quit:  #! except: M
                return
            except (EvaluationError, ExpressionError) as error:  #! except: M
                answer = f"error: {error}"
            if answer:  #! answer: TF
                yield answer

    def command(self, line: str) -> str:
        """The answer to one line, "" where there is nothing to say."""
        match line.partition("#")[0].split():
            case []:  #! case: MN
                return ""
            case ["quit" | "exit"]:  #! case: MN  "quit": M  "exit": -
                raise Quit
            #! case: MN  isidentifier: TF  words: T-
            case ["let", name, "=", *words] if name.isidentifier() and words:
                return self._define(name, parse(" ".join(words)))
            case ["names"]:  #! case: MN
                return " ".join(sorted(self._names.keys() - CONSTANTS.keys()))
            case ["uses", name] if name in self._formulas:  #! case: MN  in self: TF
                return " ".join(self._used_by(name))
            case words:
                return f"{Evaluator(self._names).value(parse(' '.join(words))):g}"

    def _define(self, name: str, formula: Node) -> str:
        self._names[name] = Evaluator(self._names).value(formula)
        self._formulas[name] = formula
        return f"{name} = {self._names[name]:g}"

    def _used_by(self, name: str) -> list[str]:
        """The names in the formula of `name`, constants left out."""
        return [
            node.identifier
            for node in walk(self._formulas[name])
            #! isinstance: TF  CONSTANTS: TF
            if isinstance(node, Name) and node.identifier not in CONSTANTS
        ]
