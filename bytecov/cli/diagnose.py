"""`bytecov diagnose`: what coverage.py hides, and what it misses without need."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bytecov.api import Session
from bytecov.cli.options import Parser, add_common, session_for, warn
from bytecov.cli.printing import put
from bytecov.model.errors import UsageError

USAGE = "[option …] [-- (FILE | -m MODULE | PROGRAM) [argument …]]"
DESCRIPTION = """\
Compare coverage.py's verdict on a run with what happened in the bytecode.

Listed are the outcomes that never happened and that coverage.py is content without (hidden), and
what it calls missing although it happened or cannot happen (false alarms): where, why coverage.py
is mistaken, and the branches of the bytecode that prove it.

coverage.py's data is read from --against, else from where its configuration keeps it.  Where there
is none, coverage.py is asked what it would say of the lines that bytecov's own run went through.
With a program behind `--`, the program runs twice, under coverage.py and then under bytecov, each
alone in its process, so that neither sees the other's doing.
"""
EPILOG = """\
examples:
  bytecov diagnose
  bytecov diagnose --against .coverage --format markdown
  bytecov diagnose -- pytest -q

exit status: 0; 1 if it could not be compared.  docs/diagnose.md describes classes and JSON.
"""


def diagnose_command(arguments: list[str]) -> int:
    """Print the diagnosis."""
    program: list[str] = []
    if "--" in arguments:
        cut = arguments.index("--")
        arguments, program = arguments[:cut], arguments[cut + 1 :]
        if not program:
            raise UsageError("there is no program behind `--`: `bytecov diagnose -- pytest -q`")
    parser = Parser("diagnose", USAGE, DESCRIPTION, EPILOG)
    parser.add_argument("--against", metavar="FILE", help="coverage.py's data file")
    parser.add_argument(
        "--format", choices=["text", "markdown", "json"], default="text", help="text (default), …"
    )
    parser.add_argument(
        "--no-evidence", action="store_true", help="leave out the branches that prove it"
    )
    parser.add_argument(
        "--coverage-rcfile", metavar="FILE", help="coverage.py's own configuration file"
    )
    add_common(parser)
    options = parser.parse_args(arguments)
    session = session_for(options)
    if not program:
        _print(session, options.against, options.coverage_rcfile, options)
        return 0
    if options.against:
        raise UsageError("give a program or --against, not both")
    with tempfile.TemporaryDirectory() as folder:
        against = _under_coverage(program, folder, options.coverage_rcfile)
        _under_bytecov(program, options)
        _print(session, against, options.coverage_rcfile, options, "in a run of its own")
    return 0


def _print(
    session: Session, against: str | None, rcfile: str | None, options: object, origin: str = ""
) -> None:
    from bytecov.api.diagnosing import diagnosed
    from bytecov.report.diagnosis import render_json, render_markdown, render_text

    diagnosis = diagnosed(session, against, rcfile, origin)
    warn(session)
    with_evidence = not getattr(options, "no_evidence", False)
    match getattr(options, "format", "text"):
        case "json":
            text = render_json(diagnosis)
        case "markdown":
            text = render_markdown(diagnosis, with_evidence)
        case _:
            text = render_text(diagnosis, with_evidence)
    put(text)


def _under_coverage(program: list[str], folder: str, rcfile: str | None) -> str:
    """Run the program under coverage.py; its data file, in `folder`."""
    data_file = os.path.join(folder, "coverage")
    given = [f"--rcfile={rcfile}"] if rcfile else []
    place = f"--data-file={data_file}"
    command = [sys.executable, "-m", "coverage", "run", "--branch", place, *given]
    _run("under coverage.py", [*command, *_as_coverage_takes_it(program)])
    parts = sorted(str(path) for path in Path(folder).glob("coverage.*"))
    if parts:  # `parallel = true`, or processes of its own
        combine = [sys.executable, "-m", "coverage", "combine", "-q", place, *given, "--append"]
        subprocess.run([*combine, *parts], check=False, stdout=sys.stderr)
    if not os.path.exists(data_file):
        raise UsageError("coverage.py left no data: see what it said above")
    return data_file


def _under_bytecov(program: list[str], options: object) -> None:
    given = [
        f"--{name.replace('_', '-')}={value}"
        for name in ("data_file", "rcfile")
        if (value := getattr(options, name))
    ]
    _run("under bytecov", [sys.executable, "-m", "bytecov", "run", *given, *program])


def _run(how: str, command: list[str]) -> None:
    """Run one of the two; what it prints goes to standard error, beside the diagnosis."""
    print(f"bytecov: {how}", file=sys.stderr, flush=True)
    status = subprocess.run(command, check=False, stdout=sys.stderr).returncode
    if status:
        print(f"bytecov: the program ended with status {status} {how}", file=sys.stderr)


def _as_coverage_takes_it(program: list[str]) -> list[str]:
    """`coverage run` knows files and `-m`, not the names of console scripts."""
    if program[0].startswith("-") or os.path.exists(program[0]):
        return program
    from bytecov.record.program import find_program

    found = find_program(program)
    return ["-m", *program] if found.spec else [found.path, *program[1:]]
