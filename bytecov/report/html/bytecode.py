"""The bytecode of a file as a JSON document: columns of numbers that deflate makes small."""

from collections.abc import Callable, Iterable
from typing import Any

from bytecov.model.anatomy import Anatomy, CodeAnatomy, Piece, Step
from bytecov.model.obligation import ObligationKey
from bytecov.model.result import FileResult
from bytecov.model.span import Span
from bytecov.report.html.pack import deltas
from bytecov.report.html.visible import visible

LONGEST = 120  # characters of a fact

Texts = Callable[[str], int]
Keys = Callable[[ObligationKey], list[Any]]


def bytecode(file: FileResult, anatomy: Anatomy) -> dict[str, Any]:
    """What `static/bytecode.js` reads.  Texts are numbered once for the whole file."""
    known: dict[str, int] = {}

    def number(text: str) -> int:
        return known.setdefault(text, len(known))

    places = obligation_places(file)

    def key(one: ObligationKey) -> list[Any]:
        """[decision, condition or -1, outcome]; -1 for a decision that is not counted, then its
        kind and line."""
        where = places.get((one.kind, one.span))
        return [*where, one.outcome] if where else [-1, one.kind, one.outcome, one.span.line]

    codes = [_code(one, number, key) for one in anatomy.codes]
    return {"python": anatomy.python, "texts": [visible(one) for one in known], "codes": codes}


def obligation_places(file: FileResult) -> dict[tuple[str, Span], tuple[int, int]]:
    """{kind and span: its place in the decisions, and its condition's there, -1 for itself}"""
    places: dict[tuple[str, Span], tuple[int, int]] = {}
    for index, result in enumerate(file.decisions):
        decision = result.decision
        places.setdefault((decision.kind.value, decision.span), (index, -1))
        for number, part in enumerate(decision.conditions):
            places.setdefault(("condition", part.span), (index, number))
    return places


def _code(code: CodeAnatomy, text: Texts, key: Keys) -> dict[str, Any]:
    steps = [step for piece in code.pieces for step in piece.steps]
    return {
        "name": visible(code.qualname),
        "line": code.first_line,
        "measured": code.measured,
        "offsets": deltas(step.offset for step in steps),
        "names": [text(step.name) for step in steps],
        "operands": [text(step.operand) for step in steps],
        "lines": deltas(step.line or 0 for step in steps),
        "columns": [-1 if step.col is None else step.col for step in steps],
        "ran": _ran(steps),
        "blocks": [_block(piece, text, key) for piece in code.pieces],
        "facts": [
            number
            for group, name, value, meaning in code.facts
            for number in (text(f"{group}\t{name}\t{meaning}"), text(_cut(value)))
        ],
    }


def _cut(said: str) -> str:
    return said if len(said) <= LONGEST else said[: LONGEST - 1] + "…"


def _ran(steps: Iterable[Step]) -> list[int]:
    """How often each ran: -1 for never."""
    return [-1 if step.ran is None else step.ran for step in steps]


def _block(piece: Piece, text: Texts, key: Keys) -> list[Any]:
    """[how many instructions, [way, …], origin, rule]; the last two for branches alone."""
    ways = [
        [
            way.kind.name[0],
            way.destination,
            -1 if way.taken is None else way.taken,
            *(key(one) for one in way.means),
        ]
        for way in piece.ways
    ]
    block: list[Any] = [len(piece.steps), ways]
    if piece.origin:
        block += [piece.origin.value[0], text(piece.rule)]
    return block
