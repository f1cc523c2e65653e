"""Where settings come from, which one wins, and what is said when they are wrong."""

import re
from pathlib import Path

import pytest

from bytecov.config import Settings, load
from bytecov.config.load import beside, described
from bytecov.config.settings import KEYS
from bytecov.model.errors import UsageError


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty directory to be in, and an environment that says nothing."""
    monkeypatch.chdir(tmp_path)
    for name in ("BYTECOV_FILE", "COVERAGE_FILE", "COVERAGE_RCFILE"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def wrong(text: str, file: str = "pyproject.toml") -> str:
    """The sentence about a file with this content."""
    Path(file).write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        load()
    said = str(caught.value)
    assert "\n" not in said
    return said


def test_nothing_decided() -> None:
    loaded = load()
    assert loaded.settings == Settings()
    assert loaded.files == ()
    assert set(loaded.origins.values()) == {"default"}


def test_own_table(project: Path) -> None:
    (project / "pyproject.toml").write_text(
        '[tool.bytecov]\nsource = ["src"]\nlevel = "branch"\ncount = ["assert"]\nprecision = 2\n'
        '[tool.bytecov.paths]\nsrc = ["src", "*/checkout/src"]\n'
    )
    settings, origins, files = load()
    assert settings.source == ("src",)
    assert settings.level == "branch"
    assert settings.count == ("assert",)
    assert settings.precision == 2
    assert settings.paths == (("src", ("src", "*/checkout/src")),)
    assert origins["source"] == "pyproject.toml [tool.bytecov]"
    assert origins["omit"] == "default"
    assert files == ("pyproject.toml",)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (".coveragerc", "[run]\nomit = a.py, b.py\n[report]\nexclude_also =\n    if x, y:\n    z"),
        ("setup.cfg", "[coverage:run]\nomit =\n  a.py\n  b.py\n[coverage:report]\n"
                      "exclude_also =\n    if x, y:\n    z"),
        ("tox.ini", "[coverage:run]\nomit = a.py,b.py\n[coverage:report]\nexclude_also =\n"
                    "    if x, y:\n    z"),
        ("pyproject.toml", '[tool.coverage.run]\nomit = ["a.py", "b.py"]\n'
                           '[tool.coverage.report]\nexclude_also = ["if x, y:", "z"]\n'),
        (".coveragerc.toml", '[run]\nomit = ["a.py", "b.py"]\n'
                             '[report]\nexclude_also = ["if x, y:", "z"]\n'),
    ],
)  # fmt: skip
def test_coverage_configuration(project: Path, file: str, text: str) -> None:
    (project / file).write_text(text)
    settings, origins, _ = load()
    assert settings.omit == ("a.py", "b.py")
    assert settings.exclude_also == ("if x, y:", "z")
    section = {"setup.cfg": "coverage:run", "tox.ini": "coverage:run"}
    section["pyproject.toml"] = "tool.coverage.run"
    assert origins["omit"] == f"{file} [{section.get(file, 'run')}]"


def test_own_table_wins_key_by_key(project: Path) -> None:
    (project / ".coveragerc").write_text("[run]\nomit = theirs.py\nsource = src\n")
    (project / "pyproject.toml").write_text('[tool.bytecov]\nomit = ["ours.py"]\n')
    settings, origins, files = load()
    assert settings.omit == ("ours.py",)
    assert settings.source == ("src",)
    assert origins["omit"] == "pyproject.toml [tool.bytecov]"
    assert origins["source"] == ".coveragerc [run]"
    assert set(files) == {"pyproject.toml", ".coveragerc"}


def test_only_the_first_file_of_coverage_counts(project: Path) -> None:
    (project / ".coveragerc").write_text("[report]\nprecision = 1\n")
    (project / "setup.cfg").write_text("[coverage:run]\nomit = x.py\n")
    assert load().settings.omit == ()
    (project / ".coveragerc").unlink()
    assert load().settings.omit == ("x.py",)


def test_a_foreign_setup_cfg_is_passed_over(project: Path) -> None:
    (project / "setup.cfg").write_text("[run]\nomit = not for us\n[metadata]\nname = x\n")
    (project / "tox.ini").write_text("[coverage:run]\nomit = x.py\n")
    assert load().settings.omit == ("x.py",)


def test_options_win(project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool.bytecov]\nlevel = "branch"\n')
    loaded = load(level="line", data_file=None)
    assert loaded.settings.level == "line"
    assert loaded.origins["level"] == "--level"
    assert loaded.settings.data_file == ".bytecov"


def test_rcfile_takes_the_place_of_both(project: Path) -> None:
    (project / ".coveragerc").write_text("[run]\nomit = a.py\n")
    (project / "ci.toml").write_text(
        '[tool.bytecov]\nlevel = "line"\n[tool.coverage.run]\ninclude = ["b.py"]\n'
    )
    settings, _, _ = load("ci.toml")
    assert (settings.level, settings.omit, settings.include) == ("line", (), ("b.py",))


def test_coverage_rcfile(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "other.cfg").write_text("[run]\nomit = a.py\n")
    monkeypatch.setenv("COVERAGE_RCFILE", "other.cfg")
    assert load().settings.omit == ("a.py",)
    monkeypatch.setenv("COVERAGE_RCFILE", "gone.cfg")
    with pytest.raises(UsageError, match=r"gone\.cfg: COVERAGE_RCFILE names it"):
        load()


def test_variables(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PART", "tests")
    (project / ".coveragerc").write_text("[run]\nomit = ${PART}/*, $PART, ${NO-thing}, $$x\n")
    assert load().settings.omit == ("tests/*", "tests", "thing", "$x")
    assert "needs the environment variable NO" in wrong("[run]\nomit = ${NO?}", ".coveragerc")


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        (".coverage", ".bytecov"),
        ("build/.coverage", "build/.bytecov"),
        (".coverage.unit", ".bytecov.unit"),
        ("data/results", "data/results.bytecov"),
    ],
)
def test_the_data_file_of_coverage_is_never_ours(theirs: str, ours: str) -> None:
    assert beside(theirs) == ours


def test_data_files_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COVERAGE_FILE", "/tmp/.coverage.3")
    assert load().settings.data_file == ".bytecov"  # no coverage configuration here
    Path(".coveragerc").write_text("[run]\nbranch = true\n")
    assert load().settings.data_file == "/tmp/.bytecov.3"
    monkeypatch.setenv("BYTECOV_FILE", "/tmp/own")
    assert load().settings.data_file == "/tmp/own"
    assert load(data_file="given").settings.data_file == "given"


def test_fail_under_of_coverage_speaks_of_its_own_level(project: Path) -> None:
    (project / ".coveragerc").write_text("[run]\nbranch = true\n[report]\nfail_under = 90\n")
    assert load().settings.fail_under == (("coverage", 90.0),)
    assert load(fail_under="80").settings.fail_under == (("", 80.0),)
    (project / "pyproject.toml").write_text("[tool.bytecov]\nfail_under = 70\n")
    assert load().settings.fail_under == (("", 70.0),)
    (project / "pyproject.toml").unlink()
    (project / ".coveragerc").write_text("[report]\nfail_under = 90\n")
    assert load().settings.fail_under == (("line", 90.0),)


def test_fail_under_for_each_level(project: Path) -> None:
    (project / "pyproject.toml").write_text(
        "[tool.bytecov]\nfail_under = {line = 100, condition = 80.5}\n"
    )
    loaded = load()
    assert loaded.settings.fail_under == (("line", 100.0), ("condition", 80.5))
    assert ("fail_under", "line 100, condition 80.5", "pyproject.toml [tool.bytecov]") in described(
        loaded
    )
    given = load(fail_under="branch=90, mcdc=50").settings
    assert given.fail_under == (("branch", 90.0), ("mcdc", 50.0))


def test_how_programs_run(project: Path) -> None:
    (project / ".coveragerc").write_text(
        "[run]\nconcurrency = multiprocessing, thread\npatch =\n  subprocess\n  _exit\n"
        "sigterm = true\ndynamic_context = test_function\n[report]\ncontexts = a\n  b,c\n"
        "[html]\nshow_contexts = yes\n"
    )
    settings = load().settings
    assert settings.concurrency == ("multiprocessing", "thread")
    assert settings.patch == ("subprocess", "_exit")
    assert settings.sigterm
    assert settings.dynamic_context == "test"
    assert settings.report_contexts == ("a", "b,c")
    assert settings.html_show_contexts
    assert not settings.json_show_contexts
    (project / ".coveragerc").write_text("[run]\ndynamic_context = none\n")
    assert load().settings.dynamic_context == ""


def test_sort_columns_of_coverage(project: Path) -> None:
    (project / ".coveragerc").write_text("[report]\nsort = -Cover\n")
    assert load().settings.sort == "-condition"


class TestWrong:
    def test_unknown_key(self) -> None:
        said = wrong("[tool.bytecov]\nsorce = ['src']\n")
        assert said == "pyproject.toml: [tool.bytecov] has no 'sorce'; did you mean 'source'?"

    def test_key_like_no_other(self) -> None:
        assert "debug config" in wrong("[tool.bytecov]\nzzzzzz = 1\n")

    def test_every_unknown_key_is_named(self) -> None:
        keys = "branch = true\nengin = 1\nshow_contexts = true\n[tool.bytecov.run]\nx = 1\n"
        said = wrong("[tool.bytecov]\n" + keys)
        assert said == (
            "pyproject.toml: [tool.bytecov] has no 'branch': branches are always measured;"
            " no 'engin'; did you mean 'engine'?;"
            " no 'show_contexts': it is called 'html_show_contexts' here;"
            " no 'run': it has no tables, all keys stand directly in it"
        )

    def test_bad_toml(self) -> None:
        assert wrong("[tool.bytecov\n").startswith("pyproject.toml cannot be read: ")

    def test_bad_ini(self) -> None:
        assert wrong("run\n", ".coveragerc").startswith(".coveragerc cannot be read: ")

    def test_not_utf8(self) -> None:
        Path("pyproject.toml").write_bytes(b"[tool.bytecov]\nx = '\xff'\n")
        with pytest.raises(UsageError, match=r"pyproject.toml cannot be read"):
            load()

    def test_table_that_is_none(self) -> None:
        assert wrong("tool.bytecov = 3") == "pyproject.toml: tool.bytecov must be a table"

    @pytest.mark.parametrize(
        ("line", "said"),
        [
            ("parallel = 3", "parallel is 3, and must be true or false"),
            ("fail_under = 101", "fail_under is 101, and must lie between 0 and 100"),
            ('fail_under = "much"', "fail_under is 'much', and must be a number"),
            ("precision = 1.5", "precision is 1.5, and must be a whole number from 0 to 9"),
            ("source = {a = 1}", "source is {'a': 1}, and must be a list of texts"),
            ('level = "deep"', "level is 'deep', and can be line, branch, condition"),
            ('count = ["if"]', "count has 'if', and can have assert, with, comprehension-for"),
            ('exclude_also = ["("]', "exclude_also has '(', which is no regular expression"),
            ('data_file = ""', "data_file is empty, and must name a file"),
            ("title = 3", "title is 3, and must be text in quotes"),
            ("paths = 3", "paths must be a table of lists"),
            ("paths = {a = []}", "paths has an empty list 'a'"),
            ('concurrency = ["fork"]', "concurrency has 'fork', and can have thread, multiproc"),
            ('patch = ["exec"]', "patch has 'exec', and can have subprocess, fork, _exit, execv"),
            ('dynamic_context = "phase"', "dynamic_context is 'phase', and can be test"),
            ("fail_under = {lines = 1}", "fail_under has a level 'lines', and can have line, br"),
            ("fail_under = {line = 101}", "fail_under is 101, and must lie between 0 and 100"),
            ("xml_package_depth = -1", "xml_package_depth is -1, and must be a whole number"),
            ('coverage_totals = "x"', "coverage_totals is 'x', and can be separate, merged"),
        ],
    )
    def test_bad_value(self, line: str, said: str) -> None:
        assert wrong(f"[tool.bytecov]\n{line}\n").startswith(
            f"pyproject.toml: [tool.bytecov] {said}"
        )

    def test_bad_option(self) -> None:
        with pytest.raises(UsageError, match=r"^--fail-under is 'x', and must be a number$"):
            load(fail_under="x")

    def test_missing_rcfile(self) -> None:
        with pytest.raises(UsageError, match="there is no such configuration file"):
            load("nowhere.toml")


def test_described_lists_every_setting(project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool.bytecov]\nsource = ["a", "b"]\n')
    rows = {name: (value, origin) for name, value, origin in described(load())}
    assert rows["source"] == ("a, b", "pyproject.toml [tool.bytecov]")
    assert rows["omit"] == ("-", "default")
    assert rows["parallel"] == ("false", "default")


def test_the_page_lists_every_setting(root: Path) -> None:
    page = (root / "docs" / "configuration.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^\| `(\w+)` \|[^|]*\|([^|]*)\|", page, re.MULTILINE))
    assert listed.keys() == KEYS.keys()
    for name, key in KEYS.items():
        theirs = {"data_file": "(see above)", "paths": "`[paths]`"}
        expected = theirs.get(name) or (f"`{key.coverage}`" if key.coverage else "")
        assert listed[name].strip() == expected, name
