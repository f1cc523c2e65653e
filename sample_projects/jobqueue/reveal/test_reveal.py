"""Fails on purpose: it gives a job a timeout of its own, shorter than the pool's."""

import asyncio

from jobqueue.job import Job, State
from jobqueue.pool import WorkerPool
from jobqueue.queue import JobQueue


async def slow() -> str:
    """Takes a hundred turns of the event loop, hardly any time."""
    for _ in range(100):
        await asyncio.sleep(0)
    return "too late"


def test_a_job_may_have_less_time_than_the_pool_gives() -> None:
    job = Job("a", slow, timeout=0)

    async def main() -> None:
        queue = JobQueue()
        async with WorkerPool(queue, timeout=3600.0):
            await queue.put(job)

    asyncio.run(main())
    assert job.state is State.FAILED
    assert isinstance(job.error, TimeoutError)
