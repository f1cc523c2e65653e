"""The report for eyes: the text report's content in colour, by rich where it is installed."""

from typing import TYPE_CHECKING

from bytecov.model.printable import printable
from bytecov.model.result import FileResult, Results, Tally
from bytecov.report.layout import Look, cells, columns, listed
from bytecov.report.missing import Entry, Unreached, entries
from bytecov.report.numbers import headline, ranges, shown_levels, tally_of
from bytecov.report.sentences import Missing
from bytecov.report.text import remarks

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text


def print_terminal(results: Results, look: Look) -> bool:
    """Print the report on standard output; False if rich is not there to do it."""
    try:
        from rich.console import Console
        from rich.text import Text
    except ImportError:
        return False
    console = Console(highlight=False)
    files, left_out = listed(results, look)
    missed = tally_of(results, look.level).missed
    first = headline(results, look.level, look.precision)
    console.print(Text(first, style="bold yellow" if missed else "bold green"))
    console.print()
    console.print(_table(results, files, look))
    for note in [*([left_out] if left_out else []), *remarks(results)]:
        console.print(Text(printable(note), style="dim"))
    for file in files if look.missing else []:
        for line in _missing_of(file, look.level):
            console.print(line, soft_wrap=True)
    return True


def _table(results: Results, files: list[FileResult], look: Look) -> "Table":
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, show_footer=True, pad_edge=False)
    total = _row(results, "TOTAL", look)
    for heading, footer in zip(columns(look), total, strict=True):
        if heading == "Name":
            table.add_column(heading, footer=footer, overflow="fold")
        else:
            table.add_column(heading, footer=footer, justify="right", no_wrap=True)
    for file in files:
        table.add_row(*_row(file, file.path, look))
    return table


def _row(results: Results | FileResult, name: str, look: Look) -> "list[Text]":
    from rich.text import Text

    row = [Text(printable(name))]
    texts = cells(results, name, look)[1:]
    for i, level in enumerate(shown_levels(look.level)):
        style = _style(tally_of(results, level))
        row += [Text(texts[2 * i], style=style), Text(texts[2 * i + 1], style=style)]
    return row


def _style(tally: Tally) -> str:
    if not tally.missed:
        return "green"
    return "yellow" if tally.percent >= 75 else "red"


def _missing_of(file: FileResult, level: str) -> "list[Text]":
    from rich.text import Text

    lines: list[Text] = []
    if file.lines.missed:
        word = "line" if len(file.lines.missed) == 1 else "lines"
        lines.append(Text.assemble(f"  {word} {ranges(file.lines.missed)} ", ("never ran", "red")))
    found = entries(file, level)
    width = max((len(one.where) for one in found), default=0)
    for one in found:
        lines += _told(one, width)
    return [Text(), Text(printable(file.path), style="bold"), *lines] if lines else []


def _told(one: Entry | Unreached, width: int) -> "list[Text]":
    from rich.text import Text

    start = Text.assemble("  ", (f"{one.where:<{width}}", "cyan"), "  ")
    if isinstance(one, Unreached):
        return [start.append(printable(one.text))]
    if one.kind:
        start.append(one.kind + " ", style="magenta")
    if one.text:
        start.append(printable(one.text))
    if inline := one.inline:
        return [start.append(": " if one.text else "").append_text(_sentence(inline))]
    below = Text(" " * (width + 6))
    return [start, *(below.copy().append_text(_sentence(each)) for each in one.sentences)]


def _sentence(one: Missing) -> "Text":
    from rich.text import Text

    text = Text(printable(f"{one.subject} ") if one.subject else "")
    text.append(one.said, style="red")
    if one.detail:
        text.append(f" ({one.detail})", style="dim")
    return text
