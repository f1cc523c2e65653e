"""A project that has coverage.py's configuration needs none of ours."""

import json
from pathlib import Path

from tests.plugins.project import make_project

RC = """\
[run]
branch = True
source = app
omit =
    */tool.py
    app/generated/*
[report]
exclude_also =
    def small
    if DEBUG:
[json]
pretty_print = True
"""
EXTRA = '''\
DEBUG = False
if DEBUG:
    print("debugging")


def never_called(x):
    """Nobody calls it."""
    if x:  # pragma: no branch
        return 1
    raise NotImplementedError  # pragma: no cover


class Thing:
    name: str = "thing"

    def __repr__(self):
        return (
            f"<{self.name}>"
        )
'''
Lines = dict[str, tuple[set[int], set[int], set[int]]]


def test_same_files_lines_and_exclusions(tmp_path: Path) -> None:
    project = make_project(tmp_path, "[tool.pytest.ini_options]\npythonpath = ['.']\n")
    (tmp_path / ".coveragerc").write_text(RC)
    (tmp_path / "app" / "extra.py").write_text(EXTRA)
    (tmp_path / "app" / "used.py").write_text("import app.extra\n")
    (tmp_path / "app" / "generated").mkdir()
    (tmp_path / "app" / "generated" / "__init__.py").write_text("x = 1\n")
    (tmp_path / "tests" / "test_used.py").write_text("import app.used\ndef test(): pass\n")
    project.good("coverage", "run", "-m", "pytest", "-q")
    project.good("coverage", "json", "-o", "theirs.json")
    project.good("bytecov", "run", "-m", "pytest", "-q")
    project.good("bytecov", "json", "-o", "ours.json")
    theirs: Lines = {
        name: (
            set(file["executed_lines"]), set(file["missing_lines"]), set(file["excluded_lines"])
        )
        for name, file in json.loads((tmp_path / "theirs.json").read_text())["files"].items()
    }  # fmt: skip
    ours: Lines = {
        name: tuple(set(file["lines"][kind]) for kind in ("covered", "missed", "excluded"))
        for name, file in json.loads((tmp_path / "ours.json").read_text())["files"].items()
    }
    assert ours == theirs
    assert set(ours) == {f"app/{name}.py" for name in ("__init__", "rules", "extra", "used")}
