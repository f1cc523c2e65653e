"""Who witnessed what, as a JSON document that loads when a reader asks for it."""

from typing import Any

from bytecov.model.result import FileResult
from bytecov.model.witness import Witnesses
from bytecov.report.html.bytecode import obligation_places
from bytecov.report.html.pack import deltas
from bytecov.report.html.visible import visible


def tests(file: FileResult, witnesses: Witnesses) -> dict[str, Any]:
    """`outcomes`: [decision, condition or -1, outcome, tests].  Tests are numbers of `names`,
    each as its distance to the one before."""
    places = obligation_places(file)
    return {
        "names": [visible(name) for name in witnesses.contexts],
        "outcomes": sorted(
            [*places[key.kind, key.span], key.outcome, deltas(numbers)]
            for key, numbers in witnesses.outcomes.items()
        ),
    }
