"""Random programs that always end: every decision asks `ask`, and fuel runs out."""

import random
from collections.abc import Iterator

HEAD = """
class Stop(Exception): pass
class Other(Exception): pass
class Fault(Exception): pass

class Manager:
    def __init__(self, suppress): self.suppress = suppress
    def __enter__(self): return ask()
    def __exit__(self, *_): return self.suppress
    async def __aenter__(self): return ask()
    async def __aexit__(self, *_): return self.suppress

class Truth:
    def __bool__(self):
        if burn() % 9 == 5: raise Fault
        return burn() % 2 == 0

def ask():
    return burn() % 2

def risk():
    if burn() % 5 == 0: raise Stop
    if burn() % 7 == 0: raise Other
    return burn() % 3

def items():
    for i in range(burn() % 4):
        yield i
        if burn() % 6 == 0: raise Other

class Sent:
    def __await__(self):
        got = yield 1
        return got

async def source():
    for i in range(burn() % 3):
        yield i
"""


class Writer:
    """Writes one function of random statements."""

    def __init__(self, rng: random.Random, kind: str) -> None:
        self.rng = rng
        self.kind = kind  # plain, generator, coroutine

    def test(self, depth: int = 2) -> str:
        pick = self.rng.randrange(9) if depth else self.rng.randrange(4)
        match pick:
            case 0:
                return "ask()"
            case 1:
                return "Truth()"
            case 2:
                return "x"
            case 3:
                return "risk() < 2"
            case 4:
                return f"not ({self.test(depth - 1)})"
            case 5:
                return f"(0 < risk() < 2 and {self.test(depth - 1)})"
            case 6:
                return f"({self.test(depth - 1)} and {self.test(depth - 1)})"
            case 7:
                return f"({self.test(depth - 1)} or {self.test(depth - 1)})"
            case _:
                return f"(ask() if {self.test(depth - 1)} else {self.test(depth - 1)})"

    def body(self, depth: int, loop: bool) -> Iterator[str]:
        for _ in range(self.rng.randrange(1, 4)):
            yield from self.statement(depth, loop)

    def block(self, depth: int, loop: bool) -> Iterator[str]:
        yield from ("    " + line for line in self.body(depth - 1, loop))

    def statement(self, depth: int, loop: bool) -> Iterator[str]:
        simple = ["assign", "assign", "value", "raise", "return", "comprehension", "attribute"]
        if loop:
            simple += ["break", "continue"]
        if self.kind != "plain":
            simple += ["suspend", "suspend", "delegate"]
        compound = ["if", "if", "while", "for", "try", "try", "finally", "with", "match", "star"]
        kind = self.rng.choice(simple + compound if depth else simple)
        yield from getattr(self, f"write_{kind}")(depth, loop)

    def write_assign(self, depth: int, loop: bool) -> Iterator[str]:
        yield f"x = {self.test()}"

    def write_value(self, depth: int, loop: bool) -> Iterator[str]:
        yield self.test()

    def write_attribute(self, depth: int, loop: bool) -> Iterator[str]:
        yield "box[risk()] = risk()"

    def write_raise(self, depth: int, loop: bool) -> Iterator[str]:
        yield f"if {self.test(1)}: raise {self.rng.choice(['Stop', 'Other', 'Fault'])}"

    def write_return(self, depth: int, loop: bool) -> Iterator[str]:
        yield f"if {self.test(1)}: return" + (" x" if self.rng.random() < 0.5 else "")

    def write_break(self, depth: int, loop: bool) -> Iterator[str]:
        yield f"if {self.test(1)}: break"

    def write_continue(self, depth: int, loop: bool) -> Iterator[str]:
        yield f"if {self.test(1)}: continue"

    def write_comprehension(self, depth: int, loop: bool) -> Iterator[str]:
        yield f"x = [i for i in items() if {self.test(1)}]"

    def write_suspend(self, depth: int, loop: bool) -> Iterator[str]:
        yield "x = yield x" if self.kind == "generator" else "x = await Sent()"

    def write_delegate(self, depth: int, loop: bool) -> Iterator[str]:
        if self.kind == "generator":
            yield "yield from items()"
        else:
            yield f"async for x in source(): {self.rng.choice(['risk()', 'pass', 'await Sent()'])}"

    def write_if(self, depth: int, loop: bool) -> Iterator[str]:
        yield f"if {self.test()}:"
        yield from self.block(depth, loop)
        if self.rng.random() < 0.5:
            yield f"elif {self.test()}:" if self.rng.random() < 0.4 else "else:"
            yield from self.block(depth, loop)

    def write_while(self, depth: int, loop: bool) -> Iterator[str]:
        yield f"while {self.test()}:" if self.rng.random() < 0.8 else "while True:"
        yield "    burn()"
        yield from self.block(depth, True)
        if self.rng.random() < 0.3:
            yield "else:"
            yield from self.block(depth, loop)

    def write_for(self, depth: int, loop: bool) -> Iterator[str]:
        yield f"for x in {self.rng.choice(['items()', 'range(ask() + 1)', '[1, 2, 3]'])}:"
        yield from self.block(depth, True)
        if self.rng.random() < 0.3:
            yield "else:"
            yield from self.block(depth, loop)

    def write_try(self, depth: int, loop: bool) -> Iterator[str]:
        yield "try:"
        yield from self.block(depth, loop)
        for name in self.rng.sample(["Stop", "(Other, KeyError)", "Fault as e"], 2):
            yield f"except {name}:"
            yield from self.block(depth, loop)
        if self.rng.random() < 0.3:
            yield "else:"
            yield from self.block(depth, loop)

    def write_finally(self, depth: int, loop: bool) -> Iterator[str]:
        yield "try:"
        yield from self.block(depth, loop)
        yield "finally:"
        yield from self.block(depth, False)

    def write_star(self, depth: int, loop: bool) -> Iterator[str]:
        yield "try:"
        yield from self.block(depth, loop)
        yield "except* Stop:"
        yield "    x = 1"
        yield "except* Other:"
        yield "    risk()"

    def write_with(self, depth: int, loop: bool) -> Iterator[str]:
        word = self.rng.choice(["with", "async with"]) if self.kind == "coroutine" else "with"
        yield f"{word} Manager({self.rng.choice(['True', 'False'])}) as x:"
        yield from self.block(depth, loop)

    def write_match(self, depth: int, loop: bool) -> Iterator[str]:
        yield "match [risk(), ask()]:"
        yield f"    case [0, y] if {self.test(1)}:"
        yield from ("    " + line for line in self.block(depth, loop))
        yield "    case [1 | 2, *rest]:"
        yield from ("    " + line for line in self.block(depth, loop))


