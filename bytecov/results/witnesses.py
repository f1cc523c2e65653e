"""What each context covered, turned round: who witnessed an outcome."""

from collections.abc import Mapping

from bytecov.model.obligation import ObligationKey
from bytecov.model.result import FileResult
from bytecov.model.witness import Witnesses


def witnesses(file: FileResult, covered: Mapping[str, Mapping[ObligationKey, int]]) -> Witnesses:
    """`covered`: {context: {outcome: how often}}; the context without a name is no witness."""
    named = {name: outcomes for name, outcomes in sorted(covered.items()) if name and outcomes}
    shown = _shown(file)
    found = Witnesses(tuple(named))
    for number, outcomes in enumerate(named.values()):
        for key in shown & outcomes.keys():
            found.outcomes.setdefault(key, []).append(number)
    return found


def _shown(file: FileResult) -> set[ObligationKey]:
    """The outcomes that a report shows."""
    return {
        key
        for result in file.decisions
        for key in (
            *(result.decision.key(name) for name in result.outcomes),
            *(part.condition.key(name) for part in result.conditions for name in part.outcomes),
        )
    }
