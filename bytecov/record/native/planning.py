"""From a code object to what is executed in its place, and the table that explains it."""

from collections.abc import Collection, Iterable
from types import CodeType
from typing import NamedTuple

from bytecov.flow.blocks import Flow, flow
from bytecov.model.edge import Edge, EdgeKind
from bytecov.model.hits import Hits
from bytecov.record.native.plan import Plan, behind_cleanup, ends_loop, plan
from bytecov.record.native.rewrite import rewrite
from bytecov.record.native.table import Arriving, Meaning, Table
from bytecov.record.paths.retests import split_retests


class Planned(NamedTuple):
    """What is executed for a code object, constants as they were; itself if nothing is needed.

    `is_split`: the table speaks of `split_retests(flow(code))`.
    """

    executed: CodeType
    table: Table
    is_split: bool


def plan_code(code: CodeType) -> Planned:
    """Plan one code object; those nested in it are left alone."""
    found = flow(code)
    way_back = split_retests(found)
    if way_back:
        found = flow(way_back.code)
    how = plan(found)
    executed = found.code
    meanings: tuple[Meaning, ...] = tuple(each.offset for each in found.instructions)
    if how.marked:
        executed, meanings = rewrite(found, how.marked)
    return Planned(executed, make_table(found, how, meanings), way_back is not None)


def unsplit(code: CodeType, hits: Hits) -> Hits:
    """The hits of `code` from those of `split_retests`."""
    way_back = split_retests(flow(code))
    assert way_back
    return way_back.restore(hits)


def make_table(flow: Flow, plan: Plan, meanings: tuple[Meaning, ...]) -> Table:
    """The table of code that is executed with `meanings`."""
    ended = {edge.destination: edge for edge in flow.edges if ends_loop(flow, edge)}
    beginning = tuple(_beginning(flow))
    first = next((i.offset for i in flow.instructions if i.offset > beginning[-1]), beginning[-1])
    return Table(
        meanings=meanings,
        blocks=tuple(tuple(each.offset for each in block.instructions) for block in flow.blocks),
        beginning=beginning,
        first=first,
        sure=plan.sure,
        arriving=tuple(_arriving(flow, edge, ended) for edge in plan.arriving),
        cleanup=tuple((edge, _cleanup(flow, edge)) for edge in sorted(set(ended.values()))),
    )


def _beginning(flow: Flow) -> Iterable[int]:
    """Offsets up to the first RESUME of a frame, which the host never tells.

    3.15: a generator expression has one RESUME in front of RETURN_GENERATOR and one behind it.
    """
    makes = next((one.offset for one in flow.instructions if one.name == "RETURN_GENERATOR"), -1)
    for each in flow.instructions:
        yield each.offset
        if each.name == "RESUME" and each.offset > makes:
            break


def _arriving(flow: Flow, edge: Edge, ended: Collection[int]) -> Arriving:
    if edge.destination in ended:
        block = flow.block_of[edge.destination]
        return Arriving(edge, tuple(each.offset for each in block.instructions), -1)
    untold = edge.kind is EdgeKind.RAISE or flow.by_offset[edge.source].name == "RESUME"
    return Arriving(edge, (edge.destination,), -1 if untold else edge.source)


def _cleanup(flow: Flow, edge: Edge) -> tuple[int, ...]:
    after = behind_cleanup(flow, edge.destination)
    block = flow.block_of[edge.destination]
    return tuple(each.offset for each in block.instructions if each.offset < after)
