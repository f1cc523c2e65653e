"""Whether to try again, and when."""

from collections.abc import Iterator
from dataclasses import dataclass

from jobqueue.job import Job, TransientError


@dataclass(frozen=True)
class Backoff:
    """Delays that double from `first` up to `longest`, in seconds."""

    first: float = 0.5
    longest: float = 60.0

    def delays(self, attempts: int) -> Iterator[float]:
        """The pauses between that many attempts."""
        delay = self.first
        for _ in range(attempts - 1):  #! for: EX
            yield delay
            if delay < self.longest <= delay * 2:  #! delay <: TF  <= delay * 2: TF
                delay = self.longest
            elif delay < self.longest:  #! delay <: TF
                delay *= 2


def is_hopeless(job: Job, error: Exception) -> bool:
    """Whether another attempt could not help, or could do harm: half of the work may be done."""
    if isinstance(error, TimeoutError):  #! TimeoutError: TF
        return not job.idempotent
    return not isinstance(error, TransientError)


def pause_after(error: Exception, delay: float) -> float:
    """The delay, unless the error itself says how long to wait."""
    hint: float | None = getattr(error, "retry_after", None)
    return delay if hint is None else hint  #! hint is None: TF
