import pytest

from jobqueue.backoff import Backoff, pause_after
from jobqueue.job import TransientError


@pytest.mark.parametrize(
    ("attempts", "delays"), [(1, []), (2, [1.0]), (6, [1.0, 2.0, 4.0, 6.0, 6.0])]
)
def test_delays_double_up_to_a_limit(attempts: int, delays: list[float]) -> None:
    assert list(Backoff(first=1.0, longest=6.0).delays(attempts)) == delays


def test_an_error_may_say_how_long_to_wait() -> None:
    assert pause_after(TransientError("busy", retry_after=9.0), 1.0) == 9.0
    assert pause_after(TransientError("busy"), 1.0) == 1.0
