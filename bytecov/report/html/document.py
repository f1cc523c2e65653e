"""What the page of a file knows: a JSON document, read by `static/source.js`.

Columns count UTF-16 units here, as JavaScript does.  All words are made on this side.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from bytecov.model.result import (
    ConditionResult,
    DecisionResult,
    FileResult,
    OutcomeResult,
    Results,
    ScopeResult,
    Status,
    Tally,
)
from bytecov.model.span import Span
from bytecov.model.vector import LETTERS as TRUTH
from bytecov.model.vector import Vector
from bytecov.model.witness import Witnesses
from bytecov.report.html.gaps import Gap, gaps
from bytecov.report.html.marks import Mark, marks
from bytecov.report.html.pack import column, distances, run_lengths
from bytecov.report.html.statuses import Statuses, line_statuses, split
from bytecov.report.html.visible import HIDDEN, long_name, short_name, visible
from bytecov.report.numbers import tally_of
from bytecov.report.sentences import never_happened

LEVELS = ("line", "branch", "condition", "mcdc")
STATUS_LETTER = {
    Status.COVERED: "c",
    Status.MISSED: "m",
    Status.UNDETERMINED: "u",
    Status.EXCLUDED: "x",
}

Json = dict[str, Any]
Place = Callable[[Span], list[int]]


class FileDocument:
    """One file: what its page shows, and what the index says of it."""

    def __init__(self, file: FileResult, witnesses: Witnesses | None = None) -> None:
        self.file = file
        self.name = document_name(file.path)
        self.lines = split(file.source)
        self.marks = marks(file, self.lines)
        self.gaps = gaps(file, self.lines, self.marks, witnesses)
        self.never = never_happened(file)

    def page(self, runs: Sequence[tuple[int, int]]) -> Json:
        """Everything but bytecode and tests, which load when asked for.  `runs` are syntax
        colours as `highlight` gives them."""
        file, place = self.file, _placer(self.lines)
        return {
            "name": self.name,
            "path": visible(file.path),
            "problem": visible(file.problem) if file.problem else None,
            "warnings": [visible(one) for one in file.warnings],
            "doubts": [file.unexplained, file.contradictions],
            "source": file.source,
            "colours": _units(file.source, runs),
            "hidden": {
                f"{ord(one):x}": [short_name(one), long_name(one)]
                for one in sorted(set(HIDDEN.findall(file.source)))
            },
            "levels": levels(file),
            "lines": run_lengths(line_statuses(file, self.lines, self.marks)),
            "decisions": [_decision(one, place) for one in file.decisions],
            "marks": [_mark(one, place) for one in self.marks],
            "gaps": self._listed(),
            "scopes": [_scope(one) for one in file.scopes],
        }

    def _listed(self) -> Json:
        """Each gap once, `all`, and for each level which of them it lists.  What a mark has is
        left out: [mark, subject or how much of its label, said, detail, kind, nearness, seen]."""
        mark_at = {one.anchor: number for number, one in enumerate(self.marks)}
        pool: dict[Gap, int] = {}
        listed = {
            level: column(distances(pool.setdefault(one, len(pool)) for one in found))
            for level, found in self.gaps.items()
        }
        told = []
        for gap in pool:
            line, anchor, function, subject, *rest = _gap(gap)
            number = mark_at.get(anchor)
            if number is None:
                told.append([line, anchor, function, subject, *rest])
            else:
                label = self.marks[number].label
                is_start = subject and subject.isascii() and label.startswith(f"{subject}: ")
                told.append([number, len(subject) if is_start else subject, *rest])
        return {**listed, "all": told}

    def entry(self) -> Json:
        """A row of the index."""
        file = self.file
        first = self.gaps["condition"][:1]
        return {
            "name": self.name,
            "path": visible(file.path),
            "levels": levels(file),
            "arcs": _tally(file.arcs.tally),
            "never": len(self.never),
            "hidden": self.hidden,
            "kinds": _kinds(self._all_gaps),
            "lines": len(file.lines.missed),
            "doubts": [file.unexplained, file.contradictions],
            "problem": visible(file.problem) if file.problem else None,
            "first": _gap(first[0]) if first else None,
            "size": len(file.source),
        }

    @property
    def hidden(self) -> int:
        """Outcomes that never happened on lines that count as covered."""
        statuses = Statuses(self.file.lines)
        return sum(statuses.of_statement(key.span.line) == "c" for key in self.never)

    def scopes(self) -> list[list[Any]]:
        """For the index of functions and classes: as on the page, and the kinds of gaps in it."""
        return [[*_scope(one), _kinds(self._between(one))] for one in self.file.scopes]

    def worklist(self) -> list[list[Any]]:
        """Gaps for the worklist of all files."""
        return [_gap(gap) for gap in self._all_gaps]

    @cached_property
    def _all_gaps(self) -> list[Gap]:
        """What counts in any lens, each gap once."""
        return [*self.gaps["condition"], *self._vectors()]

    def _between(self, scope: ScopeResult) -> list[Gap]:
        """The gaps that a function or class counts: all between its lines, as its levels do."""
        return [gap for gap in self._all_gaps if scope.line <= gap.line <= scope.end_line]

    def _vectors(self) -> list[Gap]:
        """What only MC/DC misses."""
        return [gap for gap in self.gaps["mcdc"] if gap.kind == "mcdc"]


def levels(of: FileResult | Results) -> list[list[int]]:
    """[covered, missed, undetermined] of each level."""
    return [_tally(tally_of(of, level)) for level in LEVELS]


def document_name(path: str) -> str:
    """Names a file in links: readable, plain ASCII, different for different paths even where
    case does not count, and the same every time."""
    digest = hashlib.sha256(path.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    last = re.split(r"[/\\]", path)[-1]
    readable = re.sub(r"[^A-Za-z0-9_]+", "-", last)[:60].strip("-")
    return f"{readable}-{digest}" if readable else digest


def _kinds(found: Iterable[Gap]) -> dict[str, int]:
    """{kind: how many gaps of it}"""
    return dict(Counter(gap.kind for gap in found))


def _tally(tally: Tally) -> list[int]:
    return [tally.covered, tally.missed, tally.undetermined]


def _placer(lines: Sequence[str]) -> Place:
    """Spans with columns as JavaScript counts them."""
    if _is_basic(lines):
        return list

    def column(line: int, col: int) -> int:
        text = lines[line - 1] if 0 < line <= len(lines) else ""
        return col + sum(one > "\uffff" for one in text[:col])

    return lambda span: [
        span.line,
        column(span.line, span.col),
        span.end_line,
        column(span.end_line, span.end_col),
    ]


def _is_basic(lines: Sequence[str]) -> bool:
    return max(map(max, filter(None, lines)), default="") <= "\uffff"


def _units(source: str, runs: Sequence[tuple[int, int]]) -> list[int]:
    """Runs as one list: length, class, length, class, …"""
    if source and max(source) > "\uffff":
        found, at = [], 0
        for length, name in runs:
            text = source[at : at + length]
            found += [length + sum(one > "\uffff" for one in text), name]
            at += length
        return found
    return [number for run in runs for number in run]


def _decision(result: DecisionResult, place: Place) -> Json:
    decision = result.decision
    return {
        "kind": decision.kind.value,
        "span": place(decision.span),
        "function": decision.function,
        "outcomes": _outcomes(result.outcomes),
        "conditions": [_condition(one, place) for one in result.conditions],
        "vectors": [
            [*_vector(one), count, visible(result.witnesses.get(one, ""))]
            for one, count in result.vectors
        ],
        **({"ways": result.unanalysed} if result.unanalysed else {}),
    }


def _condition(result: ConditionResult, place: Place) -> Json:
    one = result.condition
    told: Json = {
        "span": place(one.span),
        "outcomes": _outcomes(result.outcomes),
        "next": [one.if_true, one.if_false],
        "mcdc": STATUS_LETTER[result.mcdc],
    }
    if result.pair:
        told["pair"] = [_vector(each) for each in result.pair]
    if result.need:
        told["needs"] = [_vector(each) for each in result.need.vectors]
        told["beside"] = _vector(result.need.beside) if result.need.beside else None
    if not one.tested:
        told["untested"] = True
    return told


def _outcomes(outcomes: Mapping[str, OutcomeResult]) -> list[list[Any]]:
    """[name, status, count, evaluated, reason]"""
    return [
        [name, STATUS_LETTER[one.status], one.count, one.evaluated]
        + ([visible(one.reason)] if one.reason else [])
        for name, one in outcomes.items()
    ]


def _vector(vector: Vector) -> list[str]:
    """`["TF-", "F"]`"""
    return ["".join(TRUTH[value] for value in vector.values), TRUTH[vector.outcome]]


def _mark(mark: Mark, place: Place) -> list[Any]:
    """[span, lenses, ticks, label, anchor, decision, condition or -1, MC/DC status or ""]"""
    return [
        place(mark.span),
        mark.lenses,
        [[tick.letter, STATUS_LETTER[tick.status]] for tick in mark.ticks],
        mark.label,
        mark.anchor,
        mark.decision,
        -1 if mark.condition is None else mark.condition,
        STATUS_LETTER[mark.mcdc] if mark.mcdc else "",
    ]


def _gap(gap: Gap) -> list[Any]:
    """[line, anchor, function, subject or None, said, detail, kind, nearness, seen]"""
    subject, said = gap.sentence.subject, gap.sentence.said
    return [
        gap.line,
        gap.anchor,
        gap.function,
        None if subject is None else visible(subject),
        visible(said),
        visible(gap.sentence.detail),
        gap.kind,
        int(gap.near),
        gap.seen,
    ]


def _scope(scope: ScopeResult) -> list[Any]:
    """[name, kind, line, end line, one tally per level]"""
    tallies = (scope.lines, scope.branch, scope.condition, scope.mcdc)
    return [
        scope.name,
        scope.kind.value[0],
        scope.line,
        scope.end_line,
        [_tally(one) for one in tallies],
    ]
