"""What CPython 3.13 changed.  Effects as in Python/bytecodes.c of that version."""

from bytecov.vm import emit
from bytecov.vm.operation import derive, host, own, shared
from bytecov.vm.ops import arguments as of
from bytecov.vm.ops import calls, jumps, names, operators, py312, stack

DIALECT = py312.DIALECT._replace(
    null_first=False,
    load_cell="LOAD_FAST",
    less_than=18,  # with the bit that asks for an exact bool
)

TABLE = derive(
    py312.TABLE,
    drop=["FORMAT_VALUE", "KW_NAMES", "LOAD_CLOSURE"],
    # names
    LOAD_FAST_LOAD_FAST=own(names.load_fast_load_fast, of.two_slots),
    STORE_FAST_LOAD_FAST=own(names.store_fast_load_fast, of.two_slots),
    STORE_FAST_STORE_FAST=own(names.store_fast_store_fast, of.two_slots),
    LOAD_GLOBAL=shared(
        names.load_global_null_last,
        of.name_and_flag,
        emit.as_oparg(lambda oparg: oparg & ~1),
        names.receive_null_last,
    ),
    # attributes
    LOAD_ATTR=host(
        "(owner -- value, null[oparg & 1])",
        of.name_and_flag,
        emit.as_oparg(lambda oparg: oparg & ~1),
        names.receive_null_last,
    ),
    LOAD_SUPER_ATTR=shared(
        names.load_super_attr_null_last,
        of.super_call,
        emit.as_oparg(lambda oparg: oparg & ~1 | 2),  # 2: with class and self as operands
        names.receive_null_last,
    ),
    # operators
    COMPARE_OP=shared(operators.compare_op, operators.comparison(shift=5)),
    TO_BOOL=shared(operators.to_bool),
    UNARY_NOT=own(operators.not_exact),
    CONVERT_VALUE=host("(value -- string)"),
    FORMAT_SIMPLE=host("(value -- string)"),
    FORMAT_WITH_SPEC=host("(value, spec -- string)"),
    # building
    DICT_MERGE=host(
        "(callable, none, args, dict, others[oparg-1], more"
        " -- callable, none, args, dict, others[oparg-1])"
    ),
    # jumps: TO_BOOL or a comparison has made an exact bool
    POP_JUMP_IF_TRUE=own(jumps.pop_jump_if_true_exact, of.jump),
    POP_JUMP_IF_FALSE=own(jumps.pop_jump_if_false_exact, of.jump),
    FOR_ITER=shared(
        jumps.for_iter, of.jump, emit.for_iter_until("END_FOR", "POP_TOP"), jumps.step, kept=1
    ),
    END_FOR=own(stack.pop_top),
    # calls and functions
    CALL=shared(calls.call_null_second, emit=emit.call_in(DIALECT)),
    CALL_KW=shared(calls.call_kw, emit=emit.call_kw),
    CALL_FUNCTION_EX=shared(
        calls.call_function_ex_null_second, emit=emit.call_function_ex_null_second
    ),
    MAKE_FUNCTION=host("(code -- function)"),
    SET_FUNCTION_ATTRIBUTE=host("(attribute, function -- function)"),
)
