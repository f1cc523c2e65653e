"""`bytecov diagnose` on packages from PyPI: the tables of docs/diagnose.md.

    python tools/diagnose_packages.py [--write] [NAME …]

Each suite runs twice, under coverage.py and under bytecov, in the sdists of `make projects`.
Counted is the package, not its tests.
"""

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.conformance.projects import PROJECTS, Project, environment_for, fetch  # noqa: E402

COVERAGE = "coverage==7.17.3"
PAGE = ROOT / "docs" / "diagnose.md"
TABLES = re.compile(r"(?<=<!-- tables -->\n).*?(?=<!-- end of tables -->)", re.DOTALL)


class Chosen(NamedTuple):
    """Where the package lies in its sdist, and what of its suite does not run here."""

    package: str
    without: tuple[str, ...] = ()


CHOSEN = {
    "cachetools": Chosen("src/cachetools"),
    "click": Chosen("src/click"),
    # Asserts that parsing takes less than a second.
    "sqlparse": Chosen("sqlparse", ("--ignore=tests/test_dos_prevention.py",)),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--write", action="store_true", help="write the tables into the page")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(CHOSEN)}")
    arguments = parser.parse_args()
    found = [
        (project, diagnosis(project, CHOSEN[project.name]))
        for project in PROJECTS
        if project.name in (arguments.names or CHOSEN)
    ]
    text = tables(found)
    print(text)
    if arguments.write:
        page = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(TABLES.sub(lambda _: text, page), encoding="utf-8")


def diagnosis(project: Project, chosen: Chosen) -> dict[str, Any]:
    """What `bytecov diagnose --format json` says of a package."""
    fetch(project)
    environment = environment_for(sys.executable, platform.python_version())
    environment.install(f"--editable={project.folder}", COVERAGE)
    with tempfile.TemporaryDirectory() as place:
        settings = Path(place, "settings.toml")
        settings.write_text(f"[tool.bytecov]\ninclude = ['{chosen.package}/*']\n", "utf-8")
        command = [environment.python, "-m", "bytecov", "diagnose", "--format=json"]
        command += ["--rcfile", str(settings), "--data-file", f"{place}/data", "--"]
        command += ["-m", "pytest", "-q", "-p", "no:cacheprovider"]
        command += [*project.options, *chosen.without]
        variables = os.environ | {"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        done = subprocess.run(
            command, cwd=project.folder, env=variables, stdout=subprocess.PIPE, check=True
        )
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def tables(found: Sequence[tuple[Project, dict[str, Any]]]) -> str:
    """Both tables, with the versions that they speak of."""
    versions = {document["coverage"] for _, document in found}
    python = ".".join(map(str, sys.version_info[:2]))
    rows = "\n".join(row(project, document) for project, document in found)
    names = " | ".join(project.name for project, _ in found)
    causes = [causes_of(document) for _, document in found]
    order = sorted(set().union(*causes), key=lambda cause: -sum(one[cause] for one in causes))
    counted = "\n".join(
        f"| {cause} | {' | '.join(str(one[cause] or '') for one in causes)} |" for cause in order
    )
    return f"""\
Python {python}, coverage.py {", ".join(sorted(versions))}.

| package | coverage.py: branches taken | never happened | hidden | false alarms |
|:---|---:|---:|---:|---:|
{rows}

| hidden, by cause | {names} |
|:---|{"---:|" * len(found)}
{counted}
"""


def row(project: Project, document: dict[str, Any]) -> str:
    total = document["totals"]
    taken, exits, never = total["coverage_taken"], total["coverage_exits"], total["never"]
    share = f"{total['hidden'] / never:.0%}" if never else "-"
    cells = [
        f"{project.name} {project.version}",
        f"{taken:,} of {exits:,}, {int(100 * taken / exits)} %",
        f"{never:,} of {total['outcomes']:,} outcomes",
        f"{total['hidden']:,}, {share.replace('%', ' %')}",
        f"{total['false_alarms']:,}",
    ]
    return f"| {' | '.join(cells)} |"


def causes_of(document: dict[str, Any]) -> Counter[str]:
    """How many outcomes each cause hides."""
    return Counter(
        one["cause"]
        for findings in document["files"].values()
        for one in findings
        if one["verdict"] == "false negative"
    )


if __name__ == "__main__":
    main()
