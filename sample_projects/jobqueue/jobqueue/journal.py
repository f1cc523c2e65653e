"""Who wants to know what became of the jobs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from jobqueue.job import Job

Listener = Callable[[Job], None]


class Journal:
    """The names of finished jobs, in order, and those who listen for them."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._listeners: list[Listener] = []

    def subscribe(self, listener: Listener) -> Listener:
        """Call `listener` for every job that is over; returns it for `unsubscribe`."""
        self._listeners.append(listener)
        return listener

    def unsubscribe(self, listener: Listener) -> None:
        """Stop calling `listener`; no error when nobody does."""
        with suppress(ValueError):
            self._listeners.remove(listener)

    @contextmanager
    def watching(self, job: Job) -> Iterator[None]:
        """Note `job` if it is over at the end, however the end comes."""
        try:
            yield
        finally:
            if job.is_over:  #! job.is_over: TF
                self.names.append(job.name)
                for listener in self._listeners:  #! for: EX
                    listener(job)
