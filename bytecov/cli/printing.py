"""Text on its way to a terminal: nothing in it is a command to the terminal.

File names, contexts and source are a stranger's; an escape sequence among them could rewrite what
the reader sees.
"""

import sys

KEPT = "\n\t"


def printable(text: str) -> str:
    """Text with control characters, and characters that turn its direction, as escapes."""
    if text.isascii() and text.translate(_CONTROLS) == text:
        return text
    import unicodedata  # not in every measured process

    return "".join(
        one if one in KEPT or unicodedata.category(one) not in ("Cc", "Cf", "Cs") else _escaped(one)
        for one in text
    )


_CONTROLS = {code: None for code in (*range(32), 127) if chr(code) not in KEPT}


def _escaped(one: str) -> str:
    return one.encode("unicode_escape", "surrogatepass").decode("ascii")


def put(text: str, end: str = "") -> None:
    """Print text, with escapes for what the terminal's encoding does not have."""
    encoding = sys.stdout.encoding or "utf-8"
    safe = printable(text).encode(encoding, "backslashreplace").decode(encoding)
    sys.stdout.write(safe + end)
