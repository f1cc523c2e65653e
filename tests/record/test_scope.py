"""Which files are measured."""

import os
import re
import sys
import sysconfig
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bytecov
from bytecov.model.errors import UsageError
from bytecov.record.scope import Scope, glob_matcher, glob_regex

ALL = ("app.py", "pkg/__init__.py", "pkg/mod.py", "pkg/sub/__init__.py", "pkg/sub/deep.py",
       "tests/test_app.py", "loose/script.py",
       ".venv/pyvenv.cfg", ".venv/lib/python3/site-packages/dep/__init__.py",
       "env2/pyvenv.cfg", "env2/tool.py", "vendor/site-packages/x.py")  # fmt: skip


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ALL:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def measured(scope: Scope) -> set[str]:
    return {name for name in ALL if name.endswith(".py") and scope.measures(os.path.abspath(name))}


def test_default_is_what_lies_below() -> None:
    assert measured(Scope()) == {
        "app.py", "pkg/__init__.py", "pkg/mod.py", "pkg/sub/__init__.py", "pkg/sub/deep.py",
        "tests/test_app.py", "loose/script.py",
    }  # fmt: skip
    assert not Scope().measures("<string>")
    assert not Scope().measures(os.__file__)
    assert not Scope().measures("/elsewhere/app.py")
    assert Scope().measures("app.py")


def test_never_bytecov_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    own = Path(bytecov.__file__).parent
    monkeypatch.chdir(own.parent)
    assert not Scope().measures(str(own / "api.py"))
    assert not Scope(source=["bytecov"]).measures(str(own / "api.py"))


def test_source_directory() -> None:
    assert measured(Scope(source=["pkg", "tests"])) == {
        "pkg/__init__.py", "pkg/mod.py", "pkg/sub/__init__.py", "pkg/sub/deep.py",
        "tests/test_app.py",
    }  # fmt: skip
    assert not Scope(source_dirs=["pkg"]).measures(os.path.abspath("pkg2/x.py"))


def test_source_package(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(project))
    for scope in (Scope(source=["pkg.sub"]), Scope(source_pkgs=["pkg.sub"])):
        assert measured(scope) == {"pkg/sub/__init__.py", "pkg/sub/deep.py"}
        assert sorted(map(os.path.basename, scope.find_files())) == ["__init__.py", "deep.py"]


def test_a_package_that_only_the_program_can_find(project: Path) -> None:
    """As where conftest.py prepares the path: what never ran in it is found once some of it did."""
    (project / "pkg").rename(project / "loose" / "pkg")
    for package, found in (("pkg", {"__init__.py", "mod.py", "deep.py"}), ("pkg.mod", {"mod.py"})):
        scope = Scope(source_pkgs=[package])
        assert list(scope.find_files()) == []
        assert scope.measures(os.path.abspath("loose/pkg/mod.py"))
        assert {os.path.basename(one) for one in scope.find_files()} == found
    scope = Scope(source=["pkg.sub"])
    assert scope.measures(os.path.abspath("loose/pkg/sub/__init__.py"))
    assert [os.path.basename(one) for one in scope.find_files()] == ["__init__.py", "deep.py"]


def test_source_package_not_on_the_path(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [])
    assert measured(Scope(source_pkgs=["pkg"])) >= {"pkg/mod.py", "pkg/sub/deep.py"}
    assert measured(Scope(source_pkgs=["nowhere"])) == set()


def test_source_inside_an_environment(project: Path) -> None:
    dep = ".venv/lib/python3/site-packages/dep"
    assert measured(Scope(source=[dep])) == {f"{dep}/__init__.py"}


def test_an_installed_package_by_name() -> None:
    purelib = sysconfig.get_path("purelib")
    scope = Scope(source_pkgs=["pytest"])
    assert scope.measures(os.path.join(purelib, "pytest", "__init__.py"))
    assert not scope.measures(os.path.join(purelib, "pluggy", "__init__.py"))


