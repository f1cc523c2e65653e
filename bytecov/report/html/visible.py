"""Characters that hide or rearrange others, made visible.

A source or a file name may hold right-to-left overrides, zero-width characters or terminal
escapes.  A report that shows them as they are shows a text that is not there ("trojan
source"), so they are shown by name and kept out of the page.
"""

import re
import unicodedata

HIDDEN = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls, except tab and line feed
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\ud800-\udfff"  # lone surrogates: undecodable bytes of a file name
    "\U000e0000-\U000e0fff"
    "]"
)
"""Controls, format characters, invisible letters and lone surrogates, one at a time."""

RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
"""Letters that make the characters around them change places."""

_SHORT = {
    "\t": "TAB", "\n": "LF", "\x00": "NUL", "\x07": "BEL", "\x08": "BS", "\x0b": "VT",
    "\x0c": "FF", "\r": "CR", "\x1b": "ESC", "\x7f": "DEL", "\x85": "NEL", "\u200b": "ZWSP",
    "\u200c": "ZWNJ", "\u200d": "ZWJ", "\u200e": "LRM", "\u200f": "RLM", "\u061c": "ALM",
    "\u2028": "LS", "\u2029": "PS", "\u202a": "LRE", "\u202b": "RLE", "\u202c": "PDF",
    "\u202d": "LRO", "\u202e": "RLO", "\u2066": "LRI", "\u2067": "RLI", "\u2068": "FSI",
    "\u2069": "PDI", "\ufeff": "BOM",
}  # fmt: skip


def short_name(character: str) -> str:
    """`RLO`, or `U+E0001` for what has no common short name."""
    return _SHORT.get(character) or f"U+{ord(character):04X}"


def long_name(character: str) -> str:
    """`U+202E RIGHT-TO-LEFT OVERRIDE`."""
    return f"U+{ord(character):04X} {unicodedata.name(character, short_name(character))}"


def visible_text(text: str) -> str:
    """The same for text of several lines, which stay lines."""
    return "\n".join(map(visible, text.split("\n")))


def visible(text: str) -> str:
    """Text safe to show in a sentence, a tooltip or a title: `a⟨RLO⟩b`."""
    return HIDDEN.sub(lambda found: f"⟨{short_name(found[0])}⟩", text)
