"""A diagnosis as text, Markdown and JSON."""

import html
import json
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from typing import Any, NamedTuple

from bytecov.diagnose.causes import WHY, Cause
from bytecov.diagnose.compare import Diagnosis, FileDiagnosis, Finding
from bytecov.diagnose.evidence import BranchFact, RaiseFact, Way
from bytecov.model.obligation import ObligationKey
from bytecov.report.markdown import code, plain
from bytecov.report.numbers import counted
from bytecov.report.sentences import never, shorten, times

FORMAT = 1
MOST_FACTS = 4
"""Branches to show as evidence of one finding; copies of the code make more."""


class Told(NamedTuple):
    """One finding, or both outcomes of a condition that was never evaluated, as a sentence."""

    finding: Finding
    outcomes: int
    said: str

    @property
    def verdict(self) -> str:
        return "hidden" if self.finding.hidden else "false alarm"


def render_text(diagnosis: Diagnosis, with_evidence: bool = True) -> str:
    """The sums, the classes, and each finding with its evidence; ends with a newline."""
    lines = [*headlines(diagnosis), *diagnosis.notes]
    for title, counts in _classes(diagnosis):
        width = max(len(cause.value) for cause in counts)
        lines += ["", title]
        lines += [f"{n:6,}  {cause.value:<{width}}  {WHY[cause]}" for cause, n in counts.items()]
    for file in diagnosis.files:
        if not file.findings:
            continue
        lines += ["", file.path]
        told = list(_told(file))
        width = max(len(_place(one.finding)) for one in told)
        for one in told:
            start = f"  {_place(one.finding):<{width}}  "
            lines.append(f"{start}{one.verdict}: {one.said}  [{one.finding.cause.value}]")
            if with_evidence:
                lines += [" " * (len(start) + 2) + fact for fact in _evidence(one.finding)]
    return "\n".join(lines) + "\n"


def render_markdown(diagnosis: Diagnosis, with_evidence: bool = True) -> str:
    """The same for a comment on a pull request."""
    first, *rest = headlines(diagnosis)
    lines = [f"**{plain(first)}**", *(line for one in rest for line in ("", plain(one)))]
    lines += [line for note in diagnosis.notes for line in ("", plain(note))]
    for title, counts in _classes(diagnosis):
        lines += ["", f"| {title} | | why |", "|:---|---:|:---|"]
        lines += [f"| {cause.value} | {n:,} | {WHY[cause]} |" for cause, n in counts.items()]
    for file in diagnosis.files:
        if file.findings:
            sums = f"{len(file.hidden)} hidden, {counted(len(file.alarms), 'false alarm')}"
            summary = f"<details><summary>{html.escape(file.path)}: {sums}</summary>"
            lines += ["", summary, ""]
            for one in _told(file):
                where, cause = _place(one.finding), one.finding.cause.value
                lines.append(f"- {where}: {one.verdict}: {_marked(one)} ({cause})")
                if with_evidence:
                    lines += [f"  - {code(fact)}" for fact in _evidence(one.finding)]
            lines += ["", "</details>"]
    return "\n".join(lines) + "\n"


