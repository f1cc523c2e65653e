"""What every test may use: where things are, and text that is compared with a file."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("bytecov", deadline=None)  # a busy machine is no failure
settings.load_profile("bytecov")

ROOT = Path(__file__).parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update",
        action="store_true",
        help="rewrite snapshots and golden files with what the tests produced",
    )


# What changes the words of pytest and of terminals; CI services set the first three.
SURROUNDINGS = (
    "CI",
    "BUILD_NUMBER",
    "GITHUB_ACTIONS",
    "PYTEST_ADDOPTS",
    "COLUMNS",
    "LINES",
    "FORCE_COLOR",
    "NO_COLOR",
)


@pytest.fixture(scope="session", autouse=True)
def surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The programs of a test run alike everywhere, and what they keep is nobody else's."""
    with pytest.MonkeyPatch.context() as patch:
        for name in SURROUNDINGS:
            patch.delenv(name, raising=False)
        patch.setenv("BYTECOV_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder that holds pyproject.toml."""
    return ROOT


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """`golden(path, text)`: the file holds exactly `text`; `--update` makes it so."""

    def compare(path: Path, text: str) -> None:
        if request.config.getoption("--update"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert path.exists(), f"{path} does not exist: make it with pytest --update"
        assert text == path.read_text(encoding="utf-8")

    return compare
