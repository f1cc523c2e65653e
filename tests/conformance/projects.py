"""The test suites of real packages, natively and in the VM, compared test by test.

    python -m tests.conformance.projects [--python 3.13] [--write] [NAME …]

Sdists come from PyPI and stay in ~/.cache/bytecov-projects, with one virtual environment for
each Python.  A package and its tests are interpreted, pytest and other packages are not.
"""

import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.conformance.environments import Environment, call
from tests.conformance.runs import CACHE, INSIDE, Suite, own_path
from tests.conformance.suites import compare, parser

PLACE = CACHE / "bytecov-projects"
NEEDED = """
    pytest==9.2.0 hypothesis==6.170.15 pretend==1.0.9 trio==0.35.0 ephemeral-port-reserve==1.1.4
    freezegun==1.5.5 pytest-timeout==2.4.0 pytest-asyncio==1.5.0 tomli-w==1.2.0
"""


@dataclass(frozen=True, slots=True)
class Project:
    """One sdist.  `measured` are folders with the package and its tests, or the package's name,
    `options` are pytest's: what to run, and what to leave out for a reason that stands beside it;
    `plugins` of pytest that the suite counts on.  `twin` is the module of the standard library
    that is the same code: CPython's tests of it are borrowed."""

    name: str
    version: str
    measured: Sequence[str] = ("src", "tests")
    options: Sequence[str] = ("tests",)
    plugins: Sequence[str] = ()
    twin: str = ""
    editable: bool = True

    @property
    def folder(self) -> Path:
        return PLACE / f"{self.name.replace('-', '_')}-{self.version}"

    @property
    def wanted(self) -> str:
        """What pip is asked to install."""
        return f"--editable={self.folder}" if self.editable else str(self.folder)


PROJECTS = [
    Project("attrs", "26.1.0"),
    Project("blinker", "1.9.0", plugins=["pytest_asyncio.plugin"],
            options=["tests", "-oasyncio_default_fixture_loop_scope=function"]),
    Project("cachetools", "8.0.0"),
    Project("click", "8.5.1"),
    Project("h11", "0.16.0", ["h11"], ["h11"]),
    Project("idna", "3.20", ["idna", "tests"]),
    Project("itsdangerous", "2.2.0"),
    Project("jinja2", "3.1.6"),
    # Without a C compiler, or the headers of Python, it can only be installed as a whole.
    Project("markupsafe", "3.0.4", ["markupsafe", "tests"], editable=False),
    Project("more-itertools", "11.2.1", ["more_itertools", "tests"]),
    Project("packaging", "26.3"),
    Project("pluggy", "1.7.0", ["src", "testing"], ["testing"]),
    Project("sqlparse", "0.6.1", ["sqlparse", "tests"]),
    # Its sdists have no tests.
    Project("tomli", "2.5.0", ["src", "borrowed"], ["borrowed"], twin="tomllib"),
    Project("toolz", "1.2.0", ["toolz"], ["toolz"]),
    # Its development server does not start on this network, under plain Python as well.
    Project(
        "werkzeug",
        "3.1.9",
        options=["tests", "--ignore=tests/test_serving.py"],
        plugins=["pytest_timeout"],
    ),
]


def main() -> int:
    options = parser("The test suites of real packages, natively and in the VM.", 900).parse_args()
    known = {each.name: each for each in PROJECTS}
    if unknown := [name for name in options.names if name not in known]:
        sys.exit(f"unknown: {', '.join(unknown)}; known are {', '.join(known)}")
    chosen = [known[name] for name in options.names or known]
    for project in chosen:
        fetch(project)

    def suites(python: str, version: str) -> Iterator[tuple[str, Suite]]:
        environment = environment_for(python, version)
        for project in chosen:
            environment.install(project.wanted)
            if project.twin:
                borrow(project, python)
            yield f"{project.name} {project.version}", suite(project, environment.python)

    return min(compare("Test suites of packages", options, suites), 1)


def environment_for(python: str, version: str) -> Environment:
    """With what the suites need; a package itself is installed in it editable."""
    return Environment(python, PLACE / "environments" / version, NEEDED.split())


def suite(project: Project, python: str) -> Suite:
    plugins = [f"-p{name}" for name in ("pytest_journal", *project.plugins)]
    return Suite(
        command=["-m", "pytest", "-q", "-p", "no:cacheprovider", *plugins, *project.options],
        measured=project.measured,
        python=python,
        directory=project.folder,
        environment={
            "PYTHONPATH": f"{own_path()}:{INSIDE}",
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        },
    )


def fetch(project: Project) -> None:
    """Download and unpack an sdist, unless it is there."""
    if project.folder.exists():
        return
    sdists = PLACE / "sdists"
    pinned = f"{project.name}=={project.version}"
    options = ["--quiet", "--no-deps", "--no-binary", project.name, "--dest", str(sdists)]
    call(sys.executable, "-m", "pip", "download", *options, pinned)
    [archive] = sdists.glob(f"{project.folder.name}.tar.gz")
    with tarfile.open(archive) as packed:
        packed.extractall(PLACE, filter="data")


def borrow(project: Project, python: str) -> None:
    """CPython's tests of the package's twin, made to import the package, in `borrowed`."""
    code = f"import test.test_{project.twin}; print(test.test_{project.twin}.__path__[0])"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
    place = project.folder / "borrowed"
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(done.stdout.strip(), place)
    for path in place.glob("*.py"):
        path.write_text(path.read_text("utf-8").replace(project.twin, project.name), "utf-8")


if __name__ == "__main__":
    sys.exit(main())
