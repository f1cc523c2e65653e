"""Inputs that are almost right: pieces of good ones, cut, doubled, swapped and overwritten."""

from collections.abc import Callable, Sequence
from random import Random

EDGES = (0, 1, 0x7F, 0x80, 0xFF)  # bytes where counting goes wrong
WORDS = (
    *(b"\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\x80" * 9),
    *(b"\xef\xbb\xbf", b"\xc3", b"\xed\xa0\x80", b"\r", b"\x0c", b"\n\n"),
    *(b"../", b'"', b"'", b"${", b"[", b"{", b"="),
)


def mutated(random: Random, seeds: Sequence[bytes], most: int = 8) -> bytes:
    """One of the seeds after up to `most` changes; a few are no relation at all."""
    if random.random() < 0.02:
        return random.randbytes(random.randrange(200))
    content = bytearray(random.choice(seeds))
    for _ in range(random.randint(1, most)):
        random.choice(CHANGES)(random, content, seeds)
    return bytes(content)


def _place(random: Random, content: bytearray) -> int:
    return random.randrange(len(content) + 1)


def _flip(random: Random, content: bytearray, seeds: Sequence[bytes]) -> None:
    if content:
        content[random.randrange(len(content))] ^= 1 << random.randrange(8)


def _edge(random: Random, content: bytearray, seeds: Sequence[bytes]) -> None:
    if content:
        content[random.randrange(len(content))] = random.choice(EDGES)


def _cut(random: Random, content: bytearray, seeds: Sequence[bytes]) -> None:
    at = _place(random, content)
    del content[at : at + random.choice((1, 2, 16, len(content)))]


def _double(random: Random, content: bytearray, seeds: Sequence[bytes]) -> None:
    at = _place(random, content)
    content[at:at] = content[at : at + random.choice((1, 4, 64))] * random.choice((1, 2, 50))


def _word(random: Random, content: bytearray, seeds: Sequence[bytes]) -> None:
    at = _place(random, content)
    word = random.choice(WORDS)
    content[at : at + random.choice((0, len(word)))] = word


def _splice(random: Random, content: bytearray, seeds: Sequence[bytes]) -> None:
    other = random.choice(seeds)
    start = random.randrange(len(other) + 1)
    at = _place(random, content)
    piece = other[start : start + random.choice((4, 40, 400))]
    content[at : at + random.choice((0, len(piece)))] = piece


Change = Callable[[Random, bytearray, Sequence[bytes]], None]
CHANGES: tuple[Change, ...] = (_flip, _flip, _edge, _cut, _double, _word, _splice)
