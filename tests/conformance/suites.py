"""Both programs' common part: run suites twice, say how they differ, keep the table."""

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path

from tests.conformance.runs import CACHE, Run, Suite, differences, pythons, run, version
from tests.conformance.tables import DOCUMENTS, Row, keep, measured, row, table

RESULTS = CACHE / "bytecov-conformance"
LINES = 12  # of a differing test's text that are shown


def parser(description: str, limit: int) -> argparse.ArgumentParser:
    """The options that both programs have."""
    made = argparse.ArgumentParser(description=description)
    made.add_argument("names", nargs="*", metavar="NAME", help="only these (default: all)")
    made.add_argument(
        "--python", action="append", default=[], help="a version, a path, or all of them: all"
    )
    made.add_argument("--write", action="store_true", help="keep it in docs/*-conformance.md")
    made.add_argument(
        "--resume", action="store_true", help="leave out what has been measured at this commit"
    )
    made.add_argument(
        "--engine", default="vm", choices=list(DOCUMENTS), help="of `bytecov run` (default: vm)"
    )
    made.add_argument("--limit", type=float, default=limit, help="seconds for each run")
    made.add_argument("-v", "--verbose", action="store_true", help="show how tests failed")
    return made


def compare(
    title: str,
    options: argparse.Namespace,
    suites: Callable[[str, str], Iterable[tuple[str, Suite]]],
) -> int:
    """Run what `suites(python, version)` gives; the number of differences."""
    bad = 0
    for python in pythons(options.python):
        number = version(python)
        rows = []
        heading = f"{title}, Python {number}"
        done = measured(heading, options.engine) if options.resume else set()
        for name, suite in suites(python, number):
            if name in done:
                continue
            made, native, other = both(name, suite, options, RESULTS / number)
            rows.append(made)
            print(made.line(), flush=True)
            explain(native, other, options.verbose)
            if options.write:  # at once: a run that is cut short keeps what it has
                keep(heading, made, options.engine)
        print(f"\n{heading}\n")
        print("\n".join(table(rows, options.engine)), flush=True)
        bad += sum(each.differ + each.contradictions for each in rows)
    return bad


def both(
    name: str, suite: Suite, options: argparse.Namespace, place: Path
) -> tuple[Row, Run, Run]:
    """One suite natively and by bytecov.  What differs runs natively once more: a test that is
    not its own equal says nothing about us."""
    place.mkdir(parents=True, exist_ok=True)
    safe = name.replace("/", "_").replace(" ", "_")
    journals = [place / f"{safe}.{kind}.jsonl" for kind in ("plain", options.engine, "again")]
    native = run(suite, None, journals[0], options.limit)
    other = run(suite, options.engine, journals[1], options.limit)
    if differences(native, other):
        again = run(suite, None, journals[2], options.limit)
        for test in differences(native, again):
            other.outcomes.pop(test, None)
            native.outcomes.pop(test, None)
    (place / f"{safe}.said").write_text(other.said, "utf-8")
    return row(name, native, other), native, other


def explain(native: Run, other: Run, verbose: bool) -> None:
    """One line for each difference, and the end of what the test said."""
    found = differences(native, other)
    if other.trouble:
        absent = [test for test, (_, now) in found.items() if now == "-"]
        print(f"    {other.trouble}; {len(absent)} tests did not run")
        print(indented(other.said, LINES))
        found = {test: found[test] for test in found if test not in absent}
    for test, (before, now) in found.items():
        print(f"    {test}: {before} -> {now}")
        if verbose:
            print(indented(other.texts.get(test, ""), LINES))


def indented(text: str, count: int) -> str:
    return "\n".join(f"        {line}" for line in text.splitlines()[-count:])
