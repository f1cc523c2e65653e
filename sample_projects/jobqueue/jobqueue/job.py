"""What a job is, and what can become of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum


class TransientError(Exception):
    """It did not work this time; trying again may help."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class State(Enum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(eq=False)
class Job:
    """Work to be done: `action` is called once per attempt, times are in seconds."""

    name: str
    action: Callable[[], Awaitable[object]]
    priority: int = 0
    attempts: int = 3
    timeout: float | None = None
    idempotent: bool = False
    state: State = State.WAITING
    result: object = None
    error: Exception | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state not in {State.WAITING, State.RUNNING}
