"""What CPython 3.15 changed.  Effects as in Python/bytecodes.c of that version.

An iterator has a slot of its own above it on the host's stack, in which lists and their like
keep an index; in the interpreter it is always NULL.
"""

from bytecov.vm import emit
from bytecov.vm.operation import derive, own, shared
from bytecov.vm.ops import arguments as of
from bytecov.vm.ops import build, exceptions, generators, jumps, lazy, py314, stack

DIALECT = py314.DIALECT._replace(paired=True)

TABLE = derive(
    py314.TABLE,
    drop=["GET_YIELD_FROM_ITER"],
    # names
    LOAD_GLOBAL=shared(
        lazy.load_global,
        of.name_and_flag,
        emit.as_oparg(lambda oparg: oparg & ~1),
        py314.TABLE["LOAD_GLOBAL"].receive,
    ),
    LOAD_NAME=shared(lazy.load_name, of.name),
    # jumps
    GET_ITER=shared(
        jumps.get_iter_paired, emit=emit.get_iter, receive=build.pushes_with_null
    ),
    FOR_ITER=shared(
        jumps.for_iter_paired,
        of.jump,
        emit.for_iter_until("END_FOR", "POP_ITER", paired=True),
        jumps.step_paired,
        kept=1,
    ),
    POP_ITER=own(stack.pop_iter_paired),
    # exceptions
    CLEANUP_THROW=own(exceptions.cleanup_throw_paired),
    # generators and coroutines
    SEND=shared(
        generators.send_paired,
        of.jump,
        emit.send_until(*DIALECT.send_ends, paired=True),
        generators.receive_sent_paired,
        kept=1,
    ),
    YIELD_VALUE=shared(
        generators.yield_value_paired,
        generators.delegates,
        emit.yield_value_paired,
        generators.receive_yielded_paired,
        shape=generators.yield_operands,
    ),
    END_SEND=own(stack.end_send_paired),
)
