"""Data files to test with."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bytecov.model.edge import Edge, EdgeKind
from bytecov.model.hits import Hits
from bytecov.model.obligation import ObligationKey
from bytecov.model.span import Span
from bytecov.store.database import write
from bytecov.store.records import Doubt, Run
from bytecov.store.writing import Writer

TRUE = ObligationKey("condition", Span(1, 3, 1, 4), "true")
FALSE = ObligationKey("condition", Span(1, 3, 1, 4), "false")
LOOP = ObligationKey("for", Span(7, 0, 7, 9), "entered")
EDGE = Edge(4, 20, EdgeKind.JUMP)
CODE = compile("def f(a):\n    return a or 1\n", "m.py", "exec")


def a_run(uuid: str, python: str = "3.11.7", started: float = 1.0) -> Run:
    return Run(
        uuid, ("pytest", "-q"), "/work", "vm", ("edges",), python, "linux", "0.1.0", 0, started, 0.5
    )


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Path]:
    """Writes a data file with one run of one file."""

    def make(
        name: str = ".bytecov",
        uuid: str = "u1",
        outcomes: dict[ObligationKey, int] | None = None,
        lines: tuple[int, ...] = (1, 2),
        path: str = "/work/m.py",
        digest: str = "d1",
        context: str = "",
        python: str = "3.11.7",
    ) -> Path:
        target = tmp_path / name
        with write(str(target)) as connection:
            writer = Writer(connection)
            writer.add_run(a_run(uuid, python))
            file = writer.file(path, digest)
            number = writer.context(context)
            writer.add_covered(file, number, outcomes or {TRUE: 2}, set(lines))
            writer.add_hits(file, number, CODE, python, Hits({0: 1, 4: 2}, {EDGE: 3}))
            writer.add_doubt(file, Doubt("unexplained", python, "offset 8"))
        return target

    return make
