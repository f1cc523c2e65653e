"""A bar for what takes more than two seconds, where somebody watches."""

import sys
import time

PATIENCE = 2.0  # seconds without a word
PAUSE = 0.1  # seconds between two drawings
WIDTH = 30


class Progress:
    """`progress(done, total)` draws on standard error, if that is a terminal; the last call
    removes what was drawn.  `what` is counted: "files"."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._began = time.monotonic()
        self._drawn = 0.0  # when last
        self._shown = sys.stderr is not None and sys.stderr.isatty()

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if done == total:
            self._clear()
        elif self._shown and now - self._began >= PATIENCE and now - self._drawn >= PAUSE:
            self._drawn = now
            self._draw(done, total, now - self._began)

    def _draw(self, done: int, total: int, seconds: float) -> None:
        filled = WIDTH * done // total
        bar = "#" * filled + "." * (WIDTH - filled)
        left = f", {seconds / done * (total - done):,.0f} s left" if done else ""
        said = f"[{bar}] {done:,} of {total:,} {self._what}{left}"
        print(f"\r{said}\x1b[K", end="", file=sys.stderr, flush=True)

    def _clear(self) -> None:
        if self._drawn:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
            self._drawn = 0.0
