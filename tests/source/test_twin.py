"""What the edges say is what happened: programs beside their twins."""

import os
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

# ruff: noqa: E501 (programs)
from bytecov.record.vm import VMRecorder
from tests.record.natively import native
from tests.source.compare import differences, differences_under

SNIPPETS = {
    "if": "def f(a):\n  if a: return 1\n  elif a is None: return 2\nf(1); f(0); f(None)",
    "if pass": "def f(a):\n  if a:\n    pass\nf(1); f(0)",
    "not": "def f(a, b):\n  if not (a and not b): return 1\nf(1, 0); f(1, 1); f(0, 0)",
    "not in": "def f(a, xs):\n  if not a in xs: return 1\n  return not a in xs and a\n"
    "f(1, []); f(1, [1]); f(1, [1])",
    "is not None": "def f(a):\n  if a is not None: return 1\nf(1); f(None); f(2)",
    "not is None": "def f(a, b):\n  if not a is None and b: return 1\nf(1, 1); f(None, 1); f(2, 0)",
    "leaked position": "def f(a, b, c, d):\n  if a < b < c and d: return 1\n"
    "for v in [(1, 2, 3, 0), (1, 2, 3, 1), (1, 2, 0, 1), (2, 1, 0, 1)]: f(*v)",
    "ternary": "def f(a, b):\n  return (1 if a else 2) if b else 3\nf(1, 1); f(0, 1); f(0, 0)",
    "ternary in test": "def f(a, b, c):\n  if (a if b else c): return 1\n"
    "f(1, 1, 0); f(1, 0, 0); f(0, 1, 0)",
    "value": "def f(a, b, c): return a and b or c\nf(1, 1, 0); f(0, 1, 2); f(1, 0, 2)",
    "value retested": "def f(a, b, c): return (a and b) or c\nf(0, 1, 2); f(1, 1, 0); f(1, 0, 2)",
    "value retested twice": "def f(a, b, c, d): return ((a and b) or c) and d\n"
    "for v in [(0, 1, 1, 1), (1, 0, 0, 1), (1, 1, 0, 1), (0, 0, 0, 0)]: f(*v)",
    "value threaded": "def f(a, b, c, d): return (a if b else (c and d)) and a\n"
    "for v in [(0, 1, 1, 1), (1, 0, 0, 1), (1, 0, 1, 1), (0, 0, 1, 0)]: f(*v)",
    "value not": "def f(a, b, c): return not (a and b) or c\nf(0, 1, 2); f(1, 1, 0); f(1, 0, 2)",
    "value chain": "def f(a, b, c, d): return a < b < c or d\n"
    "f(1, 2, 3, 4); f(1, 2, 1, 4); f(3, 2, 1, 4)",
    "walrus": "def f(a):\n  if (b := a) and (c := b - 1): return c\n"
    "  return (d := a) or 2\nf(1); f(2); f(0)",
    "while": "def f(n):\n  while n > 0 and n != 3:\n    n -= 1\n  else:\n    return 1\nf(2); f(4); f(0)",
    "while True": "def f(n):\n  while True:\n    n -= 1\n    if n < 0: break\nf(2)",
    "for": "def f(xs):\n  for x in xs:\n    if x: break\n  else:\n    return 1\nf([0, 0]); f([1]); f([])",
    "for attribute": "class A: pass\nfor A.x in (1, 2):\n  for A.y, *A.z in [(1, 2)]: pass",
    "comprehensions": "def f(xs):\n"
    "  a = [x for x in xs if x is not None and x]\n"
    "  b = {x: y for x in xs if x for y in (1, None) if y is None}\n"
    "  c = {x or None for x in xs if not x is None}\n"
    "  return list(z for x in xs if x for z in [x] if z > 1)\n"
    "f([1, 2, None]); f([]); f([0])",
    "hidden twice": "def f(a, b):\n  n = 0\n  while [i for i in (a, b) if i is not None] and n < 2:\n"
    "    n += 1\nf(1, None); f(None, None)",
    "finally": "def f(a, b):\n  try:\n    if a: return 1\n    if b: raise ValueError\n"
    "  except ValueError:\n    pass\n  finally:\n    c = a and b or 3\n    if a or b: c = 2\n"
    "f(1, 1); f(0, 1); f(0, 0)",
    "except": "def f(e):\n  try:\n    raise e\n  except (ValueError, KeyError) as x:\n    pass\n"
    "  except TypeError:\n    pass\n  except:\n    pass\n"
    "f(ValueError()); f(TypeError()); f(OSError()); f(KeyError())",
    "except passes": "def f(e):\n  try:\n    try:\n      raise e\n    except (ValueError, KeyError):\n"
    "      pass\n    except TypeError as e:\n      pass\n    finally: e = e or 1 if e else 2\n"
    "  except:\n    pass\n"
    "f(ValueError()); f(TypeError()); f(OSError()); f(KeyError()); f(IndexError())",
    "except in a loop": "def f(es):\n  for e in es:\n    try:\n      if e: raise e\n"
    "    except ValueError: continue\n"
    "try: f([None, ValueError(), TypeError()])\nexcept TypeError as e: pass",
    "bare except alone": "try: x\nexcept: pass\ntry: pass\nexcept: pass",
    "except star": "def f(*es):\n  try:\n    raise ExceptionGroup('', es)\n"
    "  except* ValueError: pass\n  except* TypeError: pass\n"
    "f(ValueError()); f(TypeError(), ValueError()); f(TypeError())",
    "exception in a condition": "def f(a):\n  try:\n    if a and 1 / (a - 1) > 0: return 1\n"
    "  except ZeroDivisionError: pass\nf(1); f(0); f(2)",
    "match": "def f(x):\n  match x:\n    case None: return 0\n    case 1 | 2: return 1\n"
    "    case [1, *_] | {'a': 1}: return 2\n    case [1, 2] if x: return 3\n"
    "    case {'b': [y], **r} if y is None or r: return 4\n    case str() | int(real=5): return 5\n"
    "    case []: return 6\n    case other if other is None: return 7\n"
    "for x in [None, 1, 2, 3, [1, 2], [2], [], {'a': 1}, {'b': [1]}, {'b': [None]}, 's', 5, {}]: f(x)",
    "match in a loop": "def f(xs):\n  for x in xs:\n    match x:\n      case []: continue\n"
    "      case (a, b) if a is b: continue\nf([[], [1, 1], [1, 2], 3])",
    "assert": "def f(a, b):\n  assert a and not b, a or b\n"
    "for v in [(1, 0), (1, 1), (0, 0)]:\n  try: f(*v)\n  except AssertionError: pass",
    "lambda": "f = lambda a, b: a and b if a else not b\nf(1, 1); f(0, 1)",
    "class body": "class C:\n  x = 1\n  if x and not x: y = 2\n  z = [i for i in (1, 2) if i > 1]",
    "generator": "def g(a):\n  while a and (yield a):\n    a -= 1\n  x = (yield 1) or 2\n"
    "i = g(2)\nnext(i); i.send(1); i.send(0); next(i, None)\nlist(g(0))",
    "yield from": "def g(a):\n  if a and (yield from h(a)): return 1\n"
    "def h(a):\n  yield a\n  return a - 1\nlist(g(2)); list(g(1)); list(g(0))",
    "with": "from contextlib import suppress\ndef f(a):\n  for i in (1, 2):\n"
    "    with suppress(ValueError), suppress(KeyError):\n      if a: raise a\n      if i > 1: break\n"
    "f(None); f(ValueError()); f(KeyError())",
    "async": "import asyncio\nclass A:\n"
    "  async def __aenter__(self): return self\n"
    "  async def __aexit__(self, *e): return e[0] is ValueError\n"
    "async def g(n):\n  for i in range(n):\n    yield i\n"
    "async def f(n):\n"
    "  async for i in g(n):\n    if i and await h(i): break\n  else:\n    n = 9\n"
    "  async with A():\n    if n > 3: raise ValueError\n"
    "  return [i async for i in g(n) if i and await h(i)]\n"
    "async def h(i): return i > 1\n"
    "asyncio.run(f(0)); asyncio.run(f(1)); asyncio.run(f(3))",
    "constants": "def f(a):\n  if a or 1: a = 2\n  if __debug__ and a: a = 3\n"
    "  if 0: a = 1 if a else 2\n  return (a and 'x' or 'y'), a and 0, not a or ()\nf(1); f(0)",
    "constants before a not": "def f(a, b):\n  x = (1 or a) or (not a in (1, 2) and a)\n"
    "  if not (0 and not a is b and b) and a: return x\nf(1, 2); f(0, 0)",
    "constants before a chain": "def f(a, b):\n  x = (a or 1) or (a <= 1 < b)\n"
    "  y = 0 and a and (1 if a < b < 2 else 3)\n  return x\nf(1, 2); f(0, 0)",
    "TYPE_CHECKING": "from typing import TYPE_CHECKING\nimport typing\ndef f(a):\n"
    "  if TYPE_CHECKING: x = 1\n  if typing.TYPE_CHECKING or a: x = 2\n"
    "  return [i for i in (1, 2) if a and not TYPE_CHECKING]\nf(1); f(0)",
    "inlined calls": "def f(xs):\n  if any(x for x in xs if x) and all(x > 1 for x in xs): return 1\n"
    "  return tuple(x for x in xs if x), list(x for x in xs), set(x or 1 for x in xs)\n"
    "f([1]); f([2]); f([]); f([0])",
    "annotations": "class C:\n  x: int = 1\n  if x:\n    y: 'int' = 2\n"
    "def f(a: int, b: str = '') -> int:\n  c: int = a or 2\n  if a: d: int = 3\nf(1); f(0)",
    "f-strings": "def f(a, b):\n  return f'''{a or b!r:>{b or 3}}\n  é{[i for i in (a, b) if i]}'''"
    " f'{a and b} {1 if a else 2}'\nf(1, 2); f(0, 1)",
    "wide characters": "ä = 1; é = 'ü' if ä and not 'ß' else 'ö'; x = 1 if ä else 2",
    "nested functions": "def f(a):\n  def g(b):\n    return a and b or (lambda c: c or a)(b)\n  return g\n"
    "f(1)(2); f(0)(1); f(0)(0)",
}


