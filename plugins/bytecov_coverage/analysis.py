"""coverage.py's analysis of a file with our outcomes in it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from coverage.results import Analysis

from bytecov.api.lines import LineOutcome
from bytecov_coverage.words import Way, join_for_html, way

if TYPE_CHECKING:
    from coverage.plugin import FileReporter

Ways = dict[int, list[tuple[Way, bool]]]
"""{line: its outcomes inside the line, and whether they happened}"""


def told(
    analysis: Analysis,
    outcomes: Iterable[LineOutcome],
    reporter: "FileReporter",
    merged: bool,
    form: str,
) -> Analysis:
    """The analysis that a report in format `form` shall have."""
    ways: Ways = defaultdict(list)
    for one in outcomes:
        if one.line in analysis.statements and not _is_known(analysis, one):
            ways[one.line].append((way(one, len(ways[one.line]), form, merged), one.covered))
    if merged:
        analysis = _merged(analysis, ways)
    stats = analysis.branch_stats()
    kind = _CLASSES.get(form, Told)
    # Its numbers were counted when it was made, and stay.
    analysis.__class__ = kind
    assert isinstance(analysis, Told)
    analysis.ways = {} if merged else ways
    analysis.stats = stats
    analysis.reporter = reporter
    if analysis.misses():
        partial = _NotNone(analysis.numbers.n_partial_branches)
        analysis.numbers = replace(analysis.numbers, n_partial_branches=partial)
    return analysis


def _is_known(analysis: Analysis, outcome: LineOutcome) -> bool:
    """Whether coverage.py says the same: an exception may have looked like the way to it."""
    arc = outcome.arc
    if arc is None or arc not in analysis.arc_possibilities_set:
        return False
    if analysis.exit_counts.get(arc.source, 0) < 2:
        return False
    return outcome.covered or arc not in analysis.arcs_executed_set


def _merged(analysis: Analysis, ways: Ways) -> Analysis:
    """The same with each of our ways as an arc."""
    possible, executed = set(analysis.arc_possibilities_set), set(analysis.arcs_executed_set)
    exits = dict(analysis.exit_counts)
    for line, of_line in ways.items():
        if exits.get(line, 0) < 2:  # one exit of its own is no branch, and none beside others
            possible = {arc for arc in possible if arc[0] != line}
            exits[line] = 0
        exits[line] += len(of_line)
        possible.update((line, one) for one, _ in of_line)
        executed.update((line, one) for one, happened in of_line if happened)
    return Analysis(
        precision=analysis.precision,
        filename=analysis.filename,
        has_arcs=analysis.has_arcs,
        statements=analysis.statements,
        excluded=analysis.excluded,
        executed=analysis.executed,
        arc_possibilities_set=possible,
        arcs_executed_set=executed,
        exit_counts=exits,
        no_branch=analysis.no_branch,
    )


class Told(Analysis):
    """For text, XML and JSON: missing outcomes stand among the missing branches."""

    ways: Ways  # that are not among its own arcs
    stats: dict[int, tuple[int, int]]
    reporter: "FileReporter"

    def misses(self) -> dict[int, list[Way]]:
        """{line that ran: its ways that never happened}"""
        found = {}
        for line, of_line in self.ways.items():
            # What was never evaluated missed both its outcomes, in the same words.
            missed = {one.words: one for one, happened in of_line if not happened}
            if missed and line not in self.missing:
                found[line] = list(missed.values())
        return found

    def missing_branch_arcs(self) -> dict[int, list[int]]:
        found = super().missing_branch_arcs()
        for line, missed in self.misses().items():
            found[line] += missed
        return found

    def branch_stats(self) -> dict[int, tuple[int, int]]:
        return dict(self.stats)


class ToldToJson(Told):
    """JSON has a key of its own for them."""

    def missing_branch_arcs(self) -> dict[int, list[int]]:
        return Analysis.missing_branch_arcs(self)


class ToldToLcov(Told):
    """LCOV knows branches only by their records: all outcomes are there, and its sums fit."""

    def missing_branch_arcs(self) -> dict[int, list[int]]:
        return self._with(Analysis.missing_branch_arcs(self), False)

    def executed_branch_arcs(self) -> dict[int, list[int]]:
        return self._with(Analysis.executed_branch_arcs(self), True)

    def branch_stats(self) -> dict[int, tuple[int, int]]:
        found = super().branch_stats()
        for line, of_line in self.ways.items():
            exits, taken = found.get(line, (0, 0))
            happened = sum(happened for _, happened in of_line)
            found[line] = exits + len(of_line), taken + happened
        return found

    def _with(self, arcs: dict[int, list[int]], wanted: bool) -> dict[int, list[int]]:
        for line, of_line in self.ways.items():
            arcs[line] += [one for one, happened in of_line if happened is wanted]
        return arcs


class ToldToHtml(Told):
    """HTML takes one missing destination for each line, and fails on more."""

    def missing_branch_arcs(self) -> dict[int, list[int]]:
        return {
            line: [self._joined(line, missed)] if any(map(_is_way, missed)) else missed
            for line, missed in super().missing_branch_arcs().items()
        }

    def _joined(self, line: int, missed: list[int]) -> Way:
        def describe(end: int) -> str:
            return self.reporter.missing_arc_description(line, end, self.arcs_executed)

        return join_for_html(missed, describe, line)

    def branch_stats(self) -> dict[int, tuple[int, int]]:
        return _Stats(super().branch_stats())


class _NotNone(int):
    """A number of partial branches that is not nothing, be it 0: where it is, `skip_covered`
    leaves the file out."""

    def __eq__(self, other: object) -> bool:
        return other != 0 and int(self) == other

    __hash__ = int.__hash__


def _is_way(end: int) -> bool:
    return isinstance(end, Way)


class _Stats(dict[int, tuple[int, int]]):
    """A line without exits of its own is asked for, too; one is never all of them."""

    def __missing__(self, line: int) -> tuple[int, int]:
        return 0, 0


_CLASSES: dict[str, type[Told]] = {
    "html": ToldToHtml,
    "json": ToldToJson,
    "lcov": ToldToLcov,
}
