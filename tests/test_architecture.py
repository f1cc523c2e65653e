"""The layers of the package: imports point down only, and versions are read in one place."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "bytecov"
FILES = sorted(PACKAGE.rglob("*.py"))
PLUGIN_FILES = sorted((ROOT / "plugins").rglob("*.py"))

# Top to bottom.  Parts of one row stand beside each other: neither imports the other.
LAYERS = [
    {"__main__"},
    {"cli"},
    {"api"},
    {"config"},
    {"report"},
    {"diagnose"},
    {"results"},
    {"record", "store"},
    {"source"},
    {"vm", "flow"},
    {"bytecode"},
    {"model"},
]
DEPTH = {part: depth for depth, parts in enumerate(LAYERS) for part in parts}

# Parts that are imported only after the program has ended (test_packaging.py sees to that); all
# others are standard library throughout.
AFTER_THE_RUN = {"report", "diagnose"}


class Import(NamedTuple):
    line: int
    module: str  # absolute dotted name; for `from m import n`, `m.n`


def imports(path: Path) -> Iterator[Import]:
    """Every import of a file, those inside functions too, relative ones made absolute."""
    for node in ast.walk(ast.parse(path.read_bytes(), str(path))):
        match node:
            case ast.Import(names=names):
                yield from (Import(node.lineno, name.name) for name in names)
            case ast.ImportFrom(module=module, names=names, level=level):
                above = path.relative_to(ROOT).parts[:-level] if level else ()
                origin = ".".join([*above, *([module] if module else [])])
                yield from (Import(node.lineno, f"{origin}.{name.name}") for name in names)


def part(path: Path) -> str:
    """`cli` of bytecov/cli/run.py, `api` of bytecov/api.py."""
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", FILES, ids=shown)
def test_imports_point_down(path: Path) -> None:
    importer = part(path)
    if importer == "__init__":
        assert not list(imports(path)), "bytecov/__init__.py imports nothing"
        return
    assert importer in DEPTH, f"{importer} is in no layer: add it to LAYERS and to STYLE's list"
    for line, module in imports(path):
        top, _, rest = module.partition(".")
        imported = rest.split(".")[0]
        if top != "bytecov" or imported in {"", "__version__", importer}:
            continue
        assert DEPTH[importer] < DEPTH[imported], f"{shown(path)}:{line}: {importer} -> {imported}"


@pytest.mark.parametrize("path", FILES, ids=shown)
def test_only_reports_import_other_packages(path: Path) -> None:
    if part(path) in AFTER_THE_RUN:
        return
    known = {"bytecov", "_typeshed", *sys.stdlib_module_names}
    foreign = [
        f"{shown(path)}:{line}: {module}"
        for line, module in imports(path)
        if module.split(".")[0] not in known
    ]
    assert not foreign


def test_plugins_use_the_api_only() -> None:
    for path in PLUGIN_FILES:
        for line, module in imports(path):
            if module.split(".")[0] == "bytecov":
                assert module.startswith("bytecov.api"), f"{shown(path)}:{line}: {module}"


@pytest.mark.parametrize("path", FILES + PLUGIN_FILES, ids=shown)
def test_one_reader_of_the_version(path: Path) -> None:
    if path == PACKAGE / "bytecode" / "version.py":
        return
    readers = [
        f"{shown(path)}:{node.lineno}"
        for node in ast.walk(ast.parse(path.read_bytes()))
        if (isinstance(node, ast.Attribute) and node.attr in {"version_info", "hexversion"})
        or (isinstance(node, ast.alias) and node.name in {"version_info", "hexversion"})
    ]
    assert not readers, "ask bytecov.bytecode.version instead"
