"""Small programs made at random: nested statements that end, print what they do, and may raise.

Every loop is over a short range or burns fuel, every value is a small integer, list or None, and
every exception is one of three; so a program always ends, and always the same way.
"""

from random import Random
from textwrap import indent

ERRORS = ["ValueError", "KeyError", "ZeroDivisionError"]
ATOMS = ["a", "b", "c", "a", "b", "c", "0", "1", "-2", "3", "None", "[]", "[1]", "True", "''"]
ATOMS += ["show(0)", "show(1)", "Odd(0)", "Odd(1)"]
EXPRESSIONS = [
    *("(? and ?)", "(? or ?)", "(not ?)", "(? and ? or ?)", "(? if ? else ?)"),
    *("(number(?) < 2 <= number(?))", "(a is c is not b)", "(n := ?)", "(10 // number(?) + 1)"),
    *("[x for x in (0, 1, 2) if ? or x]", "[y for x in (1, 2) for y in (x, b) if y and ?]"),
    *("sum(1 for x in (0, 1) if x and ?)", "{x: ? for x in each(2)}", "(lambda: ?)()", "show(?)"),
]
SIMPLE = [
    *("? = @", "show(@)", "? = number(?) + 1", "if @:\n    raise ERROR(1)", "if @:\n    return @"),
    *("assert @ or True, 'message'", "del ?\n? = @", "show(?)", "(?, *_) = each(2)"),
]
COMPOUND = [
    "if @:\n#",
    "if @:\n#\nelse:\n#",
    "if @:\n#\nelif @:\n#\nelse:\n#",
    "while fuel() and @:\n&",
    "while fuel() and @:\n&\nelse:\n#",
    "while True:\n    if not fuel():\n        break\n&",
    "for ? in range(3):\n&",
    "for ? in each(2):\n&\nelse:\n#",
    "for ?, n in [(1, 2), (0, None)]:\n&",
    "try:\n#\nexcept ERROR as error:\n    show(type(error.__context__))\n#",
    "try:\n#\nexcept (ERROR, ERROR):\n#\nelse:\n#\nfinally:\n    show('finally')",
    "try:\n#\nfinally:\n    show('finally')\n    ? = @",
    "try:\n#\nexcept* ERROR as group:\n    show(len(group.exceptions))\n    show(@)",
    "with Manager(True):\n#",
    "with Manager(False) as ?, Manager(@):\n#",
    "match @:\n    case 0 | [1] | None if @:\n        show(@)\n"
    "    case [*rest]:\n        show(rest)\n    case _:\n        show('other')",
]


class Writer:
    """Draws from the lists above: `@` is an expression, `?` a variable, `#` and `&` are blocks,
    the latter that of a loop."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def expression(self, depth: int = 3) -> str:
        """An expression, with expressions for its question marks."""
        if not depth or self.random.random() < 0.3:
            return self.random.choice(ATOMS)
        parts = self.random.choice(EXPRESSIONS).split("?")
        return parts[0] + "".join(self.expression(depth - 1) + part for part in parts[1:])

    def statement(self, depth: int, looping: bool) -> str:
        """A statement, and what is nested in it."""
        choices = SIMPLE + (["if @:\n    break", "if @:\n    continue"] if looping else [])
        text = self.random.choice(COMPOUND if depth and self.random.random() < 0.6 else choices)
        written = ""
        for character in text.replace("ERROR", self.random.choice(ERRORS)):
            match character:
                case "@":
                    written += self.expression()
                case "?":
                    written += self.random.choice("abc")
                case "#" | "&":
                    written += self.block(depth - 1, looping or character == "&", "    ")
                case _:
                    written += character
        return written

    def block(self, depth: int, looping: bool, margin: str = "") -> str:
        """One to three statements."""
        count = self.random.randint(1, 3)
        return indent("\n".join(self.statement(depth, looping) for _ in range(count)), margin)

    def program(self) -> str:
        """The body of a function of a, b and c."""
        return self.random.choice(["", "", "yield a\n"]) + self.block(3, False)


def program(seed: int) -> str:
    """A program that compiles: in this grammar few do not."""
    writer = Writer(seed)
    while True:
        text = writer.program()
        try:
            compile(f"def f(a, b, c):\n{indent(text, '    ')}", "<generated>", "exec")
        except SyntaxError:  # `return` in except*, a walrus in a comprehension's iterable
            continue
        return text


PRELUDE = """\
import traceback

FUEL = [0]


def show(value):
    print("  ", value if isinstance(value, (int, str, list, type(None))) else type(value).__name__)
    return value


def fuel():
    FUEL[0] -= 1
    return FUEL[0] > 0


def number(value):
    return value if isinstance(value, int) else 0


def each(n):
    while n:
        yield n
        n -= 1


class Odd:
    def __init__(self, truth):
        self.truth = truth

    def __bool__(self):
        print("   asked")
        return bool(self.truth)


class Manager:
    def __init__(self, swallow):
        self.swallow = swallow

    def __enter__(self):
        return self

    def __exit__(self, kind, value, tb):
        print("   exit", kind)
        return self.swallow


def call(function):
    for arguments in ((0, 1, None), (1, [], 2), (None, 3, "")):
        FUEL[0] = 12
        print(function.__name__, arguments)
        try:
            result = function(*arguments)
            if hasattr(result, "send"):
                result = [*result]
            show(result)
        except BaseException as error:
            traceback.print_exc(limit=-2)
            show(repr(error)[:40])
"""


def together(parts: list[str]) -> str:
    """One file that runs every body for several arguments."""
    functions = [
        f"def f{number}(a, b, c):\n{indent(part, '    ')}\n" for number, part in enumerate(parts)
    ]
    calls = "\n".join(f"call(f{number})" for number in range(len(parts)))
    return "\n\n".join([PRELUDE, *functions, calls]) + "\n"
