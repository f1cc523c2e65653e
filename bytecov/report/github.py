"""Results as workflow commands: annotations beside the lines of a pull request on GitHub.

https://docs.github.com/actions/reference/workflow-commands-for-github-actions says what they
look like.  GitHub shows ten warnings of a step, so the files with most misses come first.
"""

from collections.abc import Iterator

from bytecov.model.result import FileResult, Results
from bytecov.report.layout import Look
from bytecov.report.missing import Entry, Unreached, entries
from bytecov.report.numbers import grouped, headline, tally_of


def render_github(results: Results, look: Look) -> str:
    """One line for each annotation, the headline first; ends with a newline."""
    lines = [_command("notice", headline(results, look.level, look.precision), title="bytecov")]
    for file in results.files:
        if file.problem:
            lines.append(_command("warning", file.problem, file=file.path))
    for file in sorted(results.files, key=lambda one: -tally_of(one, look.level).missed):
        lines += [_command("warning", said, file=file.path) for said in file.warnings]
        if look.missing:
            lines += _missing_of(file, look.level)
    return "\n".join(lines) + "\n"


def _missing_of(file: FileResult, level: str) -> Iterator[str]:
    for one in entries(file, level):
        yield _annotation(file.path, one)
    for first, last in grouped(file.lines.missed):
        said = "this line never ran" if first == last else "these lines never ran"
        yield _command("warning", said, file=file.path, line=first, endLine=last)


def _annotation(path: str, one: Entry | Unreached) -> str:
    if isinstance(one, Unreached):
        return _command("warning", one.text, file=path, line=one.first, endLine=one.last)
    span = one.span
    place: dict[str, object] = {"file": path, "line": span.line, "endLine": span.end_line}
    if span.line == span.end_line:  # columns count within one line, from 1
        place |= {"col": span.col + 1, "endColumn": span.end_col + 1}
    if title := f"{one.kind} {one.text}".strip():
        place["title"] = title
    said = "\n".join(sentence.text for sentence in one.sentences)
    return _command("warning", said, **place)


def _command(name: str, message: str, **properties: object) -> str:
    listed = ",".join(f"{key}={_property(str(it))}" for key, it in properties.items())
    return f"::{name} {listed}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
