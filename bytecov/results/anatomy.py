"""Code objects laid open: hits beside instructions, and for every jump the rule that explains it.

Needs the interpreter that measured: its compiler made the bytecode that ran.
"""

import dis
import warnings
from collections.abc import Callable, Iterable
from types import CodeType

from bytecov.bytecode.instruction import Instruction
from bytecov.bytecode.version import TEXT
from bytecov.flow.blocks import Block, Flow
from bytecov.model.anatomy import Anatomy, CodeAnatomy, Origin, Piece, Step, Way
from bytecov.model.edge import Edge, EdgeKind
from bytecov.model.errors import DataError
from bytecov.model.hits import Hits
from bytecov.results.code_facts import Scopes, facts, scopes
from bytecov.source.idioms import LEFTOVERS, MACHINERY
from bytecov.source.link import GENERATED, Links, link
from bytecov.source.parse import Source

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
    """Every code object of a source, those that never ran by their names.

    DataError where this Python cannot compile it.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            code = compile(source.text, source.path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise DataError(f"cannot compile {source.path}: {error}") from error
    links = link(source, code)
    codes, tables = [], scopes(source)
    for part in links.flows:
        if hits := hits_of(part):
            codes.append(_Opened(links, part, hits, tables).anatomy())
        else:
            codes.append(CodeAnatomy(part.co_qualname, part.co_firstlineno, False, ()))
    return Anatomy(TEXT, tuple(codes))


class _Opened:
    """One code object with its hits."""

    def __init__(self, links: Links, code: CodeType, hits: Hits, tables: Scopes) -> None:
        self.links = links
        self.scopes = tables
        self.code = code
        self.flow: Flow = links.flows[code]
        self.hits = hits
        self.operands = {one.offset: one for one in dis.get_instructions(code)}
        self.unexplained = {one.offset: one.reason for one in links.unexplained if one.code == code}

    def anatomy(self) -> CodeAnatomy:
        code, pieces = self.code, tuple(self.piece(block) for block in self.flow.blocks)
        scope = self.scopes.get((code.co_name, code.co_firstlineno))
        found = tuple(facts(code, scope))
        return CodeAnatomy(code.co_qualname, code.co_firstlineno, True, pieces, found)

    def piece(self, block: Block) -> Piece:
        origin, rule = self.verdict(block.instructions[-1].offset)
        steps = tuple(self.step(one) for one in block.instructions)
        return Piece(steps, tuple(self.ways(block)), origin, rule)

    def step(self, one: Instruction) -> Step:
        col = None
        if one.span:
            col = self.links.source.in_characters(one.span).col
        count = self.hits.offsets.get(one.offset)
        return Step(one.offset, one.name, self.operand(one), one.line, col, count)

    def operand(self, one: Instruction) -> str:
        if one.target is not None:
            return f"to {one.target}"
        said = self.operands[one.arg_offset]
        if isinstance(said.argval, CodeType):
            return f"<code {said.argval.co_qualname}>"
        text = said.argrepr or ("" if said.arg is None else str(said.arg))
        return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"

    def ways(self, block: Block) -> Iterable[Way]:
        bundles: dict[tuple[EdgeKind, int], list[Edge]] = {}
        for one in block.instructions:
            for edge in self.flow.leaving[one.offset]:
                bundles.setdefault((edge.kind, edge.destination), []).append(edge)
        outcomes = self.links.outcomes[self.code]
        for (kind, destination), edges in sorted(bundles.items()):
            taken = [self.hits.edges[edge] for edge in edges if edge in self.hits.edges]
            means = outcomes.get(edges[0], ()) if kind is not EdgeKind.RAISE else ()
            yield Way(kind, destination, sum(taken) if taken else None, means)

    def verdict(self, offset: int) -> tuple[Origin | None, str]:
        """Who wrote the branch at an offset, and the rule that says so."""
        if offset not in self.flow.branches:
            return None, ""
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
