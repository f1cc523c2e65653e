"""Text on its way to standard output."""

import sys

from bytecov.model.printable import printable


def put(text: str, end: str = "") -> None:
    """Print text, with escapes for what the terminal's encoding does not have."""
    encoding = sys.stdout.encoding or "utf-8"
    safe = printable(text).encode(encoding, "backslashreplace").decode(encoding)
    sys.stdout.write(safe + end)
