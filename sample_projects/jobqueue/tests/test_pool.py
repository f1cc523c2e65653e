import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import pytest

from jobqueue.backoff import Backoff
from jobqueue.job import Job, State, TransientError
from jobqueue.pool import StopPool, WorkerPool
from jobqueue.queue import JobQueue


class Clock:
    """Sleeps without waiting and remembers for how long."""

    def __init__(self) -> None:
        self.delays: list[float] = []

    async def sleep(self, delay: float) -> None:
        self.delays.append(delay)


def script(*steps: object) -> Callable[[], Awaitable[object]]:
    """An action that raises or returns one step per attempt."""
    remaining = iter(steps)

    async def action() -> object:
        step = next(remaining)
        if isinstance(step, Exception):
            raise step
        return step

    return action


async def forever() -> None:
    await asyncio.Event().wait()


def run(*jobs: Job, clock: Clock | None = None, timeout: float = 30.0) -> list[str]:
    """Run the jobs with one worker; returns their names in the order in which they ended."""

    async def main() -> list[str]:
        queue = JobQueue()
        sleep = (clock or Clock()).sleep
        backoff = Backoff(first=1.0, longest=8.0)
        pool = WorkerPool(queue, workers=1, timeout=timeout, backoff=backoff, sleep=sleep)
        async with pool:
            for job in jobs:
                await queue.put(job)
        return pool.journal.names

    return asyncio.run(main())


def test_jobs_are_run_and_keep_their_results() -> None:
    jobs = [Job("a", script(1)), Job("b", script(2))]
    assert run(*jobs) == ["a", "b"]
    assert [(job.state, job.result) for job in jobs] == [(State.DONE, 1), (State.DONE, 2)]


def test_transient_errors_are_tried_again_later_and_later() -> None:
    clock = Clock()
    busy = TransientError("busy")
    job = Job("a", script(busy, busy, "done"))
    run(job, clock=clock)
    assert (job.state, job.result) == (State.DONE, "done")
    assert clock.delays == [1.0, 2.0]


def test_a_job_fails_when_its_attempts_are_used_up() -> None:
    busy = TransientError("busy")
    job = Job("a", script(busy, busy), attempts=2)
    run(job)
    assert (job.state, job.error) == (State.FAILED, busy)


def test_other_errors_fail_at_once() -> None:
    clock = Clock()
    job = Job("a", script(ValueError("bad input")))
    run(job, clock=clock)
    assert job.state is State.FAILED
    assert clock.delays == []


@pytest.mark.parametrize(("idempotent", "delays"), [(False, []), (True, [1.0, 2.0])])
def test_only_idempotent_jobs_are_tried_again_after_a_timeout(
    idempotent: bool, delays: list[float]
) -> None:
    clock = Clock()
    job = Job("a", forever, idempotent=idempotent)
    run(job, clock=clock, timeout=0)
    assert job.state is State.FAILED
    assert isinstance(job.error, TimeoutError)
    assert clock.delays == delays


def interrupted(error: Exception, *, idempotent: bool) -> list[State]:
    """The states of a running and a waiting job after `error` ended the pool."""

    async def main() -> list[State]:
        queue = JobQueue()
        started = asyncio.Event()

        async def action() -> None:
            started.set()
            await forever()

        jobs = [Job("running", action, idempotent=idempotent), Job("waiting", forever)]
        with contextlib.suppress(KeyError):
            async with WorkerPool(queue, workers=1):
                for job in jobs:
                    await queue.put(job)
                await started.wait()
                raise error
        return [job.state for job in jobs]

    return asyncio.run(main())


def test_an_error_cancels_all_jobs() -> None:
    states = interrupted(KeyError("bug"), idempotent=False)
    assert states == [State.CANCELLED, State.CANCELLED]


def test_stopping_the_pool_leaves_an_idempotent_job_waiting() -> None:
    states = interrupted(StopPool(), idempotent=True)
    assert states == [State.WAITING, State.CANCELLED]
