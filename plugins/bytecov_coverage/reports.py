"""coverage.py's reports, told what happened inside its lines.

`separate` (the default): numbers, percentages and `fail_under` stay coverage.py's own, and the
missing outcomes stand beside its missing branches.  `merged`: outcomes are branches and count.
"""

import io
import json
import sys
from contextlib import redirect_stdout
from typing import IO, TYPE_CHECKING, Any

from bytecov.api.lines import FileOutcomes, conditions_percent, file_outcomes
from bytecov_coverage import inside
from bytecov_coverage.analysis import told
from bytecov_coverage.words import Way

if TYPE_CHECKING:
    from coverage import Coverage
    from coverage.plugin import FileReporter
    from coverage.results import Analysis


FORMATS = {
    "report": "text",
    "html_report": "html",
    "xml_report": "xml",
    "json_report": "json",
    "lcov_report": "lcov",
}


class Reports:
    """The reports of one Coverage."""

    def __init__(self, cov: "Coverage", merged: bool) -> None:
        self.cov = cov
        self.merged = merged
        self.format = ""
        self.files: dict[str, FileOutcomes] = {}  # of the report that is being made
        inside.on_report(cov, self.see, describe)

    def make(self, method: str, make: Any, *arguments: Any, **named: Any) -> float:
        """A report: what the `method` of the Coverage, `make`, makes of what it is told here."""
        before, self.format, self.files = self.format, FORMATS[method], {}
        finish = {"text": self._text, "json": self._json}.get(self.format)
        try:
            return float(finish(make, *arguments, **named) if finish else make(*arguments, **named))
        finally:
            self.format = before

    def see(self, analysis: "Analysis", reporter: "FileReporter") -> "Analysis":
        """What a report shall be told of a file."""
        if not self.format or not analysis.has_arcs or not analysis.statements:
            return analysis
        facts = self.cov.get_data().arcs(analysis.filename) or []
        partial = [
            *self.cov.get_exclude_list("partial"),
            *self.cov.get_exclude_list("partial_always"),
        ]
        exclude = self.cov.get_exclude_list("exclude")
        ran = bool(analysis.executed)
        found = file_outcomes(reporter.filename, facts, ran, exclude, partial)
        if found is None:
            return analysis
        self.files[reporter.relative_filename()] = found
        return told(analysis, found.outcomes, reporter, self.merged, self.format)

    def _text(self, make: Any, *arguments: Any, file: IO[str] | None = None, **named: Any) -> float:
        """Below the table, one line about conditions."""
        total = float(make(*arguments, file=file, **named))
        shape = named.get("output_format") or self.cov.get_option("report:format")
        if shape in (None, "text") and self.files:
            print(f"\n{self._summary()}", file=file or sys.stdout)
        return total

    def _summary(self) -> str:
        files = self.files.values()
        missed = sum(not one.covered for found in files for one in found.outcomes)
        some = f"{missed} outcome{'' if missed == 1 else 's'} never happened"
        said = some if missed else "every outcome happened"
        return f"bytecov: conditions {conditions_percent(files)}%, {said}"

    def _json(
        self, make: Any, morfs: Any = None, outfile: str | None = None, **named: Any
    ) -> float:
        """A key `bytecov` in the totals and in each file."""
        path = outfile or str(self.cov.get_option("json:output"))
        if path == "-":
            with redirect_stdout(io.StringIO()) as caught:
                total = float(make(morfs, outfile, **named))
            document = json.loads(caught.getvalue())
            self._extend(document)
            sys.stdout.write(json.dumps(document, indent=self._indent(named)))
            return total
        total = float(make(morfs, outfile, **named))
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
        self._extend(document)
        with open(path, "w", encoding="utf-8") as file:
            json.dump(document, file, indent=self._indent(named))
        return total

    def _indent(self, named: dict[str, Any]) -> int | None:
        pretty = named.get("pretty_print")
        if pretty is None:
            pretty = self.cov.get_option("json:pretty_print")
        return 4 if pretty else None

    def _extend(self, document: dict[str, Any]) -> None:
        totals = {"covered": 0, "missed": 0}
        for name, found in self.files.items():
            missing = [
                {
                    "line": one.span.line,
                    "column": one.span.col,
                    "text": one.sentence,
                    "outcome": one.key.outcome,
                }
                for one in found.outcomes
                if not one.covered
            ]
            numbers = {"covered": len(found.outcomes) - len(missing), "missed": len(missing)}
            document["files"][name]["bytecov"] = {**numbers, "missing": missing}
            totals = {key: totals[key] + numbers[key] for key in totals}
        document["totals"]["bytecov"] = totals


def describe(reporter: "FileReporter") -> None:
    """Have a file reporter find words for our ways."""
    missing, name = reporter.missing_arc_description, reporter.arc_description

    def missing_arc_description(start: int, end: int, executed_arcs: Any = None) -> str:
        return end.sentence if isinstance(end, Way) else missing(start, end, executed_arcs)

    def arc_description(start: int, end: int) -> str:
        return end.name if isinstance(end, Way) else name(start, end)

    setattr(reporter, "missing_arc_description", missing_arc_description)  # noqa: B010
    setattr(reporter, "arc_description", arc_description)  # noqa: B010