def test_include_and_omit() -> None:
    assert measured(Scope(include=["pkg/*"])) == {
        "pkg/__init__.py", "pkg/mod.py", "pkg/sub/__init__.py", "pkg/sub/deep.py"
    }  # fmt: skip
    assert measured(Scope(include=["*/mod.py"])) == {"pkg/mod.py"}
    assert measured(Scope(include=["mod.py"])) == {"pkg/mod.py"}
    assert measured(Scope(omit=["tests/*", "*/sub/*", "loose/script.py"])) == {
        "app.py", "pkg/__init__.py", "pkg/mod.py"
    }  # fmt: skip
    assert measured(Scope(source=["pkg"], include=["app.py"], omit=["pkg/sub/**"])) == {
        "pkg/__init__.py", "pkg/mod.py"
    }  # fmt: skip


def test_through_a_symbolic_link(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    link = tmp_path_factory.mktemp("links") / "app.py"
    link.symlink_to(project / "app.py")
    assert Scope().measures(str(link))


def test_find_files() -> None:
    assert list(Scope().find_files()) == []
    found = {os.path.relpath(one) for one in Scope(source=["."]).find_files()}
    assert found == {"app.py", "pkg/__init__.py", "pkg/mod.py", "pkg/sub/__init__.py",
                     "pkg/sub/deep.py"}  # fmt: skip
    found = {os.path.relpath(one) for one in Scope(source=["."], namespaces=True).find_files()}
    assert found >= {"loose/script.py", "tests/test_app.py"}
    assert not {one for one in found if "env" in one or "vendor" in one}


def test_names_of_editors_leftovers(project: Path) -> None:
    for name in (".#mod.py", "mod.py~", "#mod.py#", "mod-2.py", "a.b.py", "w.pyw"):
        (project / "pkg" / name).write_text("")
    found = {os.path.basename(one) for one in Scope(source=["pkg"]).find_files()}
    assert {"mod-2.py", "a.b.py", "w.pyw"} <= found
    assert not {".#mod.py", "mod.py~", "#mod.py#"} & found


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("*/a.py", "/x/y/a.py", True),
        ("**/a.py", "a.py", True),
        ("/x/*", "/x/y/z.py", True),
        ("/x/*.py", "/x/y/z.py", False),
        ("/x/**/z.py", "/x/z.py", True),
        ("/x/?.py", "/x/y.py", True),
        ("/x/[ab].py", "/x/b.py", True),
        ("/x/[ab].py", "/x/c.py", False),
        ("a.py", "/any/where/a.py", True),
        ("a.py", "/any/where/ba.py", False),
        ("/x/a+b(1).py", "/x/a+b(1).py", True),
        ("C:\\x\\*", "C:\\x\\y.py", True),
    ],
)
def test_patterns(pattern: str, path: str, matches: bool) -> None:
    matcher = glob_matcher([pattern])
    assert matcher
    assert bool(matcher.match(path)) is matches


def test_a_directory_that_looks_like_a_pattern(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = tmp_path / "a[b*"
    odd.mkdir()
    monkeypatch.chdir(odd)
    scope = Scope(include=["src/*"], omit=["src/x.py", "./y.py"])
    assert scope.measures(str(odd / "src" / "m.py"))
    assert not scope.measures(str(odd / "src" / "x.py"))


@pytest.mark.parametrize("pattern", ["***", "x**/a", "a/**x", "**/**/a"])
def test_patterns_that_are_none(pattern: str) -> None:
    with pytest.raises(UsageError, match="cannot have"):
        glob_matcher([pattern])
    with pytest.raises(UsageError, match="cannot be used"):
        glob_matcher(["[z-a]"])
    with pytest.raises(UsageError, match=r"has a single \["):
        glob_matcher(["a[b"])


def test_missing_source_directory() -> None:
    with pytest.raises(UsageError, match="source directory nowhere does not exist"):
        Scope(source_dirs=["nowhere"])


@given(
    st.lists(
        st.sampled_from(["a", "b", ".py", "*", "**", "?", "/", "/", "[ab]", "\\"]), min_size=1
    ),
    st.lists(st.sampled_from(["a", "b", "ab", ".py", "/", "/"]), min_size=1),
)
def test_patterns_mean_what_they_mean_to_coverage(pattern: list[str], path: list[str]) -> None:
    theirs = pytest.importorskip("coverage.files")
    glob, name = "".join(pattern), "".join(path)
    try:
        expected = bool(theirs.GlobMatcher([glob]).match(name))
    except Exception:
        with pytest.raises(UsageError):
            glob_regex(glob)
        return
    assert bool(re.match(glob_regex(glob), name)) is expected
