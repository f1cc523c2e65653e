"""Results as Markdown for a comment on a pull request."""

import html
import re

from bytecov.model.result import FileResult, Results
from bytecov.report.layout import Look, cells, columns, listed
from bytecov.report.missing import Entry, Unreached, entries
from bytecov.report.numbers import headline, ranges
from bytecov.report.sentences import Missing
from bytecov.report.text import remarks


def render_markdown(results: Results, look: Look) -> str:
    """A headline, a table, and a foldable list for each file with something missing."""
    files, left_out = listed(results, look)
    lines = [f"**{headline(results, look.level, look.precision)}**", ""]
    head = columns(look)
    lines += [_row(head), "|:---" + "|---:" * (len(head) - 1) + "|"]
    for file in files:
        lines.append(_row(cells(file, plain(file.path), look)))
    lines.append(_row(tuple(f"**{one}**" for one in cells(results, "TOTAL", look))))
    for note in [*([left_out] if left_out else []), *remarks(results)]:
        lines += ["", plain(note)]
    if look.missing:
        for file in files:
            lines += _missing_of(file, look.level)
    return "\n".join(lines) + "\n"


def code(text: str) -> str:
    """Source text between as many backticks as it takes, on one line."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{' '.join(text.split())}{pad}{fence}"


def _missing_of(file: FileResult, level: str) -> list[str]:
    items: list[str] = []
    if file.lines.missed:
        items.append(f"- lines {ranges(file.lines.missed)} never ran")
    for one in entries(file, level):
        items += _told(one)
    if not items:
        return []
    summary = f"<details><summary>{html.escape(file.path)}</summary>"
    return ["", summary, "", *items, "", "</details>"]


def _told(one: Entry | Unreached) -> list[str]:
    if isinstance(one, Unreached):
        name = code(one.function) if one.function else "the module's own code"
        return [f"- {one.where}: {name}: none of its {one.decisions} decisions was ever reached"]
    name = f"{one.kind} {code(one.text)}".lstrip() if one.text else one.kind
    if inline := one.inline:
        said = f"{name}{': ' if one.text else ' '}{_sentence(inline)}".lstrip()
        return [f"- {one.where}: {said}"]
    return [f"- {one.where}: {name}", *(f"  - {_sentence(each)}" for each in one.sentences)]


def _sentence(one: Missing) -> str:
    said = one.said if one.subject is None else f"{code(one.subject)} {one.said}"
    return f"{said} ({one.detail})" if one.detail else said


def plain(text: str) -> str:
    """Text that Markdown and HTML leave as it is."""
    return re.sub(r"([\\`*_{}\[\]<>#|])", r"\\\1", text)


def _row(row: tuple[str, ...]) -> str:
    return "| " + " | ".join(row) + " |"