@pytest.mark.parametrize("name", SNIPPETS)
def test_snippet(name: str) -> None:
    assert differences(SNIPPETS[name]) == []


@pytest.mark.parametrize("engine", ["vm", "native"])
@pytest.mark.parametrize("name", SNIPPETS)
def test_snippet_under_a_recorder(name: str, engine: str) -> None:
    recorder = VMRecorder() if engine == "vm" else native
    assert differences_under(recorder, SNIPPETS[name]) == []


NAMES = st.sampled_from("abcd")
LEAVES = st.one_of(
    NAMES,
    NAMES.map("{} is None".format),
    NAMES.map("{} is not None".format),
    NAMES.map("{} in (1, 2)".format),
    NAMES.map("not {} in (1, 2)".format),
    st.sampled_from(
        [
            *("1", "0", "None", "True", "TYPE_CHECKING", "__debug__"),
            *("f(a)", "a == 1", "(e := b)", "[i for i in (a, b) if i]"),
            "[i for i in (a, b) if i is not None]",
            "any(i for i in (a, c) if i)",
            "sum(i and 1 for i in (a, c) if i is not None)",
        ]
    ),
)


def _larger(part: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(part, part).map(lambda t: f"({t[0]} and {t[1]})"),
        st.tuples(part, part).map(lambda t: f"({t[0]} or {t[1]})"),
        st.tuples(part, part, part).map(lambda t: f"({t[0]} or {t[1]} or {t[2]})"),
        part.map("(not {})".format),
        st.tuples(part, part, part).map(lambda t: f"({t[0]} if {t[1]} else {t[2]})"),
        st.tuples(part, part).map(lambda t: f"(int(bool({t[0]})) <= 1 < int(bool({t[1]})))"),
        st.tuples(NAMES, NAMES, part).map(lambda t: f"(str({t[0]}) < str({t[1]}) < str({t[2]}))"),
    )


