"""Tells the recorder which test is running."""

from collections.abc import Generator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from bytecov.api import Session


class Contexts:
    """One context for each phase of each test, named as pytest-cov names them:
    `tests/test_a.py::test_b|run`."""

    def __init__(self, session: "Session") -> None:
        self._session = session

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None]:
        return (yield from self._phase(item, "setup"))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None]:
        return (yield from self._phase(item, "run"))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None]:
        return (yield from self._phase(item, "teardown"))

    def _phase(self, item: pytest.Item, phase: str) -> Generator[None]:
        self._session.switch_context(f"{item.nodeid}|{phase}")
        try:
            return (yield)
        finally:
            self._session.switch_context("")
