"""The instruction set of CPython 3.11.  Effects as in Python/ceval.c of that version."""

from bytecov.vm import emit
from bytecov.vm.operation import Table, host, own, shared
from bytecov.vm.ops import arguments as of
from bytecov.vm.ops import build, calls, exceptions, generators, jumps, names, operators, stack

DIALECT = emit.Dialect(
    null_first=True,
    call=("PRECALL", "CALL"),
    send_ends=(),
    paired=False,
    load_cell="LOAD_CLOSURE",
    less_than=0,
    jump_if_true="POP_JUMP_FORWARD_IF_TRUE",
)

TABLE: Table = {
    # stack
    "NOP": own(stack.nop),
    "RESUME": own(stack.resume, of.resumption),
    "POP_TOP": own(stack.pop_top),
    "PUSH_NULL": own(stack.push_null),
    "COPY": own(stack.copy),
    "SWAP": own(stack.swap),
    "LOAD_CONST": own(stack.load_const, of.constant),
    # names
    "LOAD_FAST": shared(names.load_fast),
    "STORE_FAST": own(names.store_fast),
    "DELETE_FAST": shared(names.delete_fast),
    "MAKE_CELL": own(names.make_cell),
    "COPY_FREE_VARS": own(stack.nop),
    "LOAD_CLOSURE": own(names.load_closure),
    "LOAD_DEREF": shared(names.load_deref),
    "STORE_DEREF": own(names.store_deref),
    "DELETE_DEREF": host("( -- )"),
    "LOAD_CLASSDEREF": host("( -- value)"),
    "LOAD_NAME": shared(names.load_name, of.name),
    "STORE_NAME": shared(names.store_name, of.name),
    "DELETE_NAME": host("( -- )"),
    "LOAD_GLOBAL": shared(
        names.load_global,
        of.name_and_flag,
        emit.as_oparg(lambda oparg: oparg & ~1),
        names.receive_global,
    ),
    "STORE_GLOBAL": own(names.store_global, of.name),
    "DELETE_GLOBAL": host("( -- )"),
    "SETUP_ANNOTATIONS": host("( -- )"),
    # attributes and items
    "LOAD_ATTR": host("(owner -- value)"),
    "LOAD_METHOD": host(
        "(owner -- null, method)",
        lambda layout, index: ("", True),
        emit.as_oparg(lambda oparg: oparg, "LOAD_ATTR"),
        names.receive_global,
    ),
    "STORE_ATTR": host("(value, owner -- )"),
    "DELETE_ATTR": host("(owner -- )"),
    "BINARY_SUBSCR": shared(operators.binary_subscr),
    "STORE_SUBSCR": shared(operators.store_subscr),
    "DELETE_SUBSCR": host("(container, key -- )"),
    # operators
    "UNARY_POSITIVE": host("(value -- result)"),
    "UNARY_NEGATIVE": host("(value -- result)"),
    "UNARY_INVERT": host("(value -- result)"),
    "UNARY_NOT": shared(operators.unary_not),
    "BINARY_OP": shared(operators.binary_op, operators.binary),
    "COMPARE_OP": shared(operators.compare_op, operators.comparison(shift=0)),
    "IS_OP": own(operators.is_op),
    "CONTAINS_OP": shared(operators.contains_op),
    # building and taking apart
    "BUILD_TUPLE": own(build.build_tuple),
    "BUILD_LIST": own(build.build_list),
    "BUILD_SET": host("(values[oparg] -- set)"),
    "BUILD_MAP": host("(items[2*oparg] -- dict)"),
    "BUILD_CONST_KEY_MAP": host("(values[oparg], keys -- dict)"),
    "BUILD_STRING": host("(parts[oparg] -- string)"),
    "BUILD_SLICE": host("(bounds[oparg] -- slice)"),
    "FORMAT_VALUE": host("(value, spec[oparg >> 2 & 1] -- string)"),
    "LIST_TO_TUPLE": own(build.list_to_tuple),
    "LIST_APPEND": own(build.list_append),
    "SET_ADD": host("(set, others[oparg-1], value -- set, others[oparg-1])"),
    "MAP_ADD": host("(dict, others[oparg-1], key, value -- dict, others[oparg-1])"),
    "LIST_EXTEND": host("(list, others[oparg-1], more -- list, others[oparg-1])"),
    "SET_UPDATE": host("(set, others[oparg-1], more -- set, others[oparg-1])"),
    "DICT_UPDATE": host("(dict, others[oparg-1], more -- dict, others[oparg-1])"),
    "DICT_MERGE": host(
        "(callable, args, dict, others[oparg-1], more -- callable, args, dict, others[oparg-1])"
    ),
    "UNPACK_SEQUENCE": host("(sequence -- values[oparg])"),
    "UNPACK_EX": host("(iterable -- values[(oparg & 255) + 1 + (oparg >> 8)])"),
    # jumps
    "JUMP_FORWARD": own(jumps.jump_to, of.jump),
    "JUMP_BACKWARD": own(jumps.jump_to, of.jump),
    "JUMP_BACKWARD_NO_INTERRUPT": own(jumps.jump_to, of.jump),
    **{
        f"POP_JUMP_{direction}_IF_{test}": operation
        for direction in ("FORWARD", "BACKWARD")
        for test, operation in {
            "TRUE": shared(
                jumps.pop_jump_if_true, of.jump, emit.truth, jumps.decide
            ),
            "FALSE": shared(
                jumps.pop_jump_if_false, of.jump, emit.truth, jumps.receive_if_false
            ),
            "NONE": own(jumps.pop_jump_if_none, of.jump),
            "NOT_NONE": own(jumps.pop_jump_if_not_none, of.jump),
        }.items()
    },
    "JUMP_IF_TRUE_OR_POP": shared(
        jumps.jump_if_true_or_pop, of.jump, emit.value_and_truth, jumps.receive_true_or_pop
    ),
    "JUMP_IF_FALSE_OR_POP": shared(
        jumps.jump_if_false_or_pop, of.jump, emit.value_and_truth, jumps.receive_false_or_pop
    ),
    "GET_ITER": host("(iterable -- iterator)"),
    "FOR_ITER": shared(
        jumps.for_iter_popping, of.jump, emit.for_iter_until(), jumps.step_popping, kept=1
    ),
    # calls, functions, classes, modules
    "KW_NAMES": own(stack.nop),
    "PRECALL": own(stack.nop),
    "CALL": shared(calls.call, emit=emit.call_in(DIALECT)),
    "CALL_FUNCTION_EX": shared(calls.call_function_ex, emit=emit.call_function_ex_null_first),
    "MAKE_FUNCTION": host(
        "(parts[(oparg & 1) + (oparg >> 1 & 1) + (oparg >> 2 & 1) + (oparg >> 3 & 1)], code"
        " -- function)"
    ),
    "LOAD_BUILD_CLASS": host("( -- builder)"),
    "IMPORT_NAME": host("(level, names -- module)"),
    "IMPORT_FROM": host("(module -- module, value)"),
    "IMPORT_STAR": host("(module -- )"),
    "PRINT_EXPR": host("(value -- )"),
    # exceptions and with
    "RAISE_VARARGS": host("(args[oparg] -- )"),
    "RERAISE": shared(
        exceptions.reraise,
        emit=emit.reraise,
        shape=lambda layout, index: (1, 0),
        hosted=lambda oparg: oparg == 0,
    ),
    "PUSH_EXC_INFO": host("(exception -- previous, exception)"),
    "POP_EXCEPT": host("(previous -- )"),
    "CHECK_EXC_MATCH": shared(exceptions.check_exc_match),
    "CHECK_EG_MATCH": host("(group, kind -- rest, matched)"),
    "PREP_RERAISE_STAR": host("(original, raised -- exception)"),
    "LOAD_ASSERTION_ERROR": own(exceptions.load_assertion_error),
    "BEFORE_WITH": host("(manager -- exit, value)"),
    "WITH_EXCEPT_START": host(
        "(exit, lasti, previous, exception -- exit, lasti, previous, exception, suppressed)"
    ),
    # match
    "MATCH_SEQUENCE": host("(subject -- subject, matched)"),
    "MATCH_MAPPING": host("(subject -- subject, matched)"),
    "MATCH_KEYS": host("(subject, keys -- subject, keys, values)"),
    "MATCH_CLASS": host("(subject, kind, names -- attributes)"),
    "GET_LEN": host("(subject -- subject, length)"),
    # generators and coroutines
    "RETURN_VALUE": own(generators.return_value),
    "RETURN_GENERATOR": own(stack.nop),
    "YIELD_VALUE": host(
        "(value -- sent)",
        generators.sending_jump,
        emit.yield_value_311,
        generators.receive_yielded_311,
        shape=generators.yield_operands,
    ),
    "ASYNC_GEN_WRAP": host("(value -- wrapped)"),
    "SEND": host(
        "(receiver, value -- receiver[1 - jump], result)",
        of.jump,
        emit.send_until(*DIALECT.send_ends),
        generators.receive_sent_popping,
        kept=1,
    ),
    "GET_YIELD_FROM_ITER": host("(iterable -- iterator)"),
    "GET_AWAITABLE": host("(value -- iterator)"),
    "GET_AITER": host("(value -- iterator)"),
    "GET_ANEXT": host("(iterator -- iterator, awaitable)"),
    "END_ASYNC_FOR": own(exceptions.end_async_for),
    "BEFORE_ASYNC_WITH": host("(manager -- exit, awaitable)"),
}
