"""Goals as text and as a pytest file to fill in."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from bytecov.diagnose.goals import Goal
from bytecov.diagnose.reach import Reason
from bytecov.model.vector import LETTERS
from bytecov.report.explanation import MODULE, why_lines
from bytecov.report.nearness import near_text
from bytecov.report.sentences import never, shorten

MOST_TESTS = 2
HEAD = '''"""What the tests never did, as `bytecov suggest` found it: fill in, or delete."""

import pytest
'''

Trial = Mapping[int, list[str]]
"""{number of a goal: what came of trying values for it}"""


def render_text(found: Iterable[Goal], trials: Trial | None = None) -> str:
    """A paragraph for each goal; ends with a newline."""
    lines: list[str] = []
    for number, goal in enumerate(found):
        lines += [f"{goal.path}:{goal.key.span}  {goal_text(goal)}"]
        lines += ["  " + line for line in _how(goal)]
        lines += ["  " + line for line in (trials or {}).get(number, ())]
        lines.append("")
    if not lines:
        return "Nothing is missing.\n"
    return "\n".join(lines)


def render_pytest(found: Iterable[Goal], copied: Callable[[str], str | None]) -> str:
    """A file of tests that are skipped until they are written; `copied` gives a test's source."""
    parts, names = [HEAD], dict[str, int]()
    for goal in found:
        name = _name(goal)
        names[name] = names.get(name, 0) + 1
        if names[name] > 1:
            name += f"_{names[name]}"
        parts.append("\n\n" + "\n".join(_stub(goal, name, copied)) + "\n")
    return "".join(parts)


def goal_text(goal: Goal) -> str:
    """`` `customer.is_member` was never true `` or the evaluation that is asked for."""
    subject = shorten(goal.text)
    if goal.vector is not None:
        subject = shorten(goal.result.decision.text)
        wanted = ", ".join(
            f"`{shorten(part.condition.text, 30)}` {'true' if value else 'false'}"
            for part, value in zip(goal.result.conditions, goal.vector.values, strict=True)
            if value is not None
        )
        return f"`{subject}` needs {wanted}"
    evaluated = goal.why.reason is Reason.NEVER_SO or goal.key.kind != "condition"
    return f"`{subject}` {never(goal.key.outcome, evaluated)}"


def _how(goal: Goal) -> Iterator[str]:
    """What it takes."""
    if goal.vector is not None:
        letters = " ".join(LETTERS[value] for value in goal.vector.values)
        yield f"vector {letters} -> {LETTERS[goal.vector.outcome]}"
        if goal.why.reason is not Reason.NEVER_SO:
            yield from _reasons(goal)
    elif goal.why.reason is Reason.NEVER_SO:
        reached = f"reached {goal.why.count} times" if goal.why.count > 1 else "reached"
        near = f"; {near_text(goal.evidence.source, goal.near)}" if goal.near else ""
        yield f"{reached}{near}"
    else:
        yield from _reasons(goal)
    shown = _functions(goal.tests)[:MOST_TESTS]
    if shown:
        yield f"copy {' or '.join(shown)}"
    yield f"change it so that {_change(goal)}" if shown else f"write a test where {_change(goal)}"


def _reasons(goal: Goal) -> list[str]:
    """Why it was not reached, without places in the bytecode."""
    return why_lines(goal.evidence, replace(goal.why, last=None, skipped=()))


def _functions(tests: Iterable[str]) -> list[str]:
    """One test of each function: the parameters of a second tell little more."""
    found: dict[str, str] = {}
    for test in tests:
        found.setdefault(test.partition("[")[0], test)
    return list(found.values())


def _change(goal: Goal) -> str:
    if goal.vector is not None:
        return "each condition comes out as above"
    so = _so(goal.text, goal.key.outcome)
    if goal.why.reason is Reason.NEVER_CALLED:
        if goal.why.function == MODULE:
            return f"the module is imported, and {so}"
        return f"`{goal.why.function}` is called, and {so}"
    gates = goal.why.gates
    if goal.both and goal.key.outcome == "true":
        so += ", and in another test false"
    if len(gates) == 1 and len(gates[0].keys) == 1:
        key = gates[0].keys[0]
        before = _so(goal.evidence.source.segment(key.span), key.outcome)
        return f"first {before} ({key.span}), then {so}"
    return so


def _so(text: str, outcome: str) -> str:
    """`` `member` is true ``"""
    subject = f"`{shorten(text)}`"
    return {
        "entered": f"{subject} has something to loop over",
        "exhausted": f"{subject} runs to its end",
        "matched": f"{subject} matches",
        "not matched": f"{subject} does not match",
    }.get(outcome, f"{subject} is {outcome}")


def _stub(goal: Goal, name: str, copied: Callable[[str], str | None]) -> Iterator[str]:
    yield f"def {name}() -> None:"
    told = [goal_text(goal), *_how(goal)]
    first, *rest = [_in_docstring(line) for line in told]
    yield f'    """{goal.path}:{goal.key.span.line}: {first}.'
    yield ""
    yield from ("    " + line for line in rest)
    yield '    """'
    source = copied(goal.tests[0]) if goal.tests else None
    for line in (source or "").splitlines():
        yield f"    # {line}".rstrip()
    what = f"write me: {goal_text(goal)} ({goal.path}:{goal.key.span.line})"
    yield f"    pytest.skip({what!r})"


def _in_docstring(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"""', "'''")


def _name(goal: Goal) -> str:
    """test_shipping_cost_customer_is_member_true"""
    function = goal.result.decision.function.rpartition(".")[2] or "module"
    words = re.findall(r"[A-Za-z0-9]+", f"{function} {goal.text}")[:8]
    return "_".join(["test", *(word.lower() for word in words), goal.key.outcome.replace(" ", "_")])
