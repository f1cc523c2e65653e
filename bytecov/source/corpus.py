"""Maps sources without running them: what nothing explains, what was not found."""

import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
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
    edges: int = 0  # that belong to an obligation
    artifacts: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    unexplained: list[str] = field(default_factory=list)
    unfound: list[str] = field(default_factory=list)
    mismatches: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether every branch is explained and every condition found where it belongs."""
        return not (self.unexplained or self.unfound or self.mismatches)


def map_corpus(paths: Iterable[Path]) -> CorpusReport:
    """Compile and link each Python file; files below a folder too."""
    report = CorpusReport()
    for path in paths:
        for file in _files(path):
            _map_file(file, report)
    return report


def _files(path: Path) -> Iterator[Path]:
    """The sources at a path, in order.  Packages that live inside a folder are not part of it:
    a standard library holds `site-packages`."""
    if not path.is_dir():
        yield path
        return
    for file in sorted(path.rglob("*.py")):
        if "site-packages" not in file.relative_to(path).parts:
            yield file


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
        report.edges += len(links.outcomes[code])
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

