"""What came of the obligations: per outcome, per file, for everything measured."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from bytecov.model.arc import Arc
from bytecov.model.decision import Condition, Decision
from bytecov.model.vector import Need, Vector
from bytecov.model.witness import Witnesses


class Status(Enum):
    """The four things a result can say."""

    COVERED = "covered"
    MISSED = "missed"
    EXCLUDED = "excluded"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True, slots=True)
class OutcomeResult:
    """One obligation with what happened to it.

    `count` is None where the recorder does not count.  `evaluated` tells a condition that was
    reached and never came out this way from one that was never evaluated.  `reason` is the
    author's, for an outcome excluded as unreachable.  Of one that never happened, where it is known
    what was tested: `near` says how close the tests came, `distance` is the branch distance, None
    where there is no measure.
    """

    status: Status
    count: int | None = None
    evaluated: bool = True
    reason: str | None = None
    near: str = ""
    distance: float | None = None


@dataclass(frozen=True, slots=True)
class ConditionResult:
    """One condition.  `mcdc`: whether it was shown to decide alone, by which `pair`, or what a
    test needs for it; nothing where no such vector is known."""

    condition: Condition
    outcomes: dict[str, OutcomeResult]  # "true", "false"
    mcdc: Status = Status.UNDETERMINED
    pair: tuple[Vector, Vector] | None = None
    need: Need | None = None


@dataclass(frozen=True, slots=True)
class DecisionResult:
    """One decision.  `vectors` were observed, with their counts (None: unknown); `unanalysed`
    is the number of ways through it where there are too many, else 0; `witnesses` are contexts
    in which vectors were observed, where they are known."""

    decision: Decision
    outcomes: dict[str, OutcomeResult]
    conditions: tuple[ConditionResult, ...] = ()
    vectors: tuple[tuple[Vector, int | None], ...] = ()
    unanalysed: int = 0
    witnesses: Mapping[Vector, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many obligations of one level: `total` leaves out the excluded."""

    covered: int = 0
    missed: int = 0
    undetermined: int = 0

    @property
    def total(self) -> int:
        return self.covered + self.missed + self.undetermined

    @property
    def percent(self) -> float:
        """Covered of what can be known, 0 to 100; 100 where there is nothing to cover."""
        known = self.covered + self.missed
        return 100.0 * self.covered / known if known else 100.0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.covered + other.covered,
            self.missed + other.missed,
            self.undetermined + other.undetermined,
        )


@dataclass(frozen=True, slots=True)
class LinesResult:
    covered: tuple[int, ...] = ()
    missed: tuple[int, ...] = ()
    excluded: tuple[int, ...] = ()

    @property
    def tally(self) -> Tally:
        return Tally(len(self.covered), len(self.missed))


@dataclass(frozen=True, slots=True)
class ArcsResult:
    """What coverage.py would call the branches of a file: arcs from lines with several exits."""

    covered: tuple[Arc, ...] = ()
    missed: tuple[Arc, ...] = ()
    excused: tuple[Arc, ...] = ()
    """Did not happen, and need not: `# pragma: no branch`.  coverage.py counts them as covered."""

    @property
    def tally(self) -> Tally:
        return Tally(len(self.covered) + len(self.excused), len(self.missed))


class ScopeKind(Enum):
    """What has a name and a body."""

    FUNCTION = "function"
    CLASS = "class"


@dataclass(frozen=True, slots=True)
class ScopeResult:
    """A function or class with what came of everything in its body, inner ones too.

    `name` is dotted and qualified as `Decision.function` is.
    """

    name: str
    kind: ScopeKind
    line: int
    end_line: int
    lines: Tally
    branch: Tally
    condition: Tally
    mcdc: Tally


@dataclass(frozen=True, slots=True)
class FileResult:
    """Everything a reporter may say about one file."""

    path: str  # as shown to the user: relative to the current directory where it lies below it
    source: str  # decoded text, line ends normalised to \n
    lines: LinesResult
    decisions: tuple[DecisionResult, ...]
    unexplained: int = 0
    contradictions: int = 0
    problem: str | None = None  # one sentence, when the file could not be analysed or changed
    branch: Tally = field(default_factory=Tally)
    condition: Tally = field(default_factory=Tally)
    mcdc: Tally = field(default_factory=Tally)
    arcs: ArcsResult = field(default_factory=ArcsResult)
    scopes: tuple[ScopeResult, ...] = ()  # in source order, outer before inner
    warnings: tuple[str, ...] = ()  # sentences about lines that the author should look at
    witnesses: Witnesses | None = None  # where contexts were asked for


@dataclass(frozen=True, slots=True)
class Totals:
    """What `Results` says of all files together, without the files."""

    lines: Tally
    branch: Tally
    condition: Tally
    mcdc: Tally
    arcs: Tally
    level: str = "condition"


@dataclass(frozen=True, slots=True)
class Results:
    """All files of one data file, and the facts of the runs that made it."""

    files: tuple[FileResult, ...]
    engines: tuple[str, ...] = ()
    pythons: tuple[str, ...] = ()
    level: str = "condition"

    @property
    def lines(self) -> Tally:
        return sum((file.lines.tally for file in self.files), Tally())

    @property
    def branch(self) -> Tally:
        return sum((file.branch for file in self.files), Tally())

    @property
    def condition(self) -> Tally:
        return sum((file.condition for file in self.files), Tally())

    @property
    def arcs(self) -> Tally:
        return sum((file.arcs.tally for file in self.files), Tally())

    @property
    def mcdc(self) -> Tally:
        return sum((file.mcdc for file in self.files), Tally())
