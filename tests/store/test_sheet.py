"""Sheets: what one run says of a file, packed, and added to what others said."""

from pathlib import Path

from bytecov.model.edge import Edge, EdgeKind
from bytecov.model.hits import Hits
from bytecov.store.database import write
from bytecov.store.packing import unpack_counts, unpack_edges
from bytecov.store.reading import Contents, load
from bytecov.store.records import Doubt, Knowledge, code_name
from bytecov.store.sheet import Sheet, SheetMaker, dump, revive
from bytecov.store.writing import Writer

from .conftest import CODE, EDGE, FALSE, LOOP, TRUE, a_run

BACK = Edge(20, 4, EdgeKind.JUMP)
DOUBT = Doubt("unexplained", "3.13.0", "offset 8")


def a_sheet(*, again: bool = False) -> Sheet:
    """Of one module, or of one file that was executed twice."""
    maker = SheetMaker()
    name = code_name(CODE, "3.13.0")
    maker.add_hits(name, Hits({0: 1, 4: 2}, {EDGE: 3}))
    maker.add_covered("t", {TRUE: 2}, [1, 2])
    maker.add_knowledge(Knowledge("3.13.0", frozenset({FALSE}), frozenset({LOOP, FALSE})))
    maker.add_doubt(DOUBT)
    if again:
        maker.add_hits(name, Hits({0: 1, 20: 1}, {BACK: 1, EDGE: 1}))
        maker.add_covered("t", {TRUE: 1, FALSE: 5}, [2, 9])
        maker.add_covered("u", {FALSE: 1}, [1])
        maker.add_knowledge(Knowledge("3.13.0", frozenset({TRUE}), frozenset({LOOP})))
        maker.add_doubt(DOUBT)
    return maker.sheet()


def stored(tmp_path: Path, *sheets: Sheet) -> Contents:
    """What a data file says after these runs, each with a writer of its own."""
    path = str(tmp_path / "data")
    for number, sheet in enumerate(sheets):
        with write(path) as connection:
            writer = Writer(connection)
            writer.add_run(a_run(f"u{number}"))
            file = writer.file("m.py", "d")
            assert writer.file("m.py", "d") == file
            writer.add_sheet(file, writer.context(""), sheet)
    return load(path, with_hits=True)


def test_a_file_that_was_executed_twice(tmp_path: Path) -> None:
    contents = stored(tmp_path, a_sheet(again=True))
    [hits] = contents.hits
    assert unpack_counts(hits.offsets) == {0: 2, 4: 2, 20: 1}
    assert unpack_edges(hits.edges) == {EDGE: 4, BACK: 1}
    covered = {row.context: (row.outcomes, row.lines) for row in contents.covered}
    assert covered == {"t": ({TRUE: 3, FALSE: 5}, [1, 2, 9]), "u": ({FALSE: 1}, [1])}
    [(_, knowledge)] = contents.knowledge
    assert knowledge.undetermined == {TRUE, FALSE}
    assert knowledge.absent == {LOOP}
    assert [doubt for _, doubt in contents.doubts] == [DOUBT]


def test_what_a_second_run_says_is_added(tmp_path: Path) -> None:
    """Its obligations have other numbers, and it adds to each row or makes a new one."""
    contents = stored(tmp_path, a_sheet(), a_sheet(again=True))
    [hits] = contents.hits
    assert unpack_counts(hits.offsets) == {0: 3, 4: 4, 20: 1}
    assert unpack_edges(hits.edges) == {EDGE: 7, BACK: 1}
    covered = {row.context: (row.outcomes, row.lines) for row in contents.covered}
    assert covered == {"t": ({TRUE: 5, FALSE: 5}, [1, 2, 9]), "u": ({FALSE: 1}, [1])}
    [(_, knowledge)] = contents.knowledge
    assert knowledge.undetermined == {TRUE, FALSE}
    assert knowledge.absent == {LOOP}
    assert [doubt for _, doubt in contents.doubts] == [DOUBT]


def test_two_sheets_of_one_writer(tmp_path: Path) -> None:
    """A module that is executed in two ways: the first is written down, the second added."""
    with write(str(tmp_path / "data")) as connection:
        writer = Writer(connection)
        writer.add_run(a_run("u"))
        file, context = writer.file("m.py", "d"), writer.context("")
        writer.add_sheet(file, context, a_sheet())
        writer.add_sheet(file, context, a_sheet())
    contents = load(str(tmp_path / "data"), with_hits=True)
    assert contents.covered[0].outcomes == {TRUE: 4}
    assert unpack_counts(contents.hits[0].offsets) == {0: 2, 4: 4}


def test_the_cache_gives_back_what_it_got() -> None:
    sheet = a_sheet(again=True)
    assert revive(dump(sheet)) == sheet


def test_a_problem_is_kept_with_the_file(tmp_path: Path) -> None:
    """The first sentence stays; a version that could be read has none."""
    for problem in ("it is broken", "it is broken twice"):
        with write(str(tmp_path / "data")) as connection:
            Writer(connection).file("m.py", "", problem)
    [file] = load(str(tmp_path / "data")).files.values()
    assert (file.digest, file.problem) == ("", "it is broken")