def render_json(diagnosis: Diagnosis) -> str:
    """Everything; `docs/diagnose.md` describes the members."""
    document = {
        "format": FORMAT,
        "coverage": diagnosis.version,
        "origin": diagnosis.origin,
        "notes": list(diagnosis.notes),
        "totals": {
            "outcomes": diagnosis.total("outcomes"),
            "never": diagnosis.total("never"),
            "hidden": diagnosis.hidden,
            "false_alarms": diagnosis.alarms,
            "coverage_exits": diagnosis.total("exits"),
            "coverage_taken": diagnosis.total("taken"),
        },
        "files": {file.path: [_as_json(one) for one in file.findings] for file in diagnosis.files},
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def headlines(diagnosis: Diagnosis) -> list[str]:
    """What coverage.py says, what is so, and how much of it stays hidden."""
    exits, taken = diagnosis.total("exits"), diagnosis.total("taken")
    outcomes, missed = diagnosis.total("outcomes"), diagnosis.total("never")
    says = f"coverage.py {diagnosis.version}, {diagnosis.origin}: {taken:,} of {exits:,} branches"
    share = f", {100 * taken / exits:.0f} %" if exits else ""
    if exits and taken < exits and round(100 * taken / exits) == 100:
        share = ", 99 %"
    never_ = f"bytecov: {missed:,} of {counted(outcomes, 'outcome')} never happened"
    if not missed:
        hidden = ""
    elif not diagnosis.hidden:
        hidden = "; coverage.py points at all of them"
    else:
        hidden = (
            f"; coverage.py is content without {diagnosis.hidden:,} of them,"
            f" {_percent(diagnosis.hidden, missed)} %"
        )
    found = [says + share, never_ + hidden]
    if diagnosis.alarms:
        found.append(f"{counted(diagnosis.alarms, 'false alarm')} of coverage.py")
    return found


def _percent(part: int, whole: int) -> str:
    percent = 100 * part / whole
    return "100" if part == whole else f"{min(max(percent, 1), 99):.0f}"


def _classes(diagnosis: Diagnosis) -> Iterator[tuple[str, dict[Cause, int]]]:
    for title, hidden in (("hidden", True), ("false alarms", False)):
        counts = Counter(
            one.cause for file in diagnosis.files for one in file.findings if one.hidden is hidden
        )
        if counts:
            yield f"{title}, by cause", dict(counts.most_common())


def _place(finding: Finding) -> str:
    return str(finding.span)


def _told(file: FileDiagnosis) -> Iterator[Told]:
    for _, group in groupby(file.findings, key=lambda one: (one.hidden, one.span, one.evaluated)):
        found = list(group)
        if found[0].hidden and not found[0].evaluated and len(found) > 1:
            yield Told(found[0], len(found), _sentence(found[0]))
        else:
            yield from (Told(one, 1, _sentence(one)) for one in found)


def _subject(finding: Finding) -> str:
    return shorten(finding.text).replace("`", "'")


def _sentence(finding: Finding) -> str:
    return f"`{_subject(finding)}` {_verb(finding)}"


def _marked(one: Told) -> str:
    return f"{code(_subject(one.finding))} {_verb(one.finding)}"


def _verb(finding: Finding) -> str:
    if finding.hidden and finding.key:
        return never(finding.key.outcome, finding.evaluated)
    arc = f", it waits for {arc_text(finding)}" if finding.arc else ""
    if finding.key:
        return f"was {finding.key.outcome}{arc}"
    if finding.cause is Cause.LINE_LOST:
        return "ran, it says it did not"
    return f"decides nothing there{arc}"


def arc_text(finding: Finding) -> str:
    """`12->exit`, as coverage.py writes it."""
    if finding.arc is None:
        return ""
    goal = finding.arc.destination
    return f"{finding.arc.source}->{'exit' if goal < 0 else goal}"


# evidence


def _evidence(finding: Finding) -> list[str]:
    shown = finding.branches[:MOST_FACTS]
    facts = [branch_text(fact, finding.key) for fact in shown]
    if len(finding.branches) > len(shown):
        facts.append(f"and {len(finding.branches) - len(shown)} more copies of this branch")
    facts += [raise_text(fact) for fact in finding.raised[:MOST_FACTS]]
    if finding.hidden and finding.arc and finding.cause.value.startswith("exception"):
        facts.append(f"coverage.py counts {arc_text(finding)} as taken")
    if not finding.branches and not finding.hidden and finding.cause is Cause.CONSTANT:
        facts.append("no branch of the bytecode belongs to it")
    return facts


def branch_text(fact: BranchFact, key: ObligationKey | None = None) -> str:
    """`fee, offset 24 POP_JUMP_IF_FALSE, ran once: next to 28 never (true), jump …`"""
    name = f"{fact.code.co_qualname}, offset {fact.instruction.offset} {fact.instruction.name}"
    if not fact.called:
        return f"{name}: its code object never ran"
    ran = _ran(fact.ran)
    return f"{name}, {ran}: {', '.join(_way(way, key) for way in fact.ways)}"


def raise_text(fact: RaiseFact) -> str:
    """`ready, offset 14 CALL: once an exception left the function from here`"""
    name = f"{fact.code.co_qualname}, offset {fact.instruction.offset} {fact.instruction.name}"
    often = times(fact.ran) if fact.ran else "at least once"
    if fact.handler is None:
        return f"{name}: {often} an exception left the function from here"
    return f"{name}: {often} an exception went from here to the handler at {fact.handler.offset}"


def _way(way: Way, key: ObligationKey | None) -> str:
    kind, destination = way.edge.kind.name.lower(), way.edge.destination
    outcomes = [one.outcome for one in way.keys if key is None or one.span == key.span]
    means = f" ({' / '.join(dict.fromkeys(outcomes))})" if outcomes else ""
    count = "never" if way.ran is None else times(way.ran) if way.ran else "taken"
    again = ""
    if way.ran and way.again:
        which = "with" if way.again >= way.ran else f"{times(way.again)} with"
        again = f", {which} a value that had been tested before"
    return f"{kind} to {destination}{means} {count}{again}"


def _ran(count: int | None) -> str:
    return "never ran" if count is None else f"ran {times(count)}" if count else "ran"


def _as_json(finding: Finding) -> dict[str, Any]:
    key = finding.key
    return {
        "verdict": "false negative" if finding.hidden else "false alarm",
        "cause": finding.cause.value,
        "why": finding.why,
        "span": list(finding.span),
        "text": finding.text,
        "kind": finding.kind.value if finding.kind else None,
        "obligation": key.kind if key else None,
        "outcome": key.outcome if key else None,
        "evaluated": finding.evaluated,
        "arc": list(finding.arc) if finding.arc else None,
        "evidence": {
            "branches": [_branch_json(fact) for fact in finding.branches],
            "exceptions": [_raise_json(fact) for fact in finding.raised],
        },
    }


def _branch_json(fact: BranchFact) -> dict[str, Any]:
    return {
        "function": fact.code.co_qualname,
        "offset": fact.instruction.offset,
        "opcode": fact.instruction.name,
        "ran": fact.ran,
        "ways": [
            {
                "kind": way.edge.kind.name.lower(),
                "to": way.edge.destination,
                "outcomes": [key.outcome for key in way.keys],
                "ran": way.ran,
                "tested_before": way.again,
            }
            for way in fact.ways
        ],
    }


def _raise_json(fact: RaiseFact) -> dict[str, Any]:
    return {
        "function": fact.code.co_qualname,
        "offset": fact.instruction.offset,
        "opcode": fact.instruction.name,
        "handler": fact.handler.offset if fact.handler else None,
        "ran": fact.ran,
    }
