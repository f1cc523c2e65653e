"""Test suites of real packages from start to end: CPU time as a ratio to plain pytest.

    python bench/suites.py [--rounds N] [--seconds S] [--json FILE] [--python PYTHON] [h11 …]

PYTHON needs pytest, and what is to be compared: coverage.py, SlipCover.  The sdists are those of
`make projects`.  Tools take turns; a round's ratios are to its own plain run, the figure is the
median: of N rounds, and of more while the S seconds for all suites last.  Of bytecov with a cold
cache and with a warm one, rewriting, saving and all, and with a context for each test.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.conformance.projects import PROJECTS, Project, fetch

ROOT = str(Path(__file__).parents[1])
TOOLS = {
    "plain": [],
    "bytecov, cold": ["-m", "bytecov", "run", "--source={source}"],
    "bytecov, warm": ["-m", "bytecov", "run", "--source={source}"],
    "bytecov, contexts": [
        *("-m", "bytecov", "run", "--contexts=test", "--source={source}"),
        *("-m", "pytest", "-p", "bytecov_pytest"),
    ],
    "coverage --branch": ["-m", "coverage", "run", "--branch", "--source={source}"],
    "slipcover": ["-m", "slipcover", "--source={source}"],
    "slipcover --branch": ["-m", "slipcover", "--branch", "--source={source}"],
}


def seconds(python: str, tool: str, project: Project, place: str) -> float:
    """CPU seconds of one run, user and system; RuntimeError if the suite fails."""
    source = ",".join(str(project.folder / each) for each in project.measured)
    cache = tempfile.mkdtemp(dir=place) if tool == "bytecov, cold" else f"{place}/warm"
    words = [each.format(source=source) for each in TOOLS[tool]]
    suite = ["-q", "-p", "no:cacheprovider", *project.options]
    command = [python, *words, *([] if "pytest" in words else ["-m", "pytest"]), *suite]
    folders = [ROOT, f"{ROOT}/plugins", str(project.folder), str(project.folder / "src")]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(folders),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "BYTECOV_CACHE": cache,
        "BYTECOV_FILE": f"{place}/data",
        "COVERAGE_FILE": f"{place}/coverage",
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        command, cwd=project.folder, env=environment, capture_output=True, text=True, check=False
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise RuntimeError(done.stdout[-300:] + done.stderr[-300:])
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def ratios(python: str, project: Project, rounds: int, until: float) -> dict[str, float]:
    """{tool: median ratio to plain pytest}, `plain` in seconds; tools that fail left out"""
    fetch(project)
    found: dict[str, list[float]] = {}
    plain: list[float] = []
    with tempfile.TemporaryDirectory() as place:
        tools = dict.fromkeys(TOOLS)
        for tool in TOOLS:  # files are compiled, the cache is warm
            try:
                seconds(python, tool, project, place)
            except RuntimeError as error:
                print(f"{tool}: {error}", file=sys.stderr)
                del tools[tool]
        while len(plain) < rounds or time.monotonic() < until:
            times = {tool: seconds(python, tool, project, place) for tool in tools}
            plain.append(times.pop("plain"))
            for tool, each in times.items():
                found.setdefault(tool, []).append(each / plain[-1])
    medians = {tool: statistics.median(each) for tool, each in found.items()}
    return {"plain": statistics.median(plain), **medians}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0, help="for all suites together")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--json", type=Path, help="write the ratios to this file, too")
    parser.add_argument("projects", nargs="*", default=["h11", "sqlparse"])
    arguments = parser.parse_args()
    table = {}
    start = time.monotonic()
    for project in PROJECTS:
        if project.name in arguments.projects:
            share = (len(table) + 1) / len(arguments.projects)
            until = start + arguments.seconds * share
            row = table[project.name] = ratios(arguments.python, project, arguments.rounds, until)
            shown = "  ".join(f"{tool} {each:.3f}" for tool, each in row.items())
            print(f"{project.name:12} {shown}", flush=True)
            if arguments.json:
                arguments.json.write_text(json.dumps(table))


if __name__ == "__main__":
    main()
