"""Take every code object of the standard library apart and put it together again.

    python -m tests.bytecode.roundtrip_stdlib [part of a path]

Prints how many differed, and how the computed stack sizes compare with the compiler's.
"""

import sys
import sysconfig
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import CodeType

from bytecov.bytecode.assemble import assemble, disassemble, rebuild
from bytecov.bytecode.nesting import walk
from bytecov.bytecode.positions import decode_positions

PARTS = ("co_code", "co_linetable", "co_exceptiontable")


def differences(code: CodeType) -> tuple[list[str], int]:
    """(what of `code` does not survive, the compiler's stack size less ours)"""
    assembled = assemble(*disassemble(code), code.co_firstlineno)
    rebuilt = rebuild(code, assembled)
    found = [part for part in PARTS if getattr(code, part) != getattr(rebuilt, part)]
    positions = [
        tuple(position)
        for units, position in decode_positions(code.co_linetable, code.co_firstlineno)
        for _ in range(units)
    ]
    if positions != list(code.co_positions()):
        found.append("positions")
    slack = code.co_stacksize - assembled.co_stacksize
    return ([*found, "co_stacksize"] if slack < 0 else found), slack


def codes(path: Path) -> Iterator[CodeType]:
    """The code objects of a file; none where it cannot be read or compiled."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = compile(path.read_bytes(), path, "exec", dont_inherit=True)
    except (OSError, SyntaxError, ValueError):
        return
    yield from walk(module)


def main(only: str = "") -> int:
    """1 where anything differed."""
    library = Path(sysconfig.get_path("stdlib"))
    failed, slacks = 0, Counter[int]()
    for path in sorted(library.rglob("*.py")):
        if "site-packages" in path.parts or only not in str(path):
            continue
        for code in codes(path):
            found, slack = differences(code)
            slacks[slack] += 1
            if found:
                failed += 1
                print(f"{path}:{code.co_firstlineno} {code.co_qualname}: {', '.join(found)}")
    print(f"{sys.version.split()[0]}: {slacks.total()} code objects, {failed} differ")
    print(f"compiler's stack size less ours: {dict(sorted(slacks.items()))}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
