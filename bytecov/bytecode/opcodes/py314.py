"""CPython 3.14 (Python/bytecodes.c): borrowed references, template strings, NOT_TAKEN."""

from bytecov.bytecode.opcodes import py313
from bytecov.bytecode.opcodes.table import IDLE, PLAIN, SILENT, Kind, derive

# END_ASYNC_FOR names the END_SEND of its loop for sys.monitoring; it does not go there.
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
    BUILD_INTERPOLATION=PLAIN,
    BUILD_TEMPLATE=PLAIN,
    END_ASYNC_FOR=Kind(direction=-1),
    LOAD_COMMON_CONSTANT=SILENT,
    LOAD_FAST_BORROW=SILENT,
    LOAD_FAST_BORROW_LOAD_FAST_BORROW=SILENT,
    LOAD_SMALL_INT=SILENT,
    LOAD_SPECIAL=PLAIN,
    NOT_TAKEN=IDLE,
    POP_ITER=SILENT,
)