TAIL = """
def drive_plain(function):
    return function()

def drive_generator(function):
    running = function()
    value = None
    for _ in range(12):
        what = burn() % 6
        if what == 0: running.throw(Stop)
        elif what == 1: running.throw(Fault)
        elif what == 2: return running.close()
        else: value = running.send(value)

drive_coroutine = drive_generator

def run():
    for drive, function in functions:
        for _ in range(6):
            try: drive(function)
            except (Stop, Other, Fault, StopIteration, TypeError, RuntimeError): pass
            except BaseExceptionGroup: pass
            except OutOfFuel: pass
"""


def program(seed: int) -> str:
    """The source of a module whose `run()` runs three random functions some times.

    It needs `burn()`, which counts, and `OutOfFuel`.
    """
    rng = random.Random(seed)
    lines = [HEAD]
    for number, kind in enumerate(("plain", "generator", "coroutine")):
        prefix = "async " if kind == "coroutine" else ""
        lines.append(f"{prefix}def f{number}():\n    x = 0\n    box = {{}}")
        lines += ["    " + line for line in Writer(rng, kind).body(3, False)]
        if kind == "generator":
            lines.append("    yield x")
    lines.append(TAIL)
    kinds = ("plain", "generator", "coroutine")
    lines.append(
        "functions = [" + ", ".join(f"(drive_{k}, f{i})" for i, k in enumerate(kinds)) + "]"
    )
    return "\n".join(lines)
