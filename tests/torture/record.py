"""What was fed to each reader so far: `record.json`, and the table of docs/trust.md from it."""

import fcntl
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

FILE = Path(__file__).parent / "record.json"
DOCUMENT = Path(__file__).parents[2] / "docs" / "trust.md"
HEAD = [
    "| reader | Pythons | seeds | cases | a result | a sentence | cases a second | found |",
    "|---|---|---|--:|--:|--:|--:|---|",
]
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


class Batch(NamedTuple):
    """What became of the cases of one seed."""

    seed: int
    cases: int
    results: int
    sentences: int
    seconds: float  # of the processor


@contextmanager
def opened() -> Iterator[dict[str, Any]]:
    """The record, while no other process has it; written afterwards.

    {reader: {"next": seed, "failed": [seed, …], "pythons": {"3.13": {"cases": …, …}}}}
    """
    with open(FILE, "a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        before = file.read()
        found = json.loads(before or "{}")
        yield found
        after = json.dumps(found, indent=1, sort_keys=True) + "\n"
        if after != before:
            file.truncate(0)
            file.write(after)


def cases(name: str) -> int:
    """How many a reader got, on all Pythons."""
    with opened() as found:
        pythons = found.get(name, {}).get("pythons", {})
        return sum(each["cases"] for each in pythons.values())


def next_seed(name: str) -> int:
    """A seed that was never used for this reader."""
    with opened() as found:
        reader = found.setdefault(name, {"next": 1, "failed": [], "pythons": {}})
        seed: int = reader["next"]
        reader["next"] = seed + 1
        return seed


def add(name: str, batch: Batch) -> None:
    """Count a batch that came to its end."""
    with opened() as found:
        counts = found[name]["pythons"].setdefault(PYTHON, {})
        for key, value in batch._asdict().items():
            if key != "seed":
                counts[key] = round(counts.get(key, 0) + value, 1)


def add_failure(name: str, seed: int) -> None:
    """A reader did not survive this batch."""
    with opened() as found:
        found[name]["failed"].append(seed)


def table() -> list[str]:
    """Markdown."""
    with opened() as found:
        return [*HEAD, *(_row(name, one) for name, one in found.items() if one["pythons"])]


def _row(name: str, reader: dict[str, Any]) -> str:
    pythons = reader["pythons"]
    fed, results, sentences, seconds = (
        sum(each[key] for each in pythons.values())
        for key in ("cases", "results", "sentences", "seconds")
    )
    failed = f"seed {', '.join(map(str, reader['failed']))}" if reader["failed"] else "–"
    cells = (name, ", ".join(pythons), f"1–{reader['next'] - 1}", f"{fed:,}", f"{results:,}",
             f"{sentences:,}", f"{fed / max(seconds, 0.1):,.0f}", failed)  # fmt: skip
    return f"| {' | '.join(cells)} |"


def write_table() -> None:
    """Put the table where the document has it."""
    lines = DOCUMENT.read_text("utf-8").splitlines()
    start = lines.index(HEAD[0])
    end = next(at for at in range(start, len(lines)) if not lines[at].startswith("|"))
    lines[start:end] = table()
    DOCUMENT.write_text("\n".join(lines) + "\n", "utf-8")
