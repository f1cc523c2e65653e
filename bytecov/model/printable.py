"""Text that commands no terminal.

File names, contexts and source are a stranger's; an escape sequence among them could rewrite what
the reader sees.
"""

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
