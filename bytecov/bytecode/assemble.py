"""Code objects to symbolic items and back.

`assemble(*disassemble(code), code.co_firstlineno)` gives the bytes the compiler gave, for every
code object of the standard library (`python -m tests.bytecode.roundtrip_stdlib`).  Under
`-X no_debug_ranges` the line table has the same meaning in fewer entries (3.12+).
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, groupby, pairwise
from operator import add, itemgetter
from types import CodeType
from typing import Any, NamedTuple

from bytecov.bytecode.decode import decode
from bytecov.bytecode.exception_table import (
    ExceptionEntry,
    decode_exception_table,
    encode_exception_table,
)
from bytecov.bytecode.instruction import Instruction
from bytecov.bytecode.opcodes import running
from bytecov.bytecode.opcodes.numbers import CACHES, DIRECTION, EXTENDED_ARG, NUMBERS
from bytecov.bytecode.positions import NOWHERE, Position, encode_positions
from bytecov.bytecode.stack import stack_size
from bytecov.bytecode.symbolic import Item, Label, Protected
from bytecov.model.errors import VMError

__all__ = [
    "NOWHERE",
    "Assembled",
    "Item",
    "Label",
    "Position",
    "Protected",
    "assemble",
    "disassemble",
    "rebuild",
]


EMPTY = [bytes(2 * size) for size in CACHES]
"""The caches of each opcode, as the compiler leaves them."""


class Assembled(NamedTuple):
    """Parts of a code object, under the names that `CodeType.replace` knows."""

    co_code: bytes
    co_linetable: bytes
    co_exceptiontable: bytes
    co_stacksize: int


def disassemble(code: CodeType) -> tuple[list[Item | Label], list[Protected]]:
    """The instructions of `code`, labels where something points, and its protected regions."""
    labels: dict[int, Label] = {}

    def label(offset: int) -> Label:
        return labels.setdefault(offset, Label())

    positions = [Position._make(entry) for entry in code.co_positions()]
    items = [
        (
            instruction.offset,
            Item(
                instruction.name,
                instruction.oparg if (place := _place(instruction)) is None else label(place),
                positions[instruction.arg_offset >> 1],
                (instruction.arg_offset - instruction.offset >> 1) + 1,
            ),
        )
        for instruction in decode(code)
    ]
    protected = [
        Protected(label(entry.start), label(entry.end), label(entry.target), *entry[3:])
        for entry in decode_exception_table(code.co_exceptiontable)
    ]
    listing: list[Item | Label] = []
    for offset, item in items:
        if offset in labels:
            listing.append(labels.pop(offset))
        listing.append(item)
    listing += labels.values()  # the end
    return listing, protected


def assemble(
    items: Iterable[Item | Label],
    protected: Iterable[Protected],
    first_line: int,
    deepest: int | None = None,
) -> Assembled:
    """The bytes of `items`: caches inserted, EXTENDED_ARGs where an oparg needs them.

    `deepest` is the stack size, of a caller that knows it; to find it takes a walk over
    everything, which also finds what is wrong.

    VMError for what cannot be: an unknown opcode, a label that is nowhere, a jump against its
    direction, regions that overlap, a stack whose depth depends on the way taken.
    """
    plain, index = _separate(items)
    try:
        numbers = [NUMBERS[item.name] for item in plain]
        opargs, sizes, starts = _layout(plain, numbers, index)
        regions = [
            (index[region.start], index[region.end], index[region.handler], *region[3:])
            for region in protected
        ]
    except KeyError as missing:
        raise VMError(f"nothing is called {missing} here: neither opcode nor label") from None
    regions = sorted(region for region in regions if region[0] < region[1])
    entries = [
        ExceptionEntry(2 * starts[start], 2 * starts[end], 2 * starts[handler], depth, lasti)
        for start, end, handler, depth, lasti in regions
    ]
    handlers = [(handler, depth + lasti + 1) for _, _, handler, depth, lasti in regions]
    lengths = [after - start for start, after in pairwise(starts)]
    return Assembled(
        _emit(numbers, opargs, sizes),
        encode_positions(_runs(plain, lengths), first_line),
        encode_exception_table(_disjoint(entries)),
        stack_size(plain, index, handlers) if deepest is None else deepest,
    )


def rebuild(code: CodeType, assembled: Assembled, **replace: Any) -> CodeType:
    """`code` with `assembled` and whatever else `replace` names.

    Never less stack than before: the compiler's size is what the interpreter was tested with.
    """
    parts = assembled._asdict()
    parts["co_stacksize"] = max(code.co_stacksize, assembled.co_stacksize)
    return code.replace(**(parts | replace))


def _place(instruction: Instruction) -> int | None:
    """The offset that the oparg names, of jumps and of END_ASYNC_FOR (3.14+)."""
    if direction := DIRECTION[instruction.opcode]:
        return instruction.offset + instruction.size + 2 * direction * instruction.oparg
    return None


def _separate(items: Iterable[Item | Label]) -> tuple[list[Item], dict[Label, int]]:
    """The items alone, and {label: index of the item behind it}."""
    plain: list[Item] = []
    index: dict[Label, int] = {}
    for item in items:
        if isinstance(item, Label):
            index[item] = len(plain)
        else:
            plain.append(item)
    return plain, index


def _layout(
    items: Sequence[Item], numbers: Sequence[int], index: dict[Label, int]
) -> tuple[list[int], list[int], list[int]]:
    """For each item its oparg, its size without caches and its start; then the end.  Code units.

    Jumps start as small as they may be and grow until every oparg fits.
    """
    opargs = [0 if isinstance(item.oparg, Label) else item.oparg for item in items]
    sizes = [
        item.min_size if oparg < 0x100 else max(item.min_size, _needed(oparg))
        for item, oparg in zip(items, opargs, strict=True)
    ]
    caches = [CACHES[number] for number in numbers]
    jumps = [
        (at, index[item.oparg], DIRECTION[numbers[at]])
        for at, item in enumerate(items)
        if isinstance(item.oparg, Label)
    ]
    grown = True
    while grown:
        grown = False
        starts = list(accumulate(map(add, sizes, caches), initial=0))
        for at, to, direction in jumps:
            opargs[at] = oparg = direction * (starts[to] - starts[at + 1])
            if oparg < 0 or not direction:
                raise VMError(f"{items[at].name} (item {at}) cannot go to item {to}")
            if oparg >= 0x100 and (needed := _needed(oparg)) > sizes[at]:
                sizes[at] = needed
                grown = True
    return opargs, sizes, starts


def _needed(oparg: int) -> int:
    """Code units of an instruction with this oparg: 8 bits each."""
    return 1 if oparg < 0x100 else (oparg.bit_length() + 7) >> 3


def _emit(numbers: Sequence[int], opargs: Sequence[int], sizes: Sequence[int]) -> bytes:
    """`co_code`."""
    raw = bytearray()
    for number, oparg, size in zip(numbers, opargs, sizes, strict=True):
        for shift in range(8 * (size - 1), 0, -8):
            raw.append(EXTENDED_ARG)
            raw.append(oparg >> shift & 0xFF)
        raw.append(number)
        raw.append(oparg & 0xFF)
        raw += EMPTY[number]
    return bytes(raw)


def _runs(items: Sequence[Item], lengths: Sequence[int]) -> Iterator[tuple[int, Position]]:
    """(code units, their position), joined as this version's compiler joins them."""
    each = ((length, item.position) for item, length in zip(items, lengths, strict=True))
    if not running().joins_positions:
        yield from each
        return
    for position, run in groupby(each, itemgetter(1)):
        yield sum(length for length, _ in run), position


def _disjoint(entries: list[ExceptionEntry]) -> list[ExceptionEntry]:
    """The sorted entries; VMError where one starts before the last has ended."""
    for before, after in pairwise(entries):
        if after.start < before.end:
            raise VMError(f"protected regions overlap at offset {after.start}")
    return entries
