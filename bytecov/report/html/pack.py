"""Data files: JSON, deflated, as text, in a script that a page can load from file://.

A browser reads no other file from there.  `static/data.js` unpacks it.
"""

import json
import zlib
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

T = TypeVar("T")


def pack(data: Mapping[str, Any]) -> str:
    """A document as text of raw deflate of JSON: nothing in it ends a script or a string."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    try:
        raw = text.encode()
    except UnicodeEncodeError:  # lone surrogates: they survive as escapes
        raw = json.dumps(data, separators=(",", ":"), sort_keys=True).encode()
    squeeze = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    return text_of(squeeze.compress(raw) + squeeze.flush())


_HARMFUL = '\0\n\r"\\<'  # what would end a string or an element, or what HTML replaces
_LOW = bytes(byte & 0x7F for byte in range(0x100))


def text_of(raw: bytes) -> str:
    """Bytes as characters of seven bits, a tenth shorter in UTF-8 than base64.

    A digit says how many zeros were added to make the number of bytes divisible by seven.  Then
    follow their lower halves, and behind these an eighth as much: the highest bits, the first
    seventh's as bit 0, the last's as bit 6.  Characters that could do harm have 128 added.
    """
    padding = -len(raw) % 7
    raw += bytes(padding)
    count = len(raw) // 7
    highest = int.from_bytes(b"\x80" * count, "big")
    bits = sum(
        (int.from_bytes(raw[part * count : (part + 1) * count], "big") & highest) >> (7 - part)
        for part in range(7)
    )
    packed = raw.translate(_LOW) + bits.to_bytes(count, "big")
    text = packed.decode("ascii")
    for one in _HARMFUL:
        text = text.replace(one, chr(ord(one) + 0x80))
    return f"{padding}{text}"


def script(name: str, packed: str) -> str:
    """The data file that hands a document to the page; `name` is ASCII letters, digits, `-`, `.`"""
    return f'bytecov.receive("{name}","{packed}")\n'


def run_lengths(values: Iterable[T]) -> list[int | T]:
    """`[a, a, b]` as `[2, a, 1, b]`."""
    found: list[int | T] = []
    length, last = 0, None
    for value in values:
        if length and value == last:
            length += 1
            continue
        if length:
            found += [length, last]  # type: ignore[list-item]
        length, last = 1, value
    return [*found, length, last] if length else found  # type: ignore[list-item]


def zigzag(number: int) -> int:
    """0, -1, 1, -2, … as 0, 1, 2, 3, …: small numbers stay small."""
    return number << 1 if number >= 0 else ~(number << 1)


def column(numbers: Iterable[int]) -> str:
    """Numbers from 0 to 2²⁸ as a text, one character each; two for the rare large ones."""
    return "".join([_CHARACTERS[n] if n < _LARGE else _pair(n) for n in numbers])


_LARGE = 1 << 15
# None that JSON would escape; the last ones start a pair.
_CHARACTERS = [chr(n + 35 + (n >= 57)) for n in range(_LARGE)]


def _pair(number: int) -> str:
    return chr(0xE000 + (number >> 15)) + _CHARACTERS[number % _LARGE]


def distances(numbers: Iterable[int]) -> list[int]:
    """Each number as its distance to the one before, zigzag."""
    return list(map(zigzag, deltas(numbers)))


def deltas(numbers: Iterable[int]) -> list[int]:
    """Each number as its distance to the one before: rising numbers become small ones."""
    found, last = [], 0
    for number in numbers:
        found.append(number - last)
        last = number
    return found
