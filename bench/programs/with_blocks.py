"""Context managers, of a class and of a generator, and try/finally."""

from contextlib import contextmanager


class Depth:
    def __init__(self):
        self.depth = 0

    def __enter__(self):
        self.depth += 1
        return self

    def __exit__(self, *raised):
        self.depth -= 1
        return False


@contextmanager
def noted(log):
    log.append(1)
    try:
        yield log
    finally:
        log.pop()


def run():
    depth, log, total = Depth(), [], 0
    for i in range(25_000):
        with depth, depth as inner:
            total += inner.depth
        with noted(log) as entries:
            total += len(entries)
        try:
            total += i
        finally:
            total -= 1
    return total
