"""`bytecov combine` and `erase`: the data files themselves."""

import sys

from bytecov.cli.options import Parser, add_common, session_for, warn
from bytecov.cli.progress import Progress


def combine_command(arguments: list[str]) -> int:
    """Fold files into one."""
    parser = Parser(
        "combine",
        "[option …] [PATH …]",
        "Fold the data of several runs, machines and Python versions into one file.\n\n"
        "PATH is a data file or a directory with data files; without any, the files beside the\n"
        "data file are taken (.bytecov.<host>.<pid>.<random>).  What was combined is removed\n"
        "unless --keep; a file that is damaged or none of ours is named and left alone.\n\n"
        "The same file in checkouts of several machines is one file: where it is not at the path\n"
        "it was measured at, it is looked for at the same place in the current directory, and\n"
        "`paths` in [tool.bytecov] names other places.  A checkout that is still there keeps its\n"
        "files to itself, unless `relative_files` is set.  Data of another version of a source\n"
        "file is kept apart, and the file it is from is named.",
        "examples:\n  bytecov combine\n  bytecov combine --keep artifacts/",
    )
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files or directories")
    parser.add_argument(
        "-a", "--append", action="store_true", help="add to the data file, as it does anyway"
    )
    parser.add_argument("--keep", action="store_true", help="keep the files that were combined")
    parser.add_argument("-q", "--quiet", action="store_true", help="do not say what was combined")
    add_common(parser)
    options = parser.parse_args(arguments)
    session = session_for(options)
    combined = session.combine(options.paths, options.keep, Progress("data files"))
    warn(session)
    if not options.quiet:
        count = len(combined.merged)
        print(f"combined {count} file{'' if count == 1 else 's'} into {session.settings.data_file}")
        for path in combined.duplicates:
            print(f"{path} was combined before", file=sys.stderr)
    return 0


def erase_command(arguments: list[str]) -> int:
    """Remove the data."""
    parser = Parser(
        "erase",
        "[option …]",
        "Remove the data file and the files of single processes beside it.  A file that is not\n"
        "bytecov's own is named and left alone.",
    )
    add_common(parser)
    session = session_for(parser.parse_args(arguments))
    session.erase()
    warn(session)
    return 0
