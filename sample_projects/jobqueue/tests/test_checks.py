import asyncio

from jobqueue.checks import Check, run_checks, selected
from jobqueue.job import TransientError


async def fine() -> None:
    """A probe that finds nothing wrong."""


async def busy() -> None:
    raise TransientError("database is starting")


async def broken() -> None:
    raise OSError("disk is read-only")


CHECKS = [
    Check("network", fine, tags=frozenset({"remote"})),
    Check("disk", broken),
    Check("database", busy, tags=frozenset({"remote"})),
]


def test_checks_are_selected_by_tag() -> None:
    assert [check.name for check in selected(CHECKS)] == ["database", "disk", "network"]
    assert [check.name for check in selected(CHECKS, "remote")] == ["database", "network"]


def test_nothing_found() -> None:
    assert asyncio.run(run_checks([Check("network", fine)])).is_ready


def test_errors_are_sorted_by_whether_they_may_pass() -> None:
    findings = asyncio.run(run_checks(CHECKS))
    assert findings.temporary == ["database is starting"]
    assert findings.permanent == ["disk is read-only"]
    assert not findings.is_ready
