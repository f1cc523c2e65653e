"""Says what is owed for sources, for other Pythons to agree with.

    python -m tests.source.say_obligations < PATHS

A line for each path: a digest of every decision, condition, outcome and destination, or `-` where
this Python cannot parse the source.  With `-v`, all of it.
"""

import hashlib
import sys
from collections.abc import Iterator

from bytecov.model.errors import DataError
from bytecov.source.obligations import survey
from bytecov.source.parse import Source, read_source


def owed(source: Source) -> Iterator[str]:
    """Everything that a source owes, a line for each decision or condition."""
    found = survey(source)
    for one in found.decisions:
        goals = [found.destinations.get(one.key(name)) for name in one.outcomes]
        shown = (tuple(one.span), one.text, one.function, one.outcomes, goals)
        yield f"{one.kind.value} {shown}"
        for part in one.conditions:
            yield f"  {(tuple(part.span), part.text, part.if_true, part.if_false, part.tested)}"


def main(verbose: bool) -> None:
    for path in sys.stdin.read().splitlines():
        try:
            lines = list(owed(read_source(path)))
        except DataError as error:
            lines = [f"- {error}"] if verbose else []
            digest = "-"
        else:
            digest = hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()
        print(digest, path)
        if verbose:
            print(*lines, sep="\n")


if __name__ == "__main__":
    main("-v" in sys.argv[1:])
