"""From what a file says to what a setting is; pure functions, a ValueError says what was wrong.

TOML brings typed values and INI brings text; both arrive here.  The ValueErrors are the second
half of a sentence that starts with the name of the setting.
"""

import os
import re
from collections.abc import Callable
from typing import Any

from bytecov.config.settings import Key

_VARIABLE = re.compile(
    r"""\$(?:
        (?P<dollar>\$)
      | (?P<word>\w+)
      | \{ (?P<name>\w+) (?: (?P<strict>\?) | -(?P<default>[^}]*) )? \}
    )""",
    re.VERBOSE,
)


def expand(text: str) -> str:
    """`$VAR`, `${VAR}`, `${VAR-default}` and `${VAR?}` (it must be there); `$$` is a dollar."""

    def value(match: re.Match[str]) -> str:
        if match["dollar"]:
            return "$"
        name = match["word"] or match["name"]
        if match["strict"] and name not in os.environ:
            raise ValueError(f"needs the environment variable {name}, which is not set")
        return os.environ.get(name, match["default"] or "")

    return _VARIABLE.sub(value, text)


def convert(key: Key, value: Any) -> Any:
    """`value` as the setting of `key` holds it."""
    result = _READERS[key.kind](value)
    if key.kind == "choice" and result not in key.choices:
        raise ValueError(f"is {result!r}, and can be {_listed(key.choices)}")
    if key.kind == "choices" and (wrong := [one for one in result if one not in key.choices]):
        raise ValueError(f"has {wrong[0]!r}, and can have {_listed(key.choices)}")
    if key.kind == "thresholds":
        for level, _ in result:
            if level not in key.choices:
                raise ValueError(f"has a level {level!r}, and can have {_listed(key.choices)}")
    return result


def _listed(choices: tuple[str, ...]) -> str:
    return ", ".join(choice for choice in choices if choice)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"is {value!r}, and must be text in quotes")
    return expand(value)


def _bool(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    words = {"1": True, "yes": True, "true": True, "on": True}
    words |= {"0": False, "no": False, "false": False, "off": False}
    if isinstance(value, str) and (word := expand(value).strip().lower()) in words:
        return words[word]
    raise ValueError(f"is {value!r}, and must be true or false")


def _number(value: Any) -> float:
    try:
        if isinstance(value, bool):
            raise ValueError
        return float(expand(value) if isinstance(value, str) else value)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"is {value!r}, and must be a number") from None


def _percent(value: Any) -> float:
    number = _number(value)
    if not 0 <= number <= 100:
        raise ValueError(f"is {value}, and must lie between 0 and 100")
    return number


def _thresholds(value: Any) -> tuple[tuple[str, float], ...]:
    """(level, percentage) of each; the level is empty for the one that is reported.

    `90`, a table of levels, or as an option `line=100,condition=90`.
    """
    if isinstance(value, str) and "=" in value:
        parts = [part.partition("=") for part in expand(value).split(",") if part.strip()]
        value = {level.strip(): number for level, _, number in parts}
    if not isinstance(value, dict):
        return (("", _percent(value)),)
    return tuple((level, _percent(number)) for level, number in value.items())


def _whole(most: int) -> Callable[[Any], int]:
    """Reads a whole number from 0 to `most`."""

    def read(value: Any) -> int:
        number = _number(value)
        if not 0 <= number <= most or number != int(number):
            raise ValueError(f"is {value}, and must be a whole number from 0 to {most}")
        return int(number)

    return read


def _list(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(part for raw in re.split(r"[,\n]", expand(value)) if (part := raw.strip()))
    return _texts(value)


def _regexes(value: Any) -> tuple[str, ...]:
    # Regular expressions hold commas, so lines alone separate them.
    lines = expand(value).splitlines() if isinstance(value, str) else _texts(value)
    patterns = tuple(line.strip() for line in lines if line.strip())
    for pattern in patterns:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"has {pattern!r}, which is no regular expression: {error}") from None
    return patterns


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
        raise ValueError(f"is {value!r}, and must be a list of texts")
    return tuple(expand(one) for one in value)


def _path(value: Any) -> str:
    path = os.path.expanduser(_text(value))
    if not path:
        raise ValueError("is empty, and must name a file")
    return path


def _paths(value: Any) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if not isinstance(value, dict):
        raise ValueError("must be a table of lists")
    lists = {name: _list(listed) for name, listed in value.items()}
    if empty := [name for name, listed in lists.items() if not listed]:
        raise ValueError(f"has an empty list {empty[0]!r}, and must have at least one path in it")
    return tuple((name, tuple(map(os.path.expanduser, listed))) for name, listed in lists.items())


_READERS: dict[str, Callable[[Any], Any]] = {
    "text": _text,
    "choice": _text,
    "choices": _list,
    "bool": _bool,
    "thresholds": _thresholds,
    "digits": _whole(9),
    "depth": _whole(99),
    "list": _list,
    "regexes": _regexes,
    "path": _path,
    "paths": _paths,
}
