"""Symbolic code: exact round trips, and code that has been changed."""

import sysconfig
import textwrap
from pathlib import Path
from types import FunctionType

import pytest

from bytecov.bytecode.assemble import assemble, disassemble, rebuild
from bytecov.bytecode.decode import decode
from bytecov.bytecode.symbolic import Item, Label, Protected
from bytecov.model.errors import VMError
from tests.bytecode import roundtrip_stdlib

LIBRARY = Path(sysconfig.get_path("stdlib"))
SAMPLE = sorted(LIBRARY.glob("[a-d]*.py"))[:30] + sorted(LIBRARY.glob("asyncio/*.py"))[:30]


def function(source: str) -> FunctionType:
    namespace: dict[str, FunctionType] = {}
    exec(textwrap.dedent(source), namespace)
    return namespace["f"]


@pytest.mark.parametrize("path", SAMPLE, ids=lambda path: path.stem)
def test_round_trip(path: Path) -> None:
    for code in roundtrip_stdlib.codes(path):
        found, slack = roundtrip_stdlib.differences(code)
        assert not found, code
        assert slack <= 1, code


@pytest.mark.corpus
def test_round_trip_of_the_standard_library() -> None:
    assert roundtrip_stdlib.main() == 0


LOOP = """
def f(n):
    found = []
    for i in range(n):
        try:
            if i % 3 and i % 5:
                continue
            found.append(10 // (i - 6))
        except ZeroDivisionError as error:
            found.append(str(error))
        finally:
            found.append(-i)
    return found, [x for x in found if x != 0]
"""


@pytest.mark.parametrize("padding", [1, 20, 300, 70_000])
def test_padding_moves_everything_and_changes_nothing(padding: int) -> None:
    """NOPs before every label make jumps and protected ranges need one, two, three bytes."""
    original = function(LOOP)
    items, protected = disassemble(original.__code__)
    padded: list[Item | Label] = []
    budget = padding
    for item in items:
        if isinstance(item, Label) and budget:
            padded += [Item("NOP")] * (budget := min(budget, padding))
            budget = 0 if padding > 1000 else padding
        padded.append(item)
    code = rebuild(original.__code__, assemble(padded, protected, original.__code__.co_firstlineno))
    assert len(code.co_code) > len(original.__code__.co_code)
    assert FunctionType(code, globals())(20) == original(20)


def test_generators_and_coroutines_survive_padding() -> None:
    original = function("""
        def f(n):
            def inner():
                try:
                    got = yield n
                    yield got
                except ValueError:
                    yield "caught"
            yield from inner()
            yield "end"
        """)
    items, protected = disassemble(original.__code__)
    padded = [one for item in items for one in (item, Item("NOP")) if keep(item, one)]
    code = rebuild(original.__code__, assemble(padded, protected, 1))
    assert list(FunctionType(code, globals())(3)) == [3, None, "end"]


def keep(item: Item | Label, one: Item | Label) -> bool:
    """NOPs go behind labels only: SEND counts on the YIELD_VALUE behind it (3.11)."""
    return one is item or isinstance(item, Label)


def jump(name: str, *rest: Item, before: bool = False) -> bytes:
    """The code of one jump over, or back over, `rest`."""
    label = Label()
    items: list[Item | Label] = [Item(name, label), *rest, label, Item("NOP")]
    if before:
        items = [label, *rest, Item(name, label)]
    return assemble(items, (), 1).co_code


def test_jumps_grow_until_they_fit() -> None:
    nop = Item("NOP")
    short, long, longer = (jump("JUMP_FORWARD", *[nop] * n) for n in (255, 256, 65_536))
    assert [len(code) - 2 * n - 2 for code, n in ((short, 255), (long, 256), (longer, 65_536))] == [
        2,
        4,
        6,
    ]
    near, far = (jump("JUMP_BACKWARD", *[nop] * n, before=True) for n in (10, 300))
    assert len(far) - len(near) == 2 * 290 + 2


def test_a_growing_jump_pushes_another_over_the_limit() -> None:
    outer, inner = Label(), Label()
    nops = [Item("NOP")] * 254
    # The inner jump grows by one unit and moves the outer's target from 255 to 256 units away.
    items: list[Item | Label] = [
        Item("JUMP_FORWARD", outer),
        Item("JUMP_FORWARD", inner),
        *nops,
        outer,
        *nops[:100],
        inner,
        Item("NOP"),
    ]
    code = rebuild(function(LOOP).__code__, assemble(items, (), 1))
    assert [one.size for one in decode(code)][:2] == [4, 4]


def test_jump_against_its_direction() -> None:
    with pytest.raises(VMError, match=r"JUMP_FORWARD .* cannot go to item 0"):
        jump("JUMP_FORWARD", before=True)
    with pytest.raises(VMError, match=r"JUMP_BACKWARD .* cannot go"):
        jump("JUMP_BACKWARD", Item("NOP"))


def test_what_is_not_there() -> None:
    with pytest.raises(VMError, match="NO_SUCH_OPCODE"):
        assemble([Item("NO_SUCH_OPCODE")], (), 1)
    with pytest.raises(VMError, match="Label"):
        assemble([Item("JUMP_FORWARD", Label())], (), 1)


def regions(*bounds: tuple[int, int]) -> bytes:
    """The table of regions (first item, end) over ten NOPs."""
    labels, handler = [Label() for _ in range(10)], Label()
    items: list[Item | Label] = [part for label in labels for part in (label, Item("NOP"))]
    leave: list[Item | Label] = [Item("LOAD_CONST"), Item("RETURN_VALUE"), handler, Item("RERAISE")]
    protected = [Protected(labels[a], labels[b], handler, 0, False) for a, b in bounds]
    return assemble([*items, *leave], protected, 1).co_exceptiontable


def test_regions_are_sorted_and_empty_ones_vanish() -> None:
    assert regions((4, 6), (1, 3), (2, 2)) == regions((1, 3), (4, 6))
    assert regions((2, 2)) == b""


def test_regions_do_not_overlap() -> None:
    with pytest.raises(VMError, match="overlap at offset 4"):
        regions((1, 3), (2, 5))


def test_stack_size_counts_handlers() -> None:
    start, end, handler = Label(), Label(), Label()
    items: list[Item | Label] = [
        start,
        Item("NOP"),
        end,
        Item("LOAD_CONST"),
        Item("RETURN_VALUE"),
        handler,
        Item("PUSH_EXC_INFO"),
        Item("RERAISE", 0),
    ]
    # depth 2, the offset, the exception, and the one that was handled before
    assert assemble(items, [Protected(start, end, handler, 2, True)], 1).co_stacksize == 5
    assert assemble(items, (), 1).co_stacksize == 1


def test_stack_depth_must_not_depend_on_the_way() -> None:
    label = Label()
    items: list[Item | Label] = [label, Item("LOAD_CONST"), Item("JUMP_BACKWARD", label)]
    with pytest.raises(VMError, match="finds 0 or 1 values"):
        assemble(items, (), 1)
    with pytest.raises(VMError, match="takes more than the stack holds"):
        assemble([Item("POP_TOP")], (), 1)


def test_rebuild_keeps_the_larger_stack_and_replaces_the_rest() -> None:
    code = function(LOOP).__code__
    assembled = assemble(*disassemble(code), code.co_firstlineno)
    roomy = code.replace(co_stacksize=code.co_stacksize + 10)
    assert rebuild(roomy, assembled).co_stacksize == code.co_stacksize + 10
    assert rebuild(code, assembled._replace(co_stacksize=99)).co_stacksize == 99
    assert rebuild(code, assembled, co_name="g").co_name == "g"
