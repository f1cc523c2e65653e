"""The tables of operations against the running interpreter's own account of its opcodes."""

import dis
import opcode
from types import CodeType

import pytest

from bytecov.vm import ops
from bytecov.vm.effect import Effect
from bytecov.vm.layout import Layout

TABLE = ops.running().table

FOLDED = {"CACHE", "EXTENDED_ARG"}
"""Decoding makes them part of the instruction they serve."""

INTERNAL = {"ENTER_EXECUTOR", "EXIT_INIT_CHECK", "INTERPRETER_EXIT", "RESERVED", "TRACE_RECORD"}
"""The interpreter's own; `co_code` never shows them."""

UNTOLD = {
    # dis speaks of the generator that is made, we of what the frame does: nothing.
    "RETURN_GENERATOR",
    # dis gives what an interrupted frame has left; handlers of ours find the stack cut already.
    "PUSH_EXC_INFO",
    # 3.14+: dis counts what the caller gets.
    "RETURN_VALUE",
    # 3.11: dis shares out what the two do together.
    "PRECALL",
    "CALL",
}
"""Opcodes of which `dis.stack_effect` tells something else."""


def in_code() -> set[str]:
    """The opcodes that `co_code` can show."""
    hidden = FOLDED | INTERNAL | set(getattr(opcode, "_specialized_opmap", ()))
    hidden |= set(getattr(opcode, "_specialized_instructions", ()))
    return {
        name
        for name, number in dis.opmap.items()
        if number < 256 and not name.startswith("INSTRUMENTED_") and name not in hidden
    }


def test_the_table_has_exactly_the_running_opcodes() -> None:
    assert set(TABLE) == in_code()


@pytest.mark.parametrize("name", sorted(set(TABLE) - UNTOLD))
def test_effects_are_those_of_dis(name: str) -> None:
    number, effect = dis.opmap[name], TABLE[name].effect
    checked = 0
    for oparg in opargs(name):
        for jump in (True, False):
            expected = dis.stack_effect(number, oparg, jump=jump)
            got = effect.outputs(oparg, jump) - effect.inputs(oparg)
            assert got == expected, f"{name} {oparg}, jump={jump}: {effect.text}"
            checked += 1
    assert checked


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_calls(count: int) -> None:
    names = [name for name in ("PRECALL", "CALL") if name in TABLE]
    effects = [TABLE[name].effect for name in names]
    expected = sum(dis.stack_effect(dis.opmap[name], count) for name in names)
    assert sum(each.outputs(count) - each.inputs(count) for each in effects) == expected


def opargs(name: str) -> list[int | None]:
    """Operands that the compiler makes; None for opcodes without."""
    if dis.opmap[name] < dis.HAVE_ARGUMENT:
        return [None]
    return {
        "RERAISE": [0, 1],
        "RAISE_VARARGS": [0, 1, 2],
        "COPY": [1, 2, 5],
        "SWAP": [2, 3, 5],
        "BUILD_SLICE": [2, 3],
        "MAKE_FUNCTION": list(range(16)),
        "UNPACK_EX": [0, 1, 2, 1 << 8, 3 + (2 << 8)],
        "LIST_APPEND": [1, 2, 3],
        "SET_ADD": [1, 2, 3],
        "MAP_ADD": [1, 2, 3],
    }.get(name, [1, 2, 3, 4, 5, 8])


@pytest.mark.parametrize("name", sorted(TABLE))
def test_operations_are_whole(name: str) -> None:
    operation = TABLE[name]
    assert operation.function is not None or operation.emit is not None
    assert operation.effect.text.count("--") == 1


def test_every_function_says_its_effect() -> None:
    for name, operation in TABLE.items():
        if operation.function is not None and operation.shape is None:
            first = (operation.function.__doc__ or "").partition("\n")[0].strip()
            assert first.startswith("("), name
            assert operation.effect == Effect(first), name


def test_effect() -> None:
    effect = Effect("(callable, null, args[oparg], extra[oparg & 1] -- result[1 - jump], null)")
    assert effect.inputs(3) == 6
    assert effect.values(2) == 3
    assert effect.outputs(3) == 2
    assert effect.outputs(3, jump=True) == 1


def test_layout() -> None:
    code = compile("for x in y:\n    try: z\n    except a: b", "<t>", "exec")
    layout = Layout(code)
    loop = next(i for i, each in enumerate(layout.instructions) if each.name == "FOR_ITER")
    assert layout.instructions[layout.jumps[loop].target].offset == layout.instructions[loop].target
    assert layout.handlers[loop] is None
    assert any(each is not None for each in layout.handlers)
    counters = [each for jump in layout.jumps.values() for each in jump[1:]]
    counters += layout.resumes.values()
    assert len(set(counters)) == len(counters) == layout.counters - 1
    assert isinstance(layout.code, CodeType)
