"""`bytecov dis` and `cfg`: code objects, with what ran beside them."""

import argparse
import contextlib
import difflib
import os
import resource
import signal
import warnings
from collections.abc import Callable
from pathlib import Path
from types import CodeType
from typing import NoReturn

from bytecov.cli.options import Parser, add_common, session_for
from bytecov.cli.printing import put
from bytecov.model.errors import BytecovError, DataError, UsageError
from bytecov.model.hits import Hits

MEMORY = 2 << 30  # bytes in which a .pyc must be readable
PATIENCE = 60  # seconds, likewise
TEXT, PROBLEM = "+", "!"  # how the answer of a child begins

EPILOG = """\
The hits of the last run stand beside the instructions: how often each ran, `-` for never.  They
are shown where the source is the one that was measured, on the Python that measured it.

examples:
  bytecov {name} shop/pricing.py:Cart.total
"""


def dis_command(arguments: list[str]) -> int:
    """Print instructions."""
    parser = Parser(
        "dis",
        "[option …] FILE[:QUALNAME]",
        "Show the instructions of a file, or of one of its functions, as basic blocks with the\n"
        "edges between them.  FILE is a Python source file or a .pyc.",
        EPILOG.format(name="dis"),
    )
    return _show(parser, arguments)


def cfg_command(arguments: list[str]) -> int:
    """Print a flow graph."""
    parser = Parser(
        "cfg",
        "[option …] FILE[:QUALNAME]",
        "Show the flow graph of a function: as text, or for Graphviz with --format dot.",
        EPILOG.format(name="cfg --format dot"),
    )
    parser.add_argument("--format", choices=["text", "dot"], default="text", help="text or dot")
    return _show(parser, arguments)


def _show(parser: Parser, arguments: list[str]) -> int:
    parser.add_argument("target", metavar="FILE[:QUALNAME]", help="what to show")
    parser.add_argument("--no-hits", action="store_true", help="leave out what ran")
    add_common(parser)
    options = parser.parse_args(arguments)
    if ".pyc" in options.target:
        text = in_a_child(options.target, lambda: _text(options))
    else:
        text = _text(options)
    put(text)
    return 0


def _text(options: argparse.Namespace) -> str:
    from bytecov.flow.blocks import flow
    from bytecov.flow.render import render_dot, render_text

    codes = find_codes(options.target)
    hits: list[Hits | None] = [None] * len(codes)
    if not options.no_hits:
        with contextlib.suppress(DataError):  # nothing measured: the code is still worth a look
            hits = session_for(options).hits(codes)
    render = render_dot if getattr(options, "format", "text") == "dot" else render_text
    return "\n".join(render(flow(code), ran) for code, ran in zip(codes, hits, strict=True))


def in_a_child(target: str, text: Callable[[], str]) -> str:
    """The text, made in a process of its own; DataError where that does not survive it.

    Python trusts a .pyc: crafted bytes crash `marshal`, and tables of a code object are read
    beyond their ends (Objects/codeobject.c).
    """
    out, into = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(out)
        _live(into, target, text)
    os.close(into)
    with open(out, encoding="utf-8", errors="surrogateescape") as file:
        kind, said = file.read(1), file.read()
    _, status = os.waitpid(child, 0)
    if kind == TEXT and status == 0:
        return said
    raise DataError(said or f"{target} holds no code of Python's: reading it crashed Python")


def _live(into: int, target: str, text: Callable[[], str]) -> NoReturn:
    """The life of the child: within limits of memory and time, ended by them if need be."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.alarm(PATIENCE)
    said = answer(target, text)
    with open(into, "w", encoding="utf-8", errors="surrogateescape") as file:
        file.write(said)
    os._exit(0)


def answer(target: str, text: Callable[[], str]) -> str:
    """What the child has to say: the text, or what is wrong."""
    try:
        return TEXT + text()
    except BytecovError as error:
        return PROBLEM + str(error)
    except Exception as error:
        return f"{PROBLEM}{target} holds code that no compiler makes ({type(error).__name__})"


def find_codes(target: str) -> list[CodeType]:
    """The code objects that `FILE` or `FILE:QUALNAME` names; UsageError if it names none."""
    from bytecov.bytecode.nesting import walk

    path, colon, qualname = target, "", ""
    if not os.path.exists(target):
        path, colon, qualname = target.rpartition(":")
    if not colon:
        path = target
    code = _load(path)
    codes = list(walk(code))
    if not qualname:
        return codes
    found = [one for one in codes if one.co_qualname == qualname]
    if not found:
        names = [one.co_qualname for one in codes]
        near = difflib.get_close_matches(qualname, names, n=1, cutoff=0.4)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise UsageError(f"{path} has no function {qualname!r}{hint}")
    return found


def _load(path: str) -> CodeType:
    """The module code object of a source file or a .pyc."""
    if path.endswith(".pyc"):
        from bytecov.bytecode.pyc import read_pyc

        return read_pyc(Path(path)).code
    try:
        with open(path, "rb") as file:
            source = file.read()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return compile(source, os.path.abspath(path), "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise DataError(f"{path} cannot be compiled: {error}") from None
