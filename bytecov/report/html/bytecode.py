"""The bytecode of a file as a JSON document.

All of a file in columns, each a text with a character per number, so that what is alike stands
together and deflates well.  What follows from the instructions is left out: offsets from sizes,
NEXT edges and a jump's operand from the blocks.  `static/unfold.js` puts it together again.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from bytecov.model.anatomy import Anatomy, CodeAnatomy, Origin, Piece, Way
from bytecov.model.edge import EdgeKind
from bytecov.model.obligation import ObligationKey
from bytecov.model.result import FileResult
from bytecov.model.span import Span
from bytecov.report.html.pack import column, run_lengths, zigzag
from bytecov.report.html.visible import visible

LONGEST = 120  # characters of a fact

Places = dict[tuple[str, Span], tuple[int, int]]
"""{kind and span: its place in the decisions, and its condition's there, -1 for itself}"""

NEXT, JUMP = 1, 2  # bits of a block's ends; above them the number of handlers it may raise to
HANDLERS = 4


def bytecode(file: FileResult, anatomy: Anatomy) -> dict[str, Any]:
    """What `static/unfold.js` reads."""
    return _Columns(file).add_all(anatomy)


def obligation_places(file: FileResult) -> Places:
    places: Places = {}
    for index, result in enumerate(file.decisions):
        decision = result.decision
        places.setdefault((decision.kind.value, decision.span), (index, -1))
        for number, part in enumerate(decision.conditions):
            places.setdefault(("condition", part.span), (index, number))
    return places


def place_of(key: ObligationKey, places: Places) -> list[Any]:
    """[decision, condition or -1, outcome]; -1 for a decision that is not counted, then its kind
    and line."""
    where = places.get((key.kind, key.span))
    return [*where, key.outcome] if where else [-1, key.kind, key.outcome, key.span.line]


class Numbered(dict[Any, int]):
    """Numbers what it is asked for, in the order of the first time."""

    def __missing__(self, key: Any) -> int:
        self[key] = number = len(self)
        return number


class _Columns:
    """Collects the columns of a file.

    Per instruction: `names` (of `kinds`, a name with size and effect), `operands` (of `texts`, 0
    for what a jump's block tells), `lines` (from the one before), `ran`.  Per block: `blocks` (how
    many instructions), `ends`, and where it has them `jumps` and `handlers` (so many blocks on),
    `verdicts` (who and by which rule).  Per edge of a branch `means`: how many outcomes,
    then each of `outcomes`, from the one before.  `ran` and `taken` have what ran alone.
    """

    def __init__(self, file: FileResult) -> None:
        self.places = obligation_places(file)
        self.texts = Numbered({"": 0})
        self.kinds = Numbered()
        self.outcomes = Numbered()
        self.rules = Numbered()
        self.by_instruction: tuple[list[int], ...] = ([], [], [])
        self.blocks: list[int] = []
        self.ends: list[int] = []
        self.jumps: list[int] = []
        self.handlers: list[int] = []
        self.verdicts: list[int] = []
        self.means: list[int] = []
        self.ran: list[int] = []
        self.taken: list[int] = []
        self.line = self.outcome = 0

    def add_all(self, anatomy: Anatomy) -> dict[str, Any]:
        codes = [self.add(one) for one in anatomy.codes]
        names, operands, lines = map(column, self.by_instruction)
        return {
            "python": anatomy.python,
            "texts": [visible(one) for one in self.texts],
            "kinds": list(self.kinds),
            "outcomes": [place_of(one, self.places) for one in self.outcomes],
            "rules": list(self.rules),
            "codes": codes,
            "names": names,
            "operands": operands,
            "lines": lines,
            "blocks": column(self.blocks),
            "ends": column(self.ends),
            "jumps": column(self.jumps),
            "handlers": column(self.handlers),
            "verdicts": column(self.verdicts),
            "means": column(self.means),
            "ran": run_lengths(self.ran),
            "taken": run_lengths(self.taken),
        }

    def add(self, code: CodeAnatomy) -> list[Any]:
        """[name, first line, whether it was measured, instructions, blocks, facts]"""
        steps, pieces = code.steps, code.pieces
        names, operands, lines = self.by_instruction
        kinds = zip(steps.names, steps.sizes, steps.effects, strict=True)
        names += [self.kinds[kind] for kind in kinds]
        told = [self.texts[text] for text in steps.operands]
        for end in _ends(pieces, EdgeKind.JUMP):
            told[end] = 0
        operands += told
        for line in steps.lines:
            if line == self.line:
                lines.append(0)
            else:
                lines.append(zigzag(line - self.line))
                self.line = line
        self.add_blocks(code)
        if code.measured:
            self.ran += (-1 if count is None else count for count in steps.ran)
            self.taken += (
                -1 if way.taken is None else way.taken for piece in pieces for way in piece.ways
            )
        facts = [
            self.texts[text]
            for group, name, value, meaning in code.facts
            for text in (f"{group}\t{name}\t{meaning}", cut(value))
        ]
        name = self.texts[code.qualname]
        return [name, code.first_line, int(code.measured), len(steps.names), len(pieces), facts]

    def add_blocks(self, code: CodeAnatomy) -> None:
        """Their ways, and of branches what they mean."""
        number_at = dict(zip(_starts(code), range(len(code.pieces)), strict=True))
        for number, piece in enumerate(code.pieces):
            self.blocks.append(piece.length)
            ends = 0
            for kind, destination, _, _ in piece.ways:
                if kind is EdgeKind.NEXT:
                    ends |= NEXT
                elif kind is EdgeKind.JUMP:
                    ends |= JUMP
                    self.jumps.append(zigzag(number_at[destination] - number))
                else:
                    ends += HANDLERS
                    self.handlers.append(zigzag(number_at[destination] - number))
            self.ends.append(ends)
            if piece.origin:
                self.add_branch(piece, piece.origin)

    def add_branch(self, piece: Piece, origin: Origin) -> None:
        self.verdicts.append(self.rules[origin.value[0], self.texts[piece.rule]])
        for way in _normal(piece.ways):
            self.means.append(len(way.means))
            for key in way.means:
                number = self.outcomes[key]
                self.means.append(zigzag(number - self.outcome))
                self.outcome = number


def _normal(ways: Iterable[Way]) -> Iterator[Way]:
    return (way for way in ways if way.kind is not EdgeKind.RAISE)


def _starts(code: CodeAnatomy) -> Iterator[int]:
    """The offset of each block."""
    offset, sizes = 0, iter(code.steps.sizes)
    for piece in code.pieces:
        yield offset
        offset += sum(next(sizes) for _ in range(piece.length))


def _ends(pieces: Iterable[Piece], kind: EdgeKind) -> Iterator[int]:
    """The last instructions of blocks that an edge of a kind leaves."""
    end = -1
    for piece in pieces:
        end += piece.length
        if any(way.kind is kind for way in piece.ways):
            yield end


def cut(said: str) -> str:
    """As much of a fact as is shown."""
    return said if len(said) <= LONGEST else said[: LONGEST - 1] + "…"
