"""The story of one line as text."""

from collections.abc import Iterator

from bytecov.bytecode.instruction import Instruction
from bytecov.diagnose.evidence import Evidence
from bytecov.diagnose.fixed import Behind, Fixed
from bytecov.diagnose.reach import Gate, Reason, Why
from bytecov.diagnose.story import CodeStory, DecisionStory, OutcomeStory, Story
from bytecov.flow.render import render_text as render_flow
from bytecov.model.edge import Edge, EdgeKind
from bytecov.model.obligation import ObligationKey
from bytecov.model.result import Status
from bytecov.report.missing import WORDS
from bytecov.report.nearness import near_text
from bytecov.report.sentences import shorten, times

MODULE = "<module>"
MOST_TESTS = 2
MOST_GATES = 5


def render_story(story: Story, with_code: bool = True) -> str:
    """Everything about the line; ends with a newline."""
    where = f", in {story.function}" if story.function else ""
    title = f"{story.evidence.result.path}:{story.line}{where}"
    lines = [title, "", f"    {story.text.strip()}", ""]
    lines += [_ran(story)]
    if story.dead:
        lines += [f"  it cannot run: {_dead(story.dead)}"]
    elif story.why:
        lines += _indented(why_lines(story.evidence, story.why), 2)
    for one in story.decisions:
        lines += ["", *_decision(story.evidence, one)]
    if not story.decisions and story.has_code:
        lines += ["", "Nothing is decided here."]
    lines += [_always(one) + "." for one in story.fixed]
    if with_code:
        for code in story.codes:
            lines += ["", *_code(story.evidence, code)]
    return "\n".join(lines) + "\n"


def _ran(story: Story) -> str:
    if not story.has_code:
        return "There is no code on this line."
    if not story.evidence.measured_here:
        return "Another Python measured this file: its bytecode is not that of this one."
    if story.count is None:
        return "This line never ran."
    return f"This line ran {times(story.count)}." if story.count else "This line ran."


def _dead(found: Fixed | Behind) -> str:
    if isinstance(found, Behind):
        return f"it stands behind line {found.line}, which always leaves"
    return _always(found)


def _always(found: Fixed) -> str:
    truth = "true" if found.truth else "false"
    return f"`{shorten(found.text, 90)}` is always {truth} ({found.span})"


def _decision(evidence: Evidence, one: DecisionStory) -> Iterator[str]:
    decision = one.decision
    word = WORDS.get(decision.kind, decision.kind.value)
    yield f"{word} `{shorten(decision.text, 90)}`".lstrip() + f"  ({decision.span})"
    for outcome in _both_alike(one.outcomes):
        yield from _outcome(evidence, outcome, 2)
    for condition, outcomes in one.conditions:
        yield f"  `{shorten(condition.text, 90)}`  ({condition.span})"
        for outcome in _both_alike(outcomes):
            yield from _outcome(evidence, outcome, 4)


def _both_alike(outcomes: tuple[OutcomeStory, ...]) -> tuple[OutcomeStory, ...]:
    """All outcomes of what was never evaluated have one story."""
    unreached = (Reason.NEVER_REACHED, Reason.NEVER_CALLED)
    if len(outcomes) > 1 and all(one.why and one.why.reason in unreached for one in outcomes):
        return outcomes[:1]
    return outcomes


def _outcome(evidence: Evidence, one: OutcomeStory, indent: int) -> Iterator[str]:
    start = " " * indent
    name, result = one.key.outcome, one.result
    if result.status is Status.COVERED:
        often = times(result.count) if result.count else "yes"
        yield f"{start}{name}: {often}{tests_text(one.tests)}"
        return
    why = one.why
    if why and why.reason in (Reason.NEVER_REACHED, Reason.NEVER_CALLED):
        yield f"{start}{'never tried' if name.endswith('matched') else 'never evaluated'}"
    elif why and why.reason is Reason.NEVER_SO:
        reached = f", reached {times(why.count)}" if why.count else ""
        yield f"{start}{name}: never{reached}"
        if one.near:
            yield f"{start}  {near_text(evidence.source, one.near)}"
    else:
        yield f"{start}{name}: {result.status.value}"
    if why:
        yield from _indented(why_lines(evidence, why), indent + 2)


