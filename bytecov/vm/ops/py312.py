"""What CPython 3.12 changed.  Effects as in Python/bytecodes.c of that version."""

from bytecov.vm import emit
from bytecov.vm.operation import derive, host, own, shared
from bytecov.vm.ops import arguments as of
from bytecov.vm.ops import calls, exceptions, generators, jumps, names, operators, py311, stack

DIALECT = py311.DIALECT._replace(
    call=("CALL",),
    send_ends=("END_SEND",),
    less_than=2,  # above the operator, the mask that COMPARE_OP_INT tests
    jump_if_true="POP_JUMP_IF_TRUE",
)

TABLE = derive(
    py311.TABLE,
    drop=[
        "ASYNC_GEN_WRAP",
        "IMPORT_STAR",
        "JUMP_IF_FALSE_OR_POP",
        "JUMP_IF_TRUE_OR_POP",
        "LIST_TO_TUPLE",
        "LOAD_CLASSDEREF",
        "LOAD_METHOD",
        "POP_JUMP_BACKWARD_IF_FALSE",
        "POP_JUMP_BACKWARD_IF_NONE",
        "POP_JUMP_BACKWARD_IF_NOT_NONE",
        "POP_JUMP_BACKWARD_IF_TRUE",
        "POP_JUMP_FORWARD_IF_FALSE",
        "POP_JUMP_FORWARD_IF_NONE",
        "POP_JUMP_FORWARD_IF_NOT_NONE",
        "POP_JUMP_FORWARD_IF_TRUE",
        "PRECALL",
        "PREP_RERAISE_STAR",
        "PRINT_EXPR",
        "UNARY_POSITIVE",
    ],
    # names
    LOAD_FAST=own(names.load_fast_bound),
    LOAD_FAST_CHECK=shared(names.load_fast),
    LOAD_FAST_AND_CLEAR=own(names.load_fast_and_clear),
    LOAD_LOCALS=host("( -- locals)"),
    LOAD_FROM_DICT_OR_GLOBALS=host("(dict -- value)"),
    LOAD_FROM_DICT_OR_DEREF=host("(dict -- value)"),
    # attributes and items
    LOAD_ATTR=host(
        "(owner -- null[oparg & 1], value)",
        of.name_and_flag,
        emit.as_oparg(lambda oparg: oparg & ~1),
        names.receive_global,
    ),
    LOAD_SUPER_ATTR=shared(
        names.load_super_attr,
        of.super_call,
        emit.as_oparg(lambda oparg: oparg & ~1 | 2),  # 2: with class and self as operands
        names.receive_global,
    ),
    BINARY_SLICE=host("(container, start, stop -- result)"),
    STORE_SLICE=host("(value, container, start, stop -- )"),
    # operators
    COMPARE_OP=shared(operators.compare_op, operators.comparison(shift=4)),
    CALL_INTRINSIC_1=host("(value -- result)"),
    CALL_INTRINSIC_2=host("(first, second -- result)"),
    # jumps
    POP_JUMP_IF_TRUE=shared(jumps.pop_jump_if_true, of.jump, emit.truth, jumps.decide),
    POP_JUMP_IF_FALSE=shared(
        jumps.pop_jump_if_false, of.jump, emit.truth, jumps.receive_if_false
    ),
    POP_JUMP_IF_NONE=own(jumps.pop_jump_if_none, of.jump),
    POP_JUMP_IF_NOT_NONE=own(jumps.pop_jump_if_not_none, of.jump),
    FOR_ITER=shared(jumps.for_iter, of.jump, emit.for_iter_until("END_FOR"), jumps.step, kept=1),
    END_FOR=own(stack.end_for_two),
    # calls
    CALL=shared(calls.call, emit=emit.call_in(DIALECT)),
    # exceptions
    CLEANUP_THROW=own(exceptions.cleanup_throw),
    # generators and coroutines
    RETURN_CONST=own(generators.return_const, of.constant),
    YIELD_VALUE=host("(value -- sent)", emit=emit.yield_value, shape=generators.yield_operands),
    SEND=host(
        "(receiver, value -- receiver, result)",
        of.jump,
        emit.send_until(*DIALECT.send_ends),
        generators.receive_sent,
        kept=1,
    ),
    END_SEND=own(stack.end_send),
)
