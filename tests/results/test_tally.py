"""Statuses from hits: what is covered, missed, excluded, undetermined."""

import textwrap

import coverage
import pytest

from bytecov.model.decision import DecisionKind
from bytecov.model.edge import Edge, EdgeKind
from bytecov.model.hits import Hits, Recorded
from bytecov.model.result import DecisionResult, FileResult, Status
from bytecov.results.laying import Covered, lay
from bytecov.results.tally import file_result
from bytecov.source.exclusion import exclusions
from bytecov.source.link import DEAD, Unfound, link
from bytecov.source.obligations import obligations
from bytecov.source.parse import parse
from bytecov.source.statements import Statements
from tests.source.oracle import observe


def covered_by(text: str, counted: bool = True) -> Covered:
    source = parse(text, "program.py")
    code = compile(text, "program.py", "exec", dont_inherit=True)
    recorded = observe(code)
    if not counted:
        recorded = [
            Recorded(
                r.code, "", Hits(dict.fromkeys(r.hits.offsets, 0), dict.fromkeys(r.hits.edges, 0))
            )
            for r in recorded
        ]
    return lay(source, link(source, code), recorded)


def uncounted(hits: Hits) -> Hits:
    return Hits(dict.fromkeys(hits.offsets, 0), dict.fromkeys(hits.edges, 0))


def result(text: str, counted: bool = True, kinds: tuple[DecisionKind, ...] = ()) -> FileResult:
    text = textwrap.dedent(text)
    source = parse(text, "program.py")
    found = exclusions(Statements(source))
    return file_result(source, "program.py", covered_by(text, counted), found, kinds)


def statuses(shown: FileResult) -> dict[str, str]:
    """{kind or condition and text: status of each outcome, by its first letter}"""
    found = {}
    for decision in shown.decisions:
        name = f"{decision.decision.kind.value} {decision.decision.text}"
        found[name] = "".join(o.status.value[0] for o in decision.outcomes.values())
        for part in decision.conditions:
            found[part.condition.text] = "".join(o.status.value[0] for o in part.outcomes.values())
    return found


def test_conditions_and_decision() -> None:
    shown = result("def f(a, b):\n  if a and b: return 1\nf(1, 0)")
    assert statuses(shown) == {"if a and b": "mc", "a": "cm", "b": "mc"}
    assert (shown.branch.covered, shown.branch.missed) == (1, 1)
    assert (shown.condition.covered, shown.condition.missed) == (2, 2)


def test_evaluated_or_not() -> None:
    shown = result("def f(a, b):\n  if a and b: return 1\nf(0, 0)")
    first, second = shown.decisions[0].conditions
    assert first.outcomes["true"].evaluated
    assert not second.outcomes["true"].evaluated


def test_a_condition_on_the_line_of_its_function_that_only_raised() -> None:
    """Instructions without a position of their own (RESUME) stand on that line, too."""
    text = "def f(a): return (1 / a and 2) or 3\n"
    raised, *_ = result(text + "try: f(0)\nexcept ZeroDivisionError: pass").decisions
    assert raised.conditions[0].outcomes["true"].evaluated
    never, *_ = result(text).decisions
    assert not never.conditions[0].outcomes["true"].evaluated


def test_hits_that_belong_to_no_instruction() -> None:
    """Code of another file and offsets that are none credit nothing."""
    text = "def f(a):\n  if a: return 1\nf(1)\n"
    source, code = parse(text), compile(text, "program.py", "exec", dont_inherit=True)
    links, recorded = link(source, code), observe(code)
    good = lay(source, links, recorded)
    other = compile("while x: pass", "other.py", "exec", dont_inherit=True)
    strange = [Recorded(other, "", Hits({0: 1, 2: 1})), Recorded(code, "", Hits({9_999: 1}))]
    assert lay(source, links, [*recorded, *strange]).outcomes == good.outcomes
    assert lay(source, links, [*recorded, *strange]).lines == good.lines


def test_counted_and_uncounted_together() -> None:
    """How often is known only if it is known of all."""
    text = "def f(a):\n  if a: return 1\nf(1)\nf(1)\n"
    source, code = parse(text), compile(text, "program.py", "exec", dont_inherit=True)
    links, recorded = link(source, code), observe(code)
    without = [Recorded(one.code, "", uncounted(one.hits)) for one in recorded]
    key = obligations(source)[0].conditions[0].key("true")
    for parts, count in ((recorded * 2, 4), (recorded + without, 0), (without + recorded, 0)):
        assert lay(source, links, parts).outcomes[key] == count