def tests_text(tests: tuple[str, ...]) -> str:
    """`, in test_a alone`, `, in test_a and test_b`, `, in 12 tests, test_a is one`"""
    if not tests:
        return ""
    if len(tests) == 1:
        return f", in {tests[0]} alone"
    if len(tests) <= MOST_TESTS:
        return f", in {' and '.join(tests)}"
    return f", in {len(tests)} tests, {min(tests, key=lambda test: (len(test), test))} is one"


def why_lines(evidence: Evidence, why: Why) -> list[str]:
    """The reason in words, and what would have to happen first."""
    match why.reason:
        case Reason.NEVER_CALLED:
            if why.function == MODULE:
                return ["because the module was never imported"]
            return [f"because `{why.function}` was never called"]
        case Reason.NEVER_REACHED:
            return list(_unreached(evidence, why))
        case Reason.IMPOSSIBLE if why.said:
            return [f"it cannot happen, the author says: {why.said}"]
        case Reason.IMPOSSIBLE:
            return ["it cannot happen: the compiler made no code for it"]
        case Reason.EXCLUDED:
            return ["excluded: it need not happen"]
        case Reason.UNDETERMINED:
            return ["nothing tests this value, so whether it was so cannot be known"]
        case Reason.UNKNOWN:
            return ["the bytecode of this Python does not tell"]
    return []


def _unreached(evidence: Evidence, why: Why) -> Iterator[str]:
    if why.last is not None and why.last.line:
        yield f"the last that ran on every way to it: line {why.last.line}, {_place(why.last)}"
    if why.skipped and why.last is not None and len(set(why.skipped) - {why.last.line}) > 1:
        between = [f"line {n}" for n in why.skipped if n != why.last.line][:-1]
        if between:
            yield f"on the way there, never reached: {', '.join(between)}"
    gates = why.gates
    if not gates:
        yield "no way leads there from what ran"
        return
    said = list(dict.fromkeys(gate_text(evidence, gate) for gate in gates))
    if len(said) == 1:
        yield f"first this has to happen: {said[0]}"
        return
    yield "first one of these has to happen:"
    for one in said[:MOST_GATES]:
        yield f"  {one}"
    if len(said) > MOST_GATES:
        yield f"  or one of {len(said) - MOST_GATES} more"


def gate_text(evidence: Evidence, gate: Gate) -> str:
    """`member` true (line 3)"""
    if gate.edge.kind is EdgeKind.RAISE:
        return f"an exception that comes to the handler at line {_line_behind(evidence, gate)}"
    if gate.keys:
        return " and ".join(key_text(evidence, key) for key in gate.keys)
    return f"{gate.edge.kind.name.lower()} from line {gate.source.line} ({_place(gate.source)})"


def _line_behind(evidence: Evidence, gate: Gate) -> int | None:
    flow = evidence.links.flows[gate.code]
    handler = flow.block_of[gate.edge.destination]
    return next((one.line for one in handler.instructions if one.line), None)


def key_text(evidence: Evidence, key: ObligationKey) -> str:
    """`` `member` true (3:7) ``"""
    text = shorten(evidence.source.segment(key.span))
    return f"`{text}` {key.outcome} ({key.span})"


def _place(instruction: Instruction) -> str:
    return f"offset {instruction.offset} {instruction.name}"


def _code(evidence: Evidence, code: CodeStory) -> Iterator[str]:
    """Blocks of the line, and between which they stand."""
    only = {*code.blocks, *code.around}
    meanings = evidence.links.outcomes[code.flow.code]

    def means(edge: Edge) -> str:
        return " and ".join(
            f"`{shorten(evidence.source.segment(key.span), 30)}` {key.outcome}"
            for key in meanings.get(edge, ())
        )

    yield from render_flow(code.flow, code.hits, only, means).rstrip("\n").split("\n")
    for offset, idiom in sorted(code.artifacts.items()):
        instruction = code.flow.by_offset[offset]
        yield ""
        yield f"offset {offset} {instruction.name}: written by no one, idiom {idiom}"


def _indented(lines: list[str], indent: int) -> list[str]:
    return [" " * indent + line for line in lines]

