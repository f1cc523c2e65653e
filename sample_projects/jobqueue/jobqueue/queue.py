"""The jobs that wait, the most urgent first."""

import asyncio
import heapq
import itertools
from collections.abc import AsyncIterator

from jobqueue.job import Job


class JobQueue:
    """Iterate over it to take jobs; the iteration ends when it is closed and empty."""

    def __init__(self, size: int = 1000) -> None:
        self._heap: list[tuple[int, int, Job]] = []
        self._order = itertools.count()
        self._changed = asyncio.Condition()
        self._closed = False
        self._size = size

    async def put(self, job: Job) -> None:
        """Add a job; waits while the queue is full."""
        async with self._changed:
            while len(self._heap) >= self._size and not self._closed:  #! self._size: TF  closed: -F
                await self._changed.wait()
            if self._closed:  #! self._closed: TF
                raise RuntimeError("the queue is closed")
            heapq.heappush(self._heap, (-job.priority, next(self._order), job))
            self._changed.notify_all()

    async def close(self) -> None:
        """Take no more jobs; those that wait are still handed out."""
        async with self._changed:
            self._closed = True
            self._changed.notify_all()

    def drain(self) -> list[Job]:
        """Remove and return all jobs that still wait, in order."""
        jobs = []
        while self._heap:  #! self._heap: TF
            jobs.append(heapq.heappop(self._heap)[-1])
        return jobs

    def __aiter__(self) -> AsyncIterator[Job]:
        return self

    async def __anext__(self) -> Job:
        async with self._changed:
            #! heap: TF  closed: ??
            await self._changed.wait_for(lambda: self._heap or self._closed)
            if not self._heap:  #! self._heap: TF
                raise StopAsyncIteration
            self._changed.notify_all()
            return heapq.heappop(self._heap)[-1]
