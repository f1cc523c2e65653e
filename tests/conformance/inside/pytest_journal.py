"""A pytest plugin that notes the outcome of each test, in the form of `unittest_journal`.

The journal's path comes in the environment, as BYTECOV_JOURNAL.
"""

import json
import os
import time

import pytest

file = open(os.environ["BYTECOV_JOURNAL"], "a", encoding="utf-8", buffering=1)  # noqa: SIM115 - until the end
worst = {}


def note(*parts):
    file.write(json.dumps(parts) + "\n")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session):
    worst.clear()
    worst["began"] = time.perf_counter()


def pytest_runtest_logstart(nodeid, location):
    worst["outcome"], worst["text"] = "passed", ""
    note(nodeid, "started")


def pytest_runtest_logreport(report):
    if report.outcome != "passed" or hasattr(report, "wasxfail"):
        kind = "error" if report.when != "call" and report.failed else report.outcome
        worst["outcome"] = ("x" if hasattr(report, "wasxfail") else "") + kind
        worst["text"] += "" if report.skipped else str(report.longrepr or "")


def pytest_runtest_logfinish(nodeid, location):
    note(nodeid, worst["outcome"], worst["text"])


def pytest_collectreport(report):
    if report.failed:
        note(report.nodeid, "error", str(report.longrepr))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    note("", "ended", time.perf_counter() - worst["began"])
