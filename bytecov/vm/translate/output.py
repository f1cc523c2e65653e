"""The text of a translated program as it grows, and the objects that its names stand for."""

from typing import Any

Line = tuple[int, str, int]
"""Indentation, text, and the index of the guest instruction that it comes from."""


class Output:
    """Lines with the index of the guest instruction that each comes from."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.indentation = 0
        self.index = 0
        self.objects: dict[str, Any] = {}  # by the name that the text uses
        self._names: dict[int, str] = {}
        self._temporaries = 0

    def emit(self, text: str) -> None:
        self.lines.append((self.indentation, text, self.index))

    def temporary(self) -> str:
        """A name that is assigned once on every way through the program."""
        self._temporaries += 1
        return f"t{self._temporaries}"

    def restart(self) -> None:
        """Begin a block, behind which no temporary of another lives."""
        self._temporaries = 0

    def literal(self, value: Any) -> str:
        """An expression for an object: itself where it has a literal, else a name for it."""
        kind = type(value)
        if value is None or value is True or value is False or kind is int or kind is str:
            return repr(value)
        name = self._names.get(id(value))
        if name is None:
            name = self._names[id(value)] = f"k{len(self._names)}"
            self.objects[name] = value
        return name

    def capture(self) -> list[Line]:
        """Take off the lines so far."""
        lines, self.lines = self.lines, []
        return lines