EXPRESSIONS = st.recursive(LEAVES, _larger, max_leaves=8)
PLACES = [
    "if {e}: r = 1\n    else: r = 2",
    "r = {e}",
    "n = 0\n    while {e}:\n        n += 1\n        if n > 2: break\n        a, b, c, d = b, c, d, a",
    "r = [x for x in (1, 2) if {e}]",
    "r = {{k: v for k in (0, 1, None) if {e} for v in (0, 1) if {e}}}",
    "r = 1 if {e} else 2",
    "return {e}",
    "assert {e}",
    "f((lambda: {e})(), {e})",
    "try:\n        if {e}: return 1\n        if b: raise ValueError\n"
    "    except ValueError: pass\n    finally:\n        r = {e}",
    "match a:\n        case 0 | 1 if {e}: r = 1\n        case None if {e}: r = 3\n"
    "        case x if {e}: r = 2",
]
PROGRAM = """
TYPE_CHECKING = False
def f(*x): return x[0]
def t(a, b, c, d):
    {statement}
import itertools
for values in itertools.product((0, 1, None), repeat=4):
    try: t(*values)
    except AssertionError: pass
"""


ASKED = os.environ.get("BYTECOV_TWIN_PROGRAMS", "")  # make twin: more, and new ones each time


def generated(examples: int) -> Callable[[Callable[[str], None]], Callable[[], None]]:
    """A test of so many programs."""

    def decorate(check: Callable[[str], None]) -> Callable[[], None]:
        programs = st.tuples(EXPRESSIONS, st.sampled_from(PLACES)).map(
            lambda pair: PROGRAM.format(statement=pair[1].format(e=pair[0]))
        )
        return settings(
            max_examples=int(ASKED or examples),
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=not ASKED,
        )(given(programs)(check))

    return decorate


@generated(60)
def test_generated(program: str) -> None:
    assert differences(program) == [], program


@generated(8)
def test_generated_under_recorders(program: str) -> None:
    for recorder in (VMRecorder(), native):
        assert differences_under(recorder, program) == [], program
