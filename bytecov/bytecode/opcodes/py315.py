"""CPython 3.15 (Python/bytecodes.c): GET_ITER takes an oparg and serves `yield from` too."""

from bytecov.bytecode.opcodes import py314
from bytecov.bytecode.opcodes.table import derive

TABLE = derive(py314.TABLE, drop=["GET_YIELD_FROM_ITER"])
