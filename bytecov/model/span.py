"""A piece of source text.  Where the columns are counted is the holder's to say."""

from typing import NamedTuple


class Span(NamedTuple):
    """Lines are 1-based, columns 0-based, the end is exclusive.

    Columns count UTF-8 bytes when the span came from the compiler (`co_positions`, `ast`)
    and characters when it is shown to a reader (`Decision`, JSON); `source/` converts.
    """

    line: int
    col: int
    end_line: int
    end_col: int

    def contains(self, other: "Span") -> bool:
        """Whether `other` lies inside this span, ends included."""
        return (self.line, self.col) <= (other.line, other.col) and (
            other.end_line,
            other.end_col,
        ) <= (self.end_line, self.end_col)

    def __str__(self) -> str:
        return f"{self.line}:{self.col}"
