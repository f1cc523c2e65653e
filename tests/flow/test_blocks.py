"""The conventions about edges that recorders and analysis share."""

import contextlib
import itertools
import signal
import textwrap
from functools import partial
from itertools import pairwise
from types import CodeType, FrameType

from bytecov.bytecode.assemble import assemble, disassemble, rebuild
from bytecov.bytecode.nesting import walk
from bytecov.bytecode.opcodes import running
from bytecov.bytecode.symbolic import Item, Label
from bytecov.flow.blocks import Flow, flow
from bytecov.model.edge import Edge, EdgeKind


def flow_of(source: str, name: str = "f") -> Flow:
    module = compile(textwrap.dedent(source), "<test>", "exec")
    return flow(next(code for code in walk(module) if code.co_name == name))


def named(found: Flow, name: str) -> list[int]:
    """Offsets of the instructions of a name."""
    return [one.offset for one in found.instructions if one.name == name]


def raised(found: Flow, offset: int) -> set[str]:
    """The names of the instructions that exceptions at an offset lead to."""
    edges = found.leaving[offset]
    return {found.by_offset[e.destination].name for e in edges if e.kind is EdgeKind.RAISE}


def branch(found: Flow, name: str) -> tuple[Edge, Edge]:
    """The NEXT and the JUMP edge of the only instruction of a name."""
    (offset,) = named(found, name)
    one, other = found.branches[offset]
    assert (one.kind, other.kind) == (EdgeKind.NEXT, EdgeKind.JUMP)
    return one, other


def invariants(found: Flow) -> None:
    """What holds in every flow."""
    assert [one for block in found.blocks for one in block.instructions] == [*found.instructions]
    assert {block.start for block in found.blocks} == found.leaders
    assert all(before.end == after.start for before, after in pairwise(found.blocks))
    lasts = {block.instructions[-1].offset for block in found.blocks}
    for edge in found.edges:
        assert edge.destination in found.leaders
        assert edge.source in (found.by_offset if edge.kind is EdgeKind.RAISE else lasts)
    for offset, edges in found.branches.items():
        assert [edge.source for edge in edges] == [offset, offset]
        assert found.edges >= set(edges)
    assert set(found.branches) == {
        one.offset for one in found.instructions if one.name in running().branches
    }


def test_invariants_on_a_real_module() -> None:
    with open(textwrap.__file__, "rb") as file:
        for code in walk(compile(file.read(), "<test>", "exec")):
            invariants(flow(code))


def test_straight_code_is_one_block() -> None:
    found = flow_of("def f(a):\n    b = a.c\n    return b")
    assert len(found.blocks) == 1
    assert found.edges == frozenset()
    assert found.branches == {}
    assert found.leaders == {0}


def test_if() -> None:
    found = flow_of("def f(a):\n    if a: g()\n    return a")
    (offset,) = found.branches
    taken, jumped = found.branches[offset]
    jump = found.by_offset[offset]
    assert taken == Edge(offset, offset + jump.size, EdgeKind.NEXT)
    assert jumped == Edge(offset, jump.target or 0, EdgeKind.JUMP)


def test_not_taken_lies_behind_the_next_edge() -> None:
    found = flow_of("def f(a):\n    if a: g()\n    return a")
    for offset in named(found, "NOT_TAKEN"):
        assert offset in found.leaders
        assert found.leaving[offset] == ()


def test_exhausted_for_jumps_to_its_target() -> None:
    found = flow_of("def f(a):\n    for b in a: g(b)\n    return 1")
    entered, exhausted = branch(found, "FOR_ITER")
    assert found.by_offset[entered.destination].name.startswith("STORE_FAST")
    target = found.by_offset[exhausted.destination]
    assert target.name == ("END_FOR" if "END_FOR" in running().names else "LOAD_CONST")


def test_send() -> None:
    found = flow_of("def f(a):\n    yield from a")
    going_on, done = branch(found, "SEND")
    assert found.by_offset[going_on.destination].name == "YIELD_VALUE"
    target = found.by_offset[done.destination].name
    assert target == ("END_SEND" if "END_SEND" in running().names else "POP_TOP")


def test_exhausted_async_for_is_a_raise_edge() -> None:
    found = flow_of("async def f(a):\n    async for b in a: g(b)\n    return 1")
    (end,) = named(found, "END_ASYNC_FOR")
    assert {edge.kind for edge in found.edges if edge.destination == end} == {EdgeKind.RAISE}
    assert not any(edge.kind is EdgeKind.JUMP for edge in found.leaving[end])
    (anext,) = named(found, "GET_ANEXT")
    (send,) = (offset for offset in named(found, "SEND") if offset > anext)
    assert raised(found, anext) == raised(found, send) == {"END_ASYNC_FOR"}


