"""Lines with code: which ran, which did not, as coverage.py counts them."""

from collections.abc import Iterable

from bytecov.model.result import LinesResult
from bytecov.source.exclusion import Exclusions
from bytecov.source.statements import Statements


def statement_lines(statements: Statements, exclusions: Exclusions) -> frozenset[int]:
    """First lines of the statements that count."""
    ignored = exclusions.excluded | statements.docstrings
    return statements.first_of(statements.with_code - ignored) - ignored


def lines_result(
    statements: Statements, exclusions: Exclusions, executed: Iterable[int]
) -> LinesResult:
    """Statements by whether one of their lines is among the `executed`."""
    counted = statement_lines(statements, exclusions)
    covered = counted & statements.first_of(executed)
    return LinesResult(
        covered=tuple(sorted(covered)),
        missed=tuple(sorted(counted - covered)),
        excluded=tuple(sorted(exclusions.excluded)),
    )
