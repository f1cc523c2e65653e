"""What the front page knows: all files, then on demand all functions and the worklist."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from bytecov.model.result import Tally
from bytecov.report.html.document import LEVELS
from bytecov.report.numbers import percent_text

LONGEST_WORKLIST = 2_000  # gaps; the nearest of all files

Json = dict[str, Any]


class Told(Protocol):
    """What one source has to say."""

    name: str
    entry: Json
    scopes: list[list[Any]]
    worklist: list[list[Any]]


def front(entries: Sequence[Json], title: str, facts: Mapping[str, Any]) -> Json:
    """The index of files, and the sums above it."""
    levels = [
        [sum(entry["levels"][place][part] for entry in entries) for part in range(3)]
        for place in range(len(LEVELS))
    ]
    return {
        **facts,
        "title": title,
        "levels": levels,
        "percents": [percent_text(Tally(*one)) for one in levels],
        "never": sum(entry["never"] for entry in entries),
        "hidden": sum(entry["hidden"] for entry in entries),
        "unexplained": sum(entry["doubts"][0] for entry in entries),
        "contradictions": sum(entry["doubts"][1] for entry in entries),
        "problems": sum(bool(entry["problem"]) for entry in entries),
        "deceived": sum(
            bool(entry["never"]) and not entry["levels"][0][1] and not entry["problem"]
            for entry in entries
        ),
        "files": list(entries),
    }


def functions(sources: Iterable[Told]) -> Json:
    """{"scopes": [[source, …as `document` tells a scope, kinds of its gaps], …]}"""
    return {
        "scopes": [[place, *scope] for place, one in enumerate(sources) for scope in one.scopes]
    }


def worklist(sources: Iterable[Told]) -> Json:
    """The gaps that a test comes to most easily: by nearness, then by how often it was near."""
    found = [[place, *gap] for place, one in enumerate(sources) for gap in one.worklist]
    found.sort(key=lambda gap: (gap[8], -gap[9], gap[0], gap[1]))
    return {"gaps": found[:LONGEST_WORKLIST], "total": len(found)}
