"""Results as plain text: a sentence, a table, and in words what never happened."""

from bytecov.model.result import FileResult, Results
from bytecov.report.layout import Look, cells, columns, listed
from bytecov.report.missing import Entry, Unreached, entries
from bytecov.report.numbers import counted, headline, percent_text, ranges, tally_of


def render_total(results: Results, look: Look) -> str:
    """Only the percentage of the level."""
    return percent_text(tally_of(results, look.level), look.precision) + "\n"


def render_text(results: Results, look: Look) -> str:
    """The whole report; ends with a newline."""
    files, left_out = listed(results, look)
    parts = [headline(results, look.level, look.precision), "", *_table(results, files, look)]
    notes = [left_out] if left_out else []
    notes += remarks(results)
    if notes:
        parts += ["", *notes]
    if look.missing:
        for file in files:
            if told := missing_of(file, look.level):
                parts += ["", *told]
    return "\n".join(parts) + "\n"


def remarks(results: Results) -> list[str]:
    """What the reader must know beside the numbers, one sentence each."""
    found = [
        file.problem if file.path in file.problem else f"{file.path}: {file.problem}"
        for file in results.files
        if file.problem
    ]
    found += [f"{file.path}: {said}" for file in results.files for said in file.warnings]
    if undetermined := results.condition.undetermined:
        verb = "is" if undetermined == 1 else "are"
        found.append(
            f"{counted(undetermined, 'outcome')} {verb} undetermined, neither covered nor missed:"
            " nothing tests the last operand of a value `a or b`"
        )
    if results.level == "mcdc" and (unknown := results.mcdc.undetermined):
        verb = "is" if unknown == 1 else "are"
        found.append(
            f"{counted(unknown, 'condition')} {verb} undetermined for MC/DC: an evaluation that"
            " would tell ends in an untested operand, or its path was not recorded"
        )
    unexplained = sum(file.unexplained for file in results.files)
    contradictions = sum(file.contradictions for file in results.files)
    if unexplained:
        found.append(
            f"{counted(unexplained, 'branch', 'branches')} of the bytecode could not be explained:"
            " `bytecov debug unexplained`"
        )
    if contradictions:
        found.append(
            f"{counted(contradictions, 'contradiction')} between analysis and run, a bug of"
            " bytecov: `bytecov debug contradictions`"
        )
    return found


def missing_of(file: FileResult, level: str) -> list[str]:
    """The lines about one file, its name first; empty if nothing is missing."""
    lines: list[str] = []
    if file.lines.missed:
        word = "line" if len(file.lines.missed) == 1 else "lines"
        lines.append(f"  {word} {ranges(file.lines.missed)} never ran")
    found = entries(file, level)
    width = max((len(one.where) for one in found), default=0)
    for one in found:
        lines += _told(one, width)
    return [file.path, *lines] if lines else []


def _told(one: Entry | Unreached, width: int) -> list[str]:
    start = f"  {one.where:<{width}}  "
    if isinstance(one, Unreached):
        return [start + one.text]
    name = f"{one.kind} `{one.text}`".lstrip() if one.text else one.kind
    if inline := one.inline:
        return [start + f"{name}{': ' if one.text else ' '}{inline.text}".lstrip()]
    below = " " * (len(start) + 2)
    return [start + name, *(below + each.text for each in one.sentences)]


def _table(results: Results, files: list[FileResult], look: Look) -> list[str]:
    head = columns(look)
    rows = [cells(file, file.path, look) for file in files]
    total = cells(results, "TOTAL", look)
    widths = [max(map(len, column)) for column in zip(head, *rows, total, strict=True)]

    def line(row: tuple[str, ...]) -> str:
        name, *numbers = row
        # A percentage and its misses belong together: more space in front of a percentage.
        gaps = ("    ", "  ") * (len(numbers) // 2)
        return name.ljust(widths[0]) + "".join(
            gap + number.rjust(width)
            for gap, number, width in zip(gaps, numbers, widths[1:], strict=True)
        )

    rule = "-" * len(line(head))
    return [line(head), rule, *map(line, rows), *([rule] if rows else []), line(total)]
