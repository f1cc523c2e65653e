"""Results as an LCOV trace file, for genhtml, Coveralls, editors and others.

The records are those of `man geninfo`.  Each outcome is a BRDA whose third field says in words
what it is; a block is a condition, or a decision that has none.  MCDC is of lcov 2: a condition
is sensitised in both senses once it was shown to decide alone, and in neither before.
"""

import base64
import hashlib
from collections.abc import Iterator

from bytecov.model.result import DecisionResult, FileResult, Results, Status
from bytecov.report.branches import Branch, branches_by_line, first_line
from bytecov.report.sentences import shorten


def render_lcov(results: Results, checksums: bool = False) -> str:
    """The file; `checksums`: an MD5 of each line behind its count, as lcov --checksum has it."""
    lines = [
        line
        for file in results.files
        if not file.problem
        for line in _of_file(file, results.level, checksums)
    ]
    return "\n".join([*lines, ""])


def _of_file(file: FileResult, level: str, checksums: bool) -> Iterator[str]:
    yield "TN:"
    yield f"SF:{' '.join(file.path.splitlines())}"
    if level != "line":
        yield from _branches(branches_by_line(file, level))
    if level == "mcdc":
        yield from _mcdc(file)
    text = file.source.split("\n") if checksums else []
    hits = dict.fromkeys(file.lines.missed, 0) | dict.fromkeys(file.lines.covered, 1)
    for number in sorted(hits):
        yield f"DA:{number},{hits[number]}" + (f",{_sum(text[number - 1])}" if checksums else "")
    yield f"LF:{len(hits)}"
    yield f"LH:{len(file.lines.covered)}"
    yield "end_of_record"


def _sum(line: str) -> str:
    digest = hashlib.md5(line.encode("utf-8", "surrogatepass"), usedforsecurity=False).digest()
    return base64.b64encode(digest).decode("ascii").rstrip("=")


def _branches(by_line: dict[int, list[Branch]]) -> Iterator[str]:
    found = covered = 0
    for line, branches in by_line.items():
        for block, branch in enumerate(branches):
            found += len(branch.outcomes)
            covered += branch.covered
            yield from _of_branch(line, block, branch)
    yield f"BRF:{found}"
    yield f"BRH:{covered}"


def _of_branch(line: int, block: int, branch: Branch) -> Iterator[str]:
    text = _words(branch.text)
    for name, outcome in branch.outcomes.items():
        taken: object = "-"  # never evaluated at all
        if outcome.status is Status.COVERED:
            taken = outcome.count or 1
        elif branch.evaluated:
            taken = 0
        yield f"BRDA:{line},{block},{text}: {name},{taken}"


def _words(text: str) -> str:
    """Source text in a field: readers split at commas."""
    return shorten(text).replace(",", ";")


def _mcdc(file: FileResult) -> Iterator[str]:
    lines = sorted((*file.lines.covered, *file.lines.missed))
    by_line: dict[int, list[DecisionResult]] = {}
    for result in sorted(file.decisions, key=lambda one: one.decision.span):
        if any(_is_known(one.mcdc) for one in result.conditions):
            line = first_line(lines, result.decision.span.line)
            by_line.setdefault(line, []).append(result)
    found = covered = 0
    for line, results in sorted(by_line.items()):
        for group in _groups(results):
            for i, (text, is_covered) in enumerate(group):
                found += 2
                covered += 2 * is_covered
                for sense in "tf":
                    yield f"MCDC:{line},{len(group)},{sense},{int(is_covered)},{i},{text}"
    yield f"MCF:{found}"
    yield f"MCH:{covered}"


_Group = list[tuple[str, bool]]  # text of each condition and whether it is covered


def _groups(results: list[DecisionResult]) -> list[_Group]:
    """The decisions of a line.  lcov knows a group by its size alone: where two are of one size,
    all of the line become one group."""
    groups = [
        [
            (_words(part.condition.text), part.mcdc is Status.COVERED)
            for part in result.conditions
            if _is_known(part.mcdc)
        ]
        for result in results
    ]
    if len({len(group) for group in groups}) == len(groups):
        return groups
    return [[one for group in groups for one in group]]


def _is_known(status: Status) -> bool:
    return status in (Status.COVERED, Status.MISSED)
