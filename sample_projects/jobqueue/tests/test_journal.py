from jobqueue.job import Job, State
from jobqueue.journal import Journal


async def nothing() -> None:
    """What an unimportant job does."""


def test_listeners_hear_of_jobs_until_they_leave() -> None:
    journal = Journal()
    heard: list[Job] = []
    listener = journal.subscribe(heard.append)
    job = Job("a", nothing, state=State.DONE)
    with journal.watching(job):
        assert not heard
    journal.unsubscribe(listener)
    with journal.watching(job):
        assert heard == [job]
    assert heard == [job]
    assert journal.names == ["a", "a"]


def test_unsubscribing_twice_is_no_error() -> None:
    journal = Journal()
    listener = journal.subscribe(print)
    journal.unsubscribe(listener)
    journal.unsubscribe(listener)


def test_jobs_that_are_not_over_are_not_noted() -> None:
    journal = Journal()
    with journal.watching(Job("a", nothing)):
        pass
    assert journal.names == []
