import asyncio

import pytest

from jobqueue.job import Job
from jobqueue.queue import JobQueue


async def nothing() -> None:
    """What an unimportant job does."""


def test_urgent_jobs_come_first_and_equal_ones_in_order() -> None:
    async def main() -> list[str]:
        queue = JobQueue()
        for name, priority in [("a", 0), ("b", 5), ("c", 0)]:
            await queue.put(Job(name, nothing, priority=priority))
        await queue.close()
        return [job.name async for job in queue]

    assert asyncio.run(main()) == ["b", "a", "c"]


def test_a_full_queue_makes_put_wait() -> None:
    async def main() -> list[str]:
        queue = JobQueue(size=1)
        names = []

        async def produce() -> None:
            for name in "abc":
                await queue.put(Job(name, nothing))
            await queue.close()

        producer = asyncio.create_task(produce())
        async for job in queue:
            names.append(job.name)
        await producer
        return names

    assert asyncio.run(main()) == ["a", "b", "c"]


def test_a_closed_queue_takes_no_jobs() -> None:
    async def main() -> None:
        queue = JobQueue()
        await queue.close()
        await queue.put(Job("late", nothing))

    with pytest.raises(RuntimeError, match="closed"):
        asyncio.run(main())
