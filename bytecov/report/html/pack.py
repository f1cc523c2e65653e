"""Data files: JSON, deflated, in base64, as a script that a page can load from file://.

A browser reads no other file from there.  `static/data.js` unpacks it.
"""

import json
import zlib
from base64 import b64encode
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

T = TypeVar("T")


def pack(data: Mapping[str, Any]) -> str:
    """A document as base64 of raw deflate of JSON: nothing in it ends a script or a string."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    try:
        raw = text.encode()
    except UnicodeEncodeError:  # lone surrogates: they survive as escapes
        raw = json.dumps(data, separators=(",", ":"), sort_keys=True).encode()
    squeeze = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    return b64encode(squeeze.compress(raw) + squeeze.flush()).decode()


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
