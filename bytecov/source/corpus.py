"""Maps sources without running them: what nothing explains, what was not found."""

import sys
import warnings
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from bytecov.model.errors import DataError
from bytecov.source.link import Links, link
from bytecov.source.parse import Source, read_source


@dataclass(slots=True)
class CorpusReport:
    """Counts over all files, and each case as `path:line: words`."""

    files: int = 0
    branches: int = 0
    artifacts: Counter[str] = field(default_factory=Counter)
    conditions: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    unexplained: list[str] = field(default_factory=list)
    unfound: list[str] = field(default_factory=list)
    mismatches: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def map_corpus(paths: Iterable[Path]) -> CorpusReport:
    """Compile and link each Python file; files below a folder too."""
    report = CorpusReport()
    for path in paths:
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            _map_file(file, report)
    return report


def _map_file(path: Path, report: CorpusReport) -> None:
    try:
        source = read_source(path)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            code = compile(source.text, str(path), "exec", dont_inherit=True)
    except (DataError, SyntaxError, ValueError, RecursionError) as error:
        report.problems.append(f"{path}: {error}")
        return
    report.files += 1
    _count(source, link(source, code), report)


def _count(source: Source, links: Links, report: CorpusReport) -> None:
    for code, flow in links.flows.items():
        report.branches += len(flow.branches)
        report.conditions += len(links.outcomes[code])
    report.artifacts.update(links.artifacts.values())
    for code, offset, reason in links.unexplained:
        branch = links.flows[code].by_offset[offset]
        report.unexplained.append(
            f"{source.path}:{branch.line}: {code.co_qualname} {offset} {branch.name}: {reason}"
        )
    for key, why in links.unfound:
        if why is None:
            text = source.segment(key.span)
            report.unfound.append(f"{source.path}:{key.span.line}: {key.outcome} of {text!r}")
        else:
            report.reasons[why] += 1
    for code, edge, expected, found in links.mismatches:
        line = links.flows[code].by_offset[edge.source].line
        report.mismatches.append(
            f"{source.path}:{line}: {code.co_qualname} {edge.source}: "
            f"leads to {found}, not to {expected}"
        )


def main(arguments: list[str]) -> int:
    """Print the report of `python -m bytecov.source.corpus PATH…`."""
    report = map_corpus(Path(argument) for argument in arguments)
    print(f"files {report.files}, branches {report.branches}, edges {report.conditions}")
    print("artifacts", dict(report.artifacts.most_common()))
    print("not found, with reason", dict(report.reasons.most_common()))
    for name in ("unexplained", "unfound", "mismatches", "problems"):
        cases: list[str] = getattr(report, name)
        print(f"{name}: {len(cases)}")
        for case in cases:
            print("   ", case)
    return 1 if report.unexplained or report.unfound or report.mismatches else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