def test_what_has_no_edges_is_undetermined_or_absent() -> None:
    """Dead code owes nothing; where edges should have been found, it is missed."""
    text = "def f(a):\n  if a: return 1\n"
    source, code = parse(text), compile(text, "program.py", "exec", dont_inherit=True)
    yes, no = (obligations(source)[0].conditions[0].key(way) for way in ("true", "false"))
    for reason, undetermined, absent in (
        (None, set(), set()), ("a reason", {yes}, set()), (DEAD, set(), {yes}),
    ):  # fmt: skip
        links = link(source, code)
        links.unfound.append(Unfound(yes, reason))
        found = lay(source, links, ())
        assert (found.undetermined, found.absent) == (undetermined, absent)
        assert no not in found.undetermined


RAISING = ["1 / a", "(\n a.\n x)", "é[a + 5] and a", "b", "[i.x for i in é]"]


@pytest.mark.parametrize("test", RAISING)
def test_a_condition_that_only_raised_was_evaluated(test: str) -> None:
    program = f"def f(a):\n  é = [1]\n  if {test}: return 1\n  if a: pass\n  b = 2\n"
    raised, behind = ifs(result(f"{program}try: f(0)\nexcept Exception: pass"))
    assert [one.status for one in raised.outcomes.values()] == [Status.MISSED, Status.MISSED]
    assert all(one.evaluated for one in raised.outcomes.values())
    assert all(one.evaluated for one in raised.conditions[0].outcomes.values())
    assert not any(one.evaluated for one in behind.outcomes.values())
    raised, behind = ifs(result(program))
    assert not any(one.evaluated for one in raised.outcomes.values())


def ifs(shown: FileResult) -> list[DecisionResult]:
    return [one for one in shown.decisions if one.decision.kind is DecisionKind.IF]


def test_exceptions_credit_nothing() -> None:
    shown = result("def f(a):\n  if a and 1 / 0: return 1\ntry: f(1)\nexcept Exception: pass")
    assert statuses(shown)["if a and 1 / 0"] == "mm"
    assert statuses(shown)["1 / 0"] == "mm"
    assert shown.decisions[0].conditions[1].outcomes["true"].evaluated


def test_last_operand_is_undetermined_once_evaluated() -> None:
    reached = statuses(result("def f(a, b): return a and b\nf(1, 2)"))
    assert reached == {"boolop a and b": "uu", "a": "cm", "b": "uu"}
    missed = statuses(result("def f(a, b): return a and b\nf(0, 2)"))
    assert missed == {"boolop a and b": "mc", "a": "mc", "b": "mm"}


def test_retested_value() -> None:
    text = "def f(a, b, c): return (a and b) or c\nf(0, 1, 2); f(1, 1, 0)"
    assert statuses(result(text))["b"] == "cm"


def test_retested_value_without_counts_is_never_wrong() -> None:
    text = "def f(a, b, c): return (a and b) or c\nf(0, 1, 2); f(1, 1, 0)"
    assert statuses(result(text, counted=False))["b"] in ("cm", "cu")


def test_counts() -> None:
    covered = covered_by("for i in (1, 2, 0):\n  if i: pass")
    counts = {(key.kind, key.outcome): count for key, count in covered.outcomes.items()}
    assert counts == {
        ("for", "entered"): 3,
        ("for", "exhausted"): 1,
        ("condition", "true"): 2,
        ("condition", "false"): 1,
        ("if", "true"): 2,
        ("if", "false"): 1,
    }


def test_exclusion() -> None:
    shown = result(
        """
        def f(a, b, c):
            if a and b:
                return 1  # pragma: no cover
            if c or b:
                x = 1
            if a:  # pragma: no cover
                return b or 2
            if b:  # pragma: no branch
                return 3
            while a:
                a = 0
            raise TypeError  # pragma: no cover
        """
    )
    found = [
        (o.decision.text, "".join(part.status.value[0] for part in o.outcomes.values()))
        for o in shown.decisions
    ]
    assert found == [
        ("a and b", "em"),  # the suite is excluded
        ("c or b", "me"),  # so is the next statement
        ("a", "ee"),
        ("b or 2", "e"),
        ("b", "ee"),
        ("a", "me"),
    ]
    conditions = shown.decisions[0].conditions
    outcomes = [[o.status.value[0] for o in part.outcomes.values()] for part in conditions]
    assert outcomes == [["m", "m"], ["e", "m"]]  # a's truth does not lead out by itself


