"""Code objects that a program makes of measured ones.

Events are local to a code object; a copy that `code.replace` made has none.  The one place of
the standard library that copies a function's code is `types.coroutine`, which adds a flag.
"""

import types
from collections.abc import Callable
from functools import wraps
from types import CodeType
from typing import Any

Adopt = Callable[[CodeType, CodeType], None]


def follow_copies(adopt: Adopt) -> Callable[[], None]:
    """`adopt(code, copy)` for every copy that `types.coroutine` makes, until what is returned is
    called."""
    make = types.coroutine

    @wraps(make)
    def coroutine(func: Any) -> Any:
        before = getattr(func, "__code__", None)
        made = make(func)
        after = getattr(made, "__code__", None)
        if isinstance(before, CodeType) and isinstance(after, CodeType) and after is not before:
            adopt(before, after)
        return made

    types.coroutine = coroutine

    def restore() -> None:
        if types.coroutine is coroutine:
            types.coroutine = make

    return restore
