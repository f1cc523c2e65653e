"""CPython 3.13 (Python/bytecodes.c): TO_BOOL before every truth test, superinstructions."""

from bytecov.bytecode.opcodes import py312
from bytecov.bytecode.opcodes.table import LOOP, PLAIN, SILENT, SILENT_BRANCH, Kind, derive

# JUMP_BACKWARD answers signals before it jumps; the conditional jumps take a bool.
# RESUME: a suspended generator stands there, so `tb_lasti` of what throw() raises names it, but
# the handler is YIELD_VALUE's (Python/ceval.c, `resume_with_error`).
TABLE = derive(
    py312.TABLE,
    drop=["FORMAT_VALUE", "KW_NAMES", "LOAD_CLOSURE"],
    CALL_KW=PLAIN,
    CONVERT_VALUE=PLAIN,
    FORMAT_SIMPLE=PLAIN,
    FORMAT_WITH_SPEC=PLAIN,
    JUMP_BACKWARD=LOOP,
    LOAD_FAST_LOAD_FAST=SILENT,
    POP_JUMP_IF_FALSE=SILENT_BRANCH,
    POP_JUMP_IF_TRUE=SILENT_BRANCH,
    RESUME=Kind(idle=True, late=True),
    SET_FUNCTION_ATTRIBUTE=PLAIN,
    STORE_FAST_LOAD_FAST=SILENT,
    STORE_FAST_STORE_FAST=SILENT,
    TO_BOOL=PLAIN,
    UNARY_NOT=SILENT,
)
