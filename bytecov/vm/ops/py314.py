"""What CPython 3.14 changed.  Effects as in Python/bytecodes.c of that version."""

from bytecov.vm import emit
from bytecov.vm.operation import derive, host, own, shared
from bytecov.vm.ops import arguments as of
from bytecov.vm.ops import build, calls, jumps, names, operators, py313, stack

DIALECT = py313.DIALECT

TABLE = derive(
    py313.TABLE,
    drop=[
        "BEFORE_ASYNC_WITH",
        "BEFORE_WITH",
        "BINARY_SUBSCR",
        "BUILD_CONST_KEY_MAP",
        "LOAD_ASSERTION_ERROR",
        "RETURN_CONST",
    ],
    # stack
    LOAD_SMALL_INT=own(stack.load_const),
    LOAD_COMMON_CONSTANT=own(stack.load_const, of.common_constant),
    NOT_TAKEN=own(stack.nop),
    # names
    LOAD_FAST_BORROW=own(names.load_fast_bound),
    LOAD_FAST_BORROW_LOAD_FAST_BORROW=own(names.load_fast_load_fast, of.two_slots),
    # operators
    BINARY_OP=shared(operators.binary_op_or_subscr, operators.binary),
    # building
    BUILD_INTERPOLATION=host("(value, source, spec[oparg & 1] -- interpolation)"),
    BUILD_TEMPLATE=host("(strings, interpolations -- template)"),
    # jumps
    FOR_ITER=shared(
        jumps.for_iter, of.jump, emit.for_iter_until("END_FOR", "POP_ITER"), jumps.step, kept=1
    ),
    POP_ITER=own(stack.pop_top),
    # calls
    CALL_FUNCTION_EX=shared(
        calls.call_function_ex_or_null,
        of.has_keywords,
        emit.call_function_ex_or_null,
        shape=calls.function_ex_operands,
    ),
    # with
    LOAD_SPECIAL=host(
        "(owner -- attribute, null)",
        emit=emit.load_special(calls.special),
        receive=build.pushes_with_null,
    ),
    WITH_EXCEPT_START=shared(
        calls.with_except_start,
        emit=emit.with_except_start,
        receive=build.pushes,
        shape=calls.exit_operands,
    ),
)