def test_falling_into_a_leader_is_a_next_edge() -> None:
    found = flow_of("def f(a):\n    while True:\n        g()")
    loops = {edge.destination for edge in found.edges if edge.kind is EdgeKind.JUMP}
    (head,) = loops
    falling = {edge for edge in found.edges if edge.kind is EdgeKind.NEXT}
    assert {edge.destination for edge in falling} == {head}
    assert found.branches == {}


def test_nothing_follows_return_and_raise() -> None:
    found = flow_of("def f(a):\n    if a: raise a\n    return 1")
    for name in running().leaves:
        for offset in named(found, name):
            assert found.leaving[offset] == ()
            assert found.block_of[offset].instructions[-1].offset == offset


TRY = """
def f(a, b):
    try:
        a = b
        a.c()
    except ValueError:
        a = 1
    return a
"""


def test_what_can_raise_leads_to_the_handler() -> None:
    found = flow_of(TRY)
    calls = named(found, "CALL")
    (store, *_) = named(found, "STORE_FAST")
    assert raised(found, calls[0]) == {"PUSH_EXC_INFO"}
    assert raised(found, store) <= {"PUSH_EXC_INFO"}
    assert raised(found, store) == set() or "STORE_FAST" in running().raising
    for offset in [*named(found, "NOP"), *named(found, "POP_TOP"), 0]:
        assert raised(found, offset) == set()


def test_the_innermost_handler_wins() -> None:
    found = flow_of("""
        def f(a):
            try:
                a.outer()
                try:
                    a.inner()
                finally:
                    a.cleanup()
            except ValueError:
                return 1
        """)
    handlers = {
        one.line: edge.destination
        for one in found.instructions
        if one.name == "CALL"
        for edge in found.leaving[one.offset]
        if edge.kind is EdgeKind.RAISE
    }
    outer, inner = handlers[4], handlers[6]
    assert outer != inner
    assert found.by_offset[outer].name == found.by_offset[inner].name == "PUSH_EXC_INFO"
    for one in found.instructions:
        edges = [e for e in found.leaving[one.offset] if e.kind is EdgeKind.RAISE]
        assert len(edges) <= 1 or one.name in ("JUMP_BACKWARD", "RESUME")


def test_extended_arguments_are_where_control_arrives() -> None:
    body = "\n".join(f"        g{i}.h(a)" for i in range(300))
    found = flow_of(f"def f(a):\n    while a:\n{body}")
    invariants(found)
    longs = {one.offset for one in found.instructions if one.arg_offset > one.offset}
    assert {edge.source for edge in found.edges} & longs


def test_dead_code_has_blocks_and_no_way_in() -> None:
    code: CodeType = flow_of("def f(a):\n    return a").code
    items, protected = disassemble(code)
    after = Label()
    dead: list[Item | Label] = [after, Item("LOAD_CONST"), Item("RETURN_VALUE")]
    found = flow(rebuild(code, assemble([*items, *dead], protected, 1)))
    invariants(found)
    assert len(found.blocks) == 2
    assert found.graph.reachable == {0}


def test_graphs() -> None:
    found = flow_of(TRY)
    handlers = {
        edge.destination
        for edge in found.leaving[named(found, "CALL")[0]]
        if edge.kind is EdgeKind.RAISE
    }
    assert handlers <= found.graph.reachable
    assert not handlers & found.normal_graph.reachable


class Interrupted(Exception):
    """What our signal handler raises, as Ctrl-C raises KeyboardInterrupt."""


def spin(n: int) -> BaseException | None:
    """Loops of several forms, one of them the first thing in its `try`."""
    try:
        while n:
            pass
        for _ in itertools.count():
            if not n:
                continue
    except Interrupted as error:
        return error
    return None


def endless() -> BaseException | None:
    while True:
        try:
            while True:
                pass
        except Interrupted as error:
            return error


def test_interrupts_leave_by_raise_edges() -> None:
    def interrupt(_signal: int, frame: FrameType | None) -> None:
        raise Interrupted

    found = {code: flow(code) for code in (spin.__code__, endless.__code__)}
    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        for action in [partial(spin, 0), partial(spin, 1), partial(endless)] * 10:
            error = None
            with contextlib.suppress(Interrupted):  # outside of the protected range
                signal.setitimer(signal.ITIMER_REAL, 0.002)
                error = action()
            if error is not None and error.__traceback__ is not None:
                at = error.__traceback__.tb_lasti
                edges = found[error.__traceback__.tb_frame.f_code].leaving[at]
                assert any(edge.kind is EdgeKind.RAISE for edge in edges), (action, at)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
