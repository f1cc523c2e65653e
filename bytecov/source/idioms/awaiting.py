"""Waiting for an awaitable or a sub-generator."""

from bytecov.source.cursor import At
from bytecov.source.idioms.verdict import Verdict


def awaiting(at: At, verdict: Verdict) -> None:
    """`await x`, `yield from x` and the doors of `async with` ask again until it is done.

    The SEND of `async for` is the author's: it brings the next item.
    """
    if (branch := at.match("SEND")) and not at.asks_next():
        verdict.ignore(branch)
