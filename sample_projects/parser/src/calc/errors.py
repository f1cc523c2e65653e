"""What can be wrong with an expression."""


class ExpressionError(Exception):
    """The text is no expression; `column` (from 0) says where."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(message)
        self.column = column

    def __str__(self) -> str:
        return f"{self.args[0]} at column {self.column + 1}"


class EvaluationError(Exception):
    """The expression has no value."""
