"""python unittest_journal.py MODULE: run the tests of a module, noting each outcome.

Runs in the interpreter under test, with and without bytecov, and so imports nothing else of
ours.  The journal, whose path is in the environment as BYTECOV_JOURNAL, has a JSON list on each
line: [test, "started"] and [test, outcome, text], last ["", "ended", seconds].
"""

import json
import os
import sys
import time
import traceback
import unittest


class Journal(unittest.TestResult):
    """Writes down what unittest says, at once: the run may not live to its end."""

    def __init__(self, path):
        super().__init__()
        self.file = open(path, "a", encoding="utf-8", buffering=1)  # noqa: SIM115 - until the end
        self.worst = None
        self.text = ""
        self.running = False
        self.limit = sys.getrecursionlimit()

    def note(self, *parts):
        self.file.write(json.dumps(parts) + "\n")

    def startTest(self, test):
        self.worst, self.text, self.running = None, "", True
        self.note(test.id(), "started")
        super().startTest(test)

    def stopTest(self, test):
        super().stopTest(test)
        self.running = False
        sys.setrecursionlimit(self.limit)  # or one test spoils the others
        self.note(test.id(), self.worst or "passed", self.text)

    def outcome(self, test, outcome, error=None, of=""):
        text = of + "".join(traceback.format_exception(*error)) if error else of
        if self.running:
            bad = outcome in ("failed", "error") or self.worst not in ("failed", "error")
            self.worst, self.text = outcome if bad else self.worst, self.text + text
        else:  # setUpClass and its like
            self.note(test.id(), outcome, text)

    def addError(self, test, error):
        self.outcome(test, "error", error)

    def addFailure(self, test, error):
        self.outcome(test, "failed", error)

    def addSkip(self, test, reason):
        self.outcome(test, "skipped")

    def addExpectedFailure(self, test, error):
        self.outcome(test, "expected failure")

    def addUnexpectedSuccess(self, test):
        self.outcome(test, "unexpected success")

    def addSubTest(self, test, subtest, error):
        if error is not None:
            failed = issubclass(error[0], test.failureException)
            self.outcome(test, "failed" if failed else "error", error, f"{subtest.id()}\n")


def main():
    module = sys.argv.pop()
    from test import support

    support.use_resources = ["cpu"]  # no network, no windows, nothing large
    journal = Journal(os.environ.pop("BYTECOV_JOURNAL"))
    began = time.perf_counter()
    suite = unittest.defaultTestLoader.loadTestsFromName(module)
    suite.run(journal)
    journal.note("", "ended", time.perf_counter() - began)


if __name__ == "__main__":
    main()
