"""Guest files run as programs, by the host and by the interpreter, each in a process of its own."""

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from bytecov.bytecode.version import VERSION

DRIVE = Path(__file__).with_name("drive.py")
GUESTS = Path(__file__).with_name("guest")
SINCE = {"type_parameters": (3, 12), "template_strings": (3, 14)}
"""Guests in a syntax that older Pythons do not have."""

UNWATCHED = {"debugging", "pending", "recursion", "unwatched"}
"""Guests that the oracle cannot follow: it is called on the guest's own stack, where signals are
handled too, it may be a trace function itself, and it does not know copied code objects."""

UNTRANSLATED = {"debugging", "looked_at", "pending"}
"""Guests that trace frames which must be interpreted for that, write to their variables, or count
on when a signal is handled."""

QUICK = {"coroutines", "generators", "hot"}
"""Guests of which every function is translated in each run of the tests; it takes seconds."""

NAMES = sorted(
    path.stem for path in GUESTS.glob("*.py") if SINCE.get(path.stem, (3, 11)) <= VERSION
)
ENVIRONMENT = os.environ | {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}


class Ran(NamedTuple):
    """What a process left behind; `hits` is empty for the plain host."""

    status: int
    output: str
    errors: str
    hits: dict[str, Any]


@cache
def run(mode: str, path: Path) -> Ran:
    """Run a file, or pytest in a folder: `host` is plain python, the other modes are `drive`'s."""
    program = ["-m", "pytest", "-q", "-p", "no:cacheprovider"] if path.is_dir() else [path.name]
    with TemporaryDirectory() as folder:
        hits = Path(folder) / "hits.json"
        how = [] if mode == "host" else [str(DRIVE), mode, str(hits)]
        ran = subprocess.run(
            [sys.executable, *how, *program],
            cwd=path if path.is_dir() else path.parent,
            env=ENVIRONMENT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        found = json.loads(hits.read_text()) if hits.exists() else {}
    return Ran(ran.returncode, ran.stdout, ran.stderr, found)
