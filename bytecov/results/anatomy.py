"""Code objects laid open: hits beside instructions, and for every jump the rule that explains it.

Needs the interpreter that measured: its compiler made the bytecode that ran.
"""

from collections.abc import Callable, Iterable, Mapping
from types import CodeType

from bytecov.bytecode.instruction import Instruction
from bytecov.bytecode.operands import operands
from bytecov.bytecode.stack import effect
from bytecov.bytecode.version import TEXT
from bytecov.flow.blocks import Block, Flow
from bytecov.model.anatomy import Anatomy, CodeAnatomy, Origin, Piece, Steps, Way
from bytecov.model.edge import Edge, EdgeKind
from bytecov.model.hits import Hits
from bytecov.results.code_facts import Scopes, facts, scopes
from bytecov.source.idioms import LEFTOVERS, MACHINERY
from bytecov.source.link import GENERATED, Links, link
from bytecov.source.parse import Source
from bytecov.source.statements import statements

LONGEST = 80  # characters of an operand

RULES = {
    **dict.fromkeys(GENERATED.values(), "code that the compiler makes to evaluate annotations"),
    **{
        idiom.__name__: (idiom.__doc__ or "").split("\n\n")[0].strip()
        for idiom in (*MACHINERY, *LEFTOVERS)
    },
}
"""{idiom: what it says of itself}"""


def anatomy(source: Source, hits_of: Callable[[CodeType], Hits | None]) -> Anatomy:
    """Every code object of a source with its hits, those that never ran too.

    DataError where this Python cannot compile it.
    """
    code = statements(source).code
    links, tables = link(source, code), scopes(source)
    reasons: dict[CodeType, dict[int, str]] = {}
    for one in links.unexplained:
        reasons.setdefault(one.code, {})[one.offset] = one.reason
    codes = (
        _Opened(links, part, hits_of(part), reasons.get(part, {})).anatomy(tables)
        for part in links.flows
    )
    return Anatomy(TEXT, tuple(codes))


class _Opened:
    """One code object, with its hits if it ran."""

    def __init__(
        self, links: Links, code: CodeType, hits: Hits | None, unexplained: Mapping[int, str]
    ) -> None:
        self.links = links
        self.code = code
        self.flow: Flow = links.flows[code]
        self.hits = hits or Hits()
        self.measured = hits is not None
        self.unexplained = unexplained

    def anatomy(self, tables: Scopes) -> CodeAnatomy:
        code = self.code
        return CodeAnatomy(
            code.co_qualname,
            code.co_firstlineno,
            self.measured,
            self.steps(),
            tuple(map(self.piece, self.flow.blocks)),
            tuple(facts(code, tables.get((code.co_name, code.co_firstlineno)))),
        )

    def steps(self) -> Steps:
        instructions, ran = self.flow.instructions, self.hits.offsets
        return Steps(
            [one.size for one in instructions],
            [one.name for one in instructions],
            [_cut(said) for said in operands(self.code, instructions)],
            [one.line or 0 for one in instructions],
            [ran.get(one.offset) for one in instructions],
            [_effect(one) for one in instructions],
        )

    def piece(self, block: Block) -> Piece:
        ways = tuple(self.ways(block))
        length, last = len(block.instructions), block.instructions[-1]
        if last.offset not in self.flow.branches:
            return Piece(length, ways)
        return Piece(length, ways, *self.verdict(last.offset))

    def ways(self, block: Block) -> Iterable[Way]:
        bundles: dict[tuple[EdgeKind, int], list[Edge]] = {}
        for one in block.instructions:
            for edge in self.flow.leaving[one.offset]:
                bundles.setdefault((edge.kind, edge.destination), []).append(edge)
        outcomes, hits = self.links.outcomes[self.code], self.hits.edges
        for (kind, destination), edges in sorted(bundles.items()):
            taken = [hits[edge] for edge in edges if edge in hits]
            means = outcomes.get(edges[0], ()) if kind is not EdgeKind.RAISE else ()
            yield Way(kind, destination, sum(taken) if taken else None, means)

    def verdict(self, offset: int) -> tuple[Origin, str]:
        """Who wrote the branch at an offset, and the rule that says so."""
        if name := self.links.artifacts.get((self.code, offset)):
            return Origin.IDIOM, f"{name}: {RULES.get(name, '')}".rstrip(": ")
        if reason := self.unexplained.get(offset):
            return Origin.UNEXPLAINED, reason
        edges = self.flow.branches[offset]
        if any(edge in self.links.retests[self.code] for edge in edges):
            return Origin.AUTHOR, "tests again a value that was tested before, where paths met"
        kinds = {key.kind for edge in edges for key in self.links.outcomes[self.code].get(edge, ())}
        what = kinds.pop() if len(kinds) == 1 else "test"
        return Origin.AUTHOR, f"it has the position of the {what} in the source"


def _effect(one: Instruction) -> str:
    """On the height of the stack, and on the jump where it differs."""
    plain = effect(one.name, one.oparg, False)
    jumping = plain if one.target is None else effect(one.name, one.oparg, True)
    return f"{plain:+}" if jumping == plain else f"{plain:+}, jump {jumping:+}"


def _cut(said: str) -> str:
    return said if len(said) <= LONGEST else said[: LONGEST - 1] + "…"
