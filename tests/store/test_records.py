"""What is known of a file from several Pythons."""

from bytecov.model.obligation import ObligationKey
from bytecov.model.span import Span
from bytecov.store.measured import MeasuredFile
from bytecov.store.records import Knowledge

KEYS = [ObligationKey("if", Span(line, 0, line, 1), "true") for line in range(3)]


def test_absent_is_only_what_all_leave_out() -> None:
    file = MeasuredFile("a.py", "digest")
    assert file.absent is None
    file.learn(Knowledge("3.11.7", frozenset(KEYS[:1]), frozenset(KEYS[1:])))
    assert file.absent == {*KEYS[1:]}
    file.learn(Knowledge("3.13.0", frozenset(KEYS[1:2]), frozenset(KEYS[2:])))
    assert file.absent == {KEYS[2]}
    assert file.undetermined == {*KEYS[:2]}