DEAD_CODE = """
if 0:
    for x in y: pass
    while a: pass
    try: pass
    except V: pass
    match a:
        case 1 | 2: pass
    b = c or d
    e = 1 if f else [g for g in y if g]
if 1:
    pass
elif h:
    pass
"""


def test_what_the_compiler_leaves_out_is_owed_by_nobody() -> None:
    shown = result(DEAD_CODE, kinds=tuple(DecisionKind))
    assert "if h" in statuses(shown)
    assert {one for found in statuses(shown).values() for one in found} == {"e"}
    assert (shown.branch.total, shown.condition.total, shown.mcdc.total) == (0, 0, 0)
    assert (shown.arcs.covered, shown.arcs.missed, shown.arcs.excused) == ((), (), ())


def test_what_looks_like_it_is_owed() -> None:
    shown = result(DEAD_CODE.replace("if 0", "if z").replace("if 1", "if y"))
    found = "".join(statuses(shown).values())
    assert set(found) == {"m"}
    assert (shown.branch.total, shown.arcs.tally.total) == (19, 12)


def test_opt_in_kinds() -> None:
    text = "def f(a):\n  assert a\nf(1)"
    assert statuses(result(text)) == {}
    assert statuses(result(text, kinds=(DecisionKind.ASSERT,))) == {"assert a": "cm", "a": "cm"}


def test_an_exception_that_goes_on_counts_on_request() -> None:
    text = (
        "def f(e):\n  try: raise e\n  except ValueError: pass\n  except TypeError: pass\n"
        "f(ValueError())\ntry: f(OSError())\nexcept: pass\n"
    )
    assert statuses(result(text)) == {
        "except except ValueError": "c",
        "except except TypeError": "m",
        "except except": "c",
    }
    asked = result(text, kinds=(DecisionKind.EXCEPT,))
    assert statuses(asked)["except except TypeError"] == "mc"
    assert statuses(asked)["except except ValueError"] == "c"
    assert (asked.branch.covered, asked.branch.missed) == (3, 1)
    star = "try: pass\nexcept* ValueError: pass"
    asked = result(star, kinds=(DecisionKind.EXCEPT,))
    assert statuses(asked) == {"except except* ValueError": "m"}


def test_contradiction_is_kept() -> None:
    text = "if a: pass"
    source = parse(text)
    code = compile(text, "program.py", "exec")
    impossible = Edge(0, 4096, EdgeKind.JUMP)
    recorded = [Recorded(code, "", Hits({}, {impossible: 1}))]
    covered = lay(source, link(source, code), recorded)
    assert [found.edge for found in covered.contradictions] == [impossible]


def test_nothing_ran() -> None:
    source = parse("if a: b = 1")
    shown = file_result(source, "x.py", Covered(), exclusions(Statements(source)), ())
    assert shown.lines.missed == (1,)
    assert all(o.status is Status.MISSED for o in shown.decisions[0].outcomes.values())


@pytest.mark.parametrize(
    "text",
    [
        '"""doc"""\nx = (1,\n  2)\nif x:\n  y = 1\nelse:\n  y = 2\n',
        "def f(a):\n  try:\n    return 1 / a\n  except ZeroDivisionError:\n    return (\n      2)\n"
        "  finally:\n    pass\nf(0)\n",
        "class A:\n  '''doc'''\n  x: int = 1\n  def f(self): pass\n\n@property\ndef g(): pass\n",
        "def g():\n  for i in range(3):\n    if i == 1:\n      continue\n    yield i\nlist(g())\n",
        "with open('/dev/null') as f:\n  for line in f:\n    pass\nwhile 1:\n  break\n",
    ],
)
def test_lines_as_coverage_counts_them(text: str, tmp_path, monkeypatch) -> None:
    path = tmp_path / "program.py"
    path.write_text(text)
    monkeypatch.setenv("COVERAGE_CORE", "pytrace")
    measure = coverage.Coverage(data_file=None, include=[str(path)], config_file=False)
    measure.start()
    try:
        exec(compile(text, str(path), "exec"), {"__name__": "program"})
    finally:
        measure.stop()
    _, statements, excluded, missing, _ = measure.analysis2(str(path))
    lines = result(text).lines
    assert sorted(lines.covered + lines.missed) == statements
    assert list(lines.missed) == missing
    assert list(lines.excluded) == excluded
