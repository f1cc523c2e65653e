"""Workers that take jobs from a queue and run them."""

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType

from jobqueue.backoff import Backoff, is_hopeless, pause_after
from jobqueue.job import Job, State, TransientError
from jobqueue.journal import Journal
from jobqueue.queue import JobQueue

Sleep = Callable[[float], Awaitable[None]]


class StopPool(Exception):
    """Raised inside `async with pool` to drop all work and go on behind it."""


class WorkerPool:
    """Runs the jobs of `queue` while the `async with` lasts.

    Its end waits for all jobs; when an exception ends it, they are cancelled instead.
    """

    def __init__(
        self,
        queue: JobQueue,
        workers: int = 2,
        timeout: float = 30.0,
        backoff: Backoff | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        assert workers > 0, "without workers no job is ever run"  #! assert: T-
        self.journal = Journal()
        self._queue = queue
        self._workers = workers
        self._timeout = timeout
        self._backoff = backoff or Backoff()  #! backoff: TF  Backoff(): ??
        self._sleep = sleep
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> "WorkerPool":
        self._tasks = [asyncio.create_task(self._work()) for _ in range(self._workers)]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        await self._queue.close()
        if kind is not None:  #! kind is not None: TF
            for job in self._queue.drain():  #! for: EX
                job.state = State.CANCELLED
            for task in self._tasks:  #! for: EX
                task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        return kind is not None and issubclass(kind, StopPool)  #! not None: TF  issubclass: ??

    async def _work(self) -> None:
        """One worker: job after job, until the queue ends."""
        async for job in self._queue:  #! for: EX
            with self.journal.watching(job):
                await self._run(job)

    async def _run(self, job: Job) -> None:
        """Try a job until it works or trying again is no use."""
        job.state = State.RUNNING
        try:
            for delay in self._backoff.delays(job.attempts):  #! for: EX
                if await self._attempt(job):  #! await: TF
                    return
                assert job.error is not None  #! assert: T-
                await self._sleep(pause_after(job.error, delay))
            if not await self._attempt(job):  #! await: TF
                job.state = State.FAILED
        except asyncio.CancelledError:  #! except: M
            job.state = State.WAITING if job.idempotent else State.CANCELLED  #! job.idempotent: TF
            raise

    async def _attempt(self, job: Job) -> bool:
        """Try once.  Returns whether that settles it, for better or worse."""
        try:
            #! job.timeout is None: T-
            limit = self._timeout if job.timeout is None else max(job.timeout, self._timeout)
            async with asyncio.timeout(limit):
                job.result = await job.action()
        except (TransientError, TimeoutError) as error:  #! except: M
            job.error = error
            if not is_hopeless(job, error):  #! is_hopeless: TF
                return False
            job.state = State.FAILED
        except Exception as error:  #! except: M
            job.error = error
            job.state = State.FAILED
        else:
            job.state = State.DONE
        return True
