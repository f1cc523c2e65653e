"""Positions for code that was compiled without columns.

`python -X no_debug_ranges` and some packagers drop columns; lines stay.  So the tree is compiled
a second time with a line of its own for every node: the lines of that shadow say which node an
instruction comes from.  Lines decide where the compiler leaves a NOP and joins two instructions
into one, so the two codes are laid beside each other around each branch, as far as their opcodes
agree.
"""

import ast
import dataclasses
from collections.abc import Iterator
from itertools import pairwise
from types import CodeType

from bytecov.bytecode.instruction import Instruction
from bytecov.bytecode.nesting import walk
from bytecov.flow.blocks import Flow, flow
from bytecov.model.span import Span
from bytecov.source.cursor import SKIPPED
from bytecov.source.parse import Source, no_warnings
from bytecov.source.truth import span_of

PARTS = {
    "LOAD_FAST_LOAD_FAST": ("LOAD_FAST", "LOAD_FAST"),
    "LOAD_FAST_BORROW_LOAD_FAST_BORROW": ("LOAD_FAST_BORROW", "LOAD_FAST_BORROW"),
    "STORE_FAST_LOAD_FAST": ("STORE_FAST", "LOAD_FAST"),
    "STORE_FAST_STORE_FAST": ("STORE_FAST", "STORE_FAST"),
}


def lacks_columns(code: CodeType) -> bool:
    """Whether no instruction of the code object has a column."""
    return all(position[2] is None for position in code.co_positions())


def shadow_flows(source: Source, code: CodeType) -> dict[CodeType, Flow]:
    """The flows of a module's code objects, with the spans that the shadow tells.

    Code objects whose branches differ from the shadow's keep what they have: nothing.
    """
    codes = list(walk(code))
    flows = {part: flow(part) for part in codes}
    tree = ast.parse(source.text)
    spans = dict(_number(tree))
    try:
        with no_warnings():
            shadow = list(walk(compile(tree, source.path, "exec", dont_inherit=True)))
    except (SyntaxError, ValueError, RecursionError):
        return flows
    if [part.co_qualname for part in codes] != [part.co_qualname for part in shadow]:
        return flows
    for part, other in zip(codes, shadow, strict=True):
        flows[part] = _with_spans(flows[part], flow(other), spans)
    return flows


def _number(tree: ast.Module) -> Iterator[tuple[int, Span]]:
    """Give every node a line of its own, inner before outer; {line: where the node really is}."""
    nodes = [node for node in ast.walk(tree) if "lineno" in node._attributes]
    for number, node in enumerate(reversed(nodes), start=1):
        yield number, span_of(node)
        _place(node, number)
        # A method's call takes the line where the attribute ends (Python/compile.c,
        # `update_start_location_to_match_attr`).
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            node.func.end_lineno = number


def _place(node: ast.AST, number: int) -> None:
    for name in ("lineno", "end_lineno"):
        setattr(node, name, number)
    for name in ("col_offset", "end_col_offset"):
        setattr(node, name, 0)


def _with_spans(real: Flow, shadow: Flow, spans: dict[int, Span]) -> Flow:
    """The real flow with spans beside its branches."""
    own, other = list(_parts(real)), list(_parts(shadow))
    own_branches = [i for i, (_, part) in enumerate(own) if part.offset in real.branches]
    others = [i for i, (_, part) in enumerate(other) if part.offset in shadow.branches]
    if [own[i][0] for i in own_branches] != [other[i][0] for i in others]:
        return real
    found: dict[int, Span] = {}
    anchors = [(-1, -1), *zip(own_branches, others, strict=True), (len(own), len(other))]
    for (start, other_start), (end, other_end) in pairwise(anchors):
        if start >= 0:
            _take(found, own[start], other[other_start], spans)
        inside, beside = own[start + 1 : end], other[other_start + 1 : other_end]
        # Forwards from one branch, then backwards from the next, which is what counts more.
        for mine, its in ((inside, beside), (inside[::-1], beside[::-1])):
            for one, two in zip(mine, its, strict=False):
                if one[0] != two[0]:
                    break
                _take(found, one, two, spans)
    instructions = tuple(i._replace(span=found.get(i.offset)) for i in real.instructions)
    by_offset = {instruction.offset: instruction for instruction in instructions}
    return dataclasses.replace(real, instructions=instructions, by_offset=by_offset)


def _parts(graph: Flow) -> Iterator[tuple[str, Instruction]]:
    """Instructions by name, joined ones taken apart; only the first part has a position."""
    for instruction in graph.instructions:
        if instruction.name not in SKIPPED:
            first, *rest = PARTS.get(instruction.name, (instruction.name,))
            yield _family(first), instruction
            for name in rest:
                yield name, instruction._replace(line=None, offset=-1)


def _family(name: str) -> str:
    """Conditional jumps alike: which way one jumps can depend on lines."""
    if "_IF_" not in name:
        return name
    return "IF_NONE" if name.endswith("NONE") else "IF_TRUE"


def _take(
    found: dict[int, Span],
    one: tuple[str, Instruction],
    two: tuple[str, Instruction],
    spans: dict[int, Span],
) -> None:
    """The span of the shadow's node, by its line."""
    line = two[1].line
    if line is not None and line in spans:
        found[one[1].offset] = spans[line]
