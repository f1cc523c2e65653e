"""Results as Cobertura's XML, for Codecov, GitLab, SonarQube, diff-cover, Jenkins and others.

Valid against http://cobertura.sourceforge.net/xml/coverage-04.dtd.  A package is a directory, a
class is a file, a `<condition>` of a line is a condition of the source: 50 % where it came out
one way only.  What is excluded or undetermined is not there.
"""

import posixpath
import re
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

import bytecov
from bytecov.model.decision import DecisionKind
from bytecov.model.result import FileResult, Results, Tally
from bytecov.report.branches import Branch, branches_by_line

DTD = "http://cobertura.sourceforge.net/xml/coverage-04.dtd"
DEEPEST = 99


def render_cobertura(
    results: Results, source: str, timestamp: int = 0, package_depth: int = DEEPEST
) -> str:
    """The document; `source` is the directory that the paths are relative to, `timestamp` in
    milliseconds since 1970.  Directories below `package_depth` are in the package above."""
    files = [_File(file, results.level) for file in results.files if not file.problem]
    packages: dict[str, list[_File]] = {}
    for file in files:
        packages.setdefault(_package(file.path, package_depth), []).append(file)
    lines, branches = _sums(files)
    facts = {
        "line-rate": _rate(lines),
        "branch-rate": _rate(branches),
        "lines-covered": lines.covered,
        "lines-valid": lines.total,
        "branches-covered": branches.covered,
        "branches-valid": branches.total,
        "complexity": 0,
        "version": f"bytecov {bytecov.__version__}",
        "timestamp": timestamp,
    }
    document = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<!DOCTYPE coverage SYSTEM "{DTD}">',
        f"<coverage{_attributes(facts)}>",
        f"  <sources>\n    <source>{escape(_allowed(source))}</source>\n  </sources>",
        "  <packages>",
        *(line for name in sorted(packages) for line in _of_package(name, packages[name])),
        "  </packages>",
        "</coverage>",
    ]
    return "\n".join(document) + "\n"


class _File:
    """A file with its branches by line."""

    def __init__(self, file: FileResult, level: str) -> None:
        self.path = file.path.replace("\\", "/")
        self.hits = dict.fromkeys(file.lines.missed, 0) | dict.fromkeys(file.lines.covered, 1)
        self.branches = branches_by_line(file, level)
        self.lines = file.lines.tally
        self.tally = sum(map(_tally, self.branches.values()), Tally())


def _tally(branches: Iterable[Branch]) -> Tally:
    covered = sum(one.covered for one in branches)
    return Tally(covered, sum(len(one.outcomes) for one in branches) - covered)


def _sums(files: Iterable[_File]) -> tuple[Tally, Tally]:
    """Lines and branches."""
    files = list(files)
    return sum((one.lines for one in files), Tally()), sum((one.tally for one in files), Tally())


def _package(path: str, depth: int) -> str:
    """The dotted name of the directory of `path`, `.` for the directory that all start from."""
    parts = [part for part in posixpath.dirname(path).split("/") if part]
    return ".".join(parts[:depth]) or "."


def _of_package(name: str, files: list[_File]) -> Iterator[str]:
    lines, branches = _sums(files)
    yield f"    <package{_attributes({'name': name, **_rates(lines, branches)})}>"
    yield "      <classes>"
    for file in sorted(files, key=lambda one: one.path):
        names = {"name": posixpath.basename(file.path), "filename": file.path}
        yield f"        <class{_attributes(names | _rates(file.lines, file.tally))}>"
        yield "          <methods/>"
        yield "          <lines>"
        for number in sorted(file.hits.keys() | file.branches.keys()):
            yield from _of_line(number, file.hits.get(number, 0), file.branches.get(number, []))
        yield "          </lines>"
        yield "        </class>"
    yield "      </classes>"
    yield "    </package>"


def _of_line(number: int, hits: int, branches: list[Branch]) -> Iterator[str]:
    start = f'            <line number="{number}" hits="{hits}"'
    if not branches:
        yield f"{start}/>"
        return
    tally = _tally(branches)
    yield f'{start} branch="true" condition-coverage="{_share(tally)}">'
    yield "              <conditions>"
    for i, branch in enumerate(branches):
        facts = {"number": i, "type": _type(branch), "coverage": _percent(_tally([branch]))}
        yield f"                <condition{_attributes(facts)}/>"
    yield "              </conditions>"
    yield "            </line>"


def _type(branch: Branch) -> str:
    """Cobertura's two words."""
    return "switch" if branch.kind is DecisionKind.MATCH_CASE else "jump"


def _rates(lines: Tally, branches: Tally) -> dict[str, object]:
    return {"line-rate": _rate(lines), "branch-rate": _rate(branches), "complexity": 0}


def _rate(tally: Tally) -> str:
    """0 to 1; rounded, but never to either from what is neither."""
    rate = f"{tally.percent / 100:.4f}".rstrip("0").rstrip(".")
    if tally.missed and rate == "1":
        return "0.9999"
    return "0.0001" if tally.covered and rate == "0" else rate


def _percent(tally: Tally) -> str:
    return f"{tally.covered * 100 // tally.total}%"


def _share(tally: Tally) -> str:
    return f"{_percent(tally)} ({tally.covered}/{tally.total})"


def _attributes(values: dict[str, object]) -> str:
    return "".join(f" {name}={quoteattr(_allowed(str(it)))}" for name, it in values.items())


def _allowed(text: str) -> str:
    """Text without what no XML document may hold (XML 1.0, 2.2)."""
    return re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", text)
