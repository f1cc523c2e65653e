"""What each context covered, turned round: who witnessed an outcome, or a vector."""

from collections.abc import Mapping

from bytecov.model.decision import ObligationKey
from bytecov.model.result import FileResult
from bytecov.model.witness import Witnesses
from bytecov.results.vectors import observed


def witnesses(file: FileResult, covered: Mapping[str, Mapping[ObligationKey, int]]) -> Witnesses:
    """`covered`: {context: {outcome: how often}}; the context without a name is no witness."""
    named = {name: outcomes for name, outcomes in sorted(covered.items()) if name and outcomes}
    found = Witnesses(tuple(named))
    shown = _owners(file)
    for number, outcomes in enumerate(named.values()):
        touched: set[int] = set()
        for key in outcomes:
            if owners := shown.get(key):
                found.outcomes.setdefault(key, []).append(number)
                touched.update(owners)
        for index in sorted(touched):
            result = file.decisions[index]
            if len(result.conditions) > 1 and not result.unanalysed:
                for vector in observed(result.decision, outcomes).counts:
                    found.vectors.setdefault((index, vector), []).append(number)
    return found


def _owners(file: FileResult) -> dict[ObligationKey, list[int]]:
    """{outcome: the decisions it belongs to}"""
    found: dict[ObligationKey, list[int]] = {}
    for index, result in enumerate(file.decisions):
        for name in result.outcomes:
            found.setdefault(result.decision.key(name), []).append(index)
        for part in result.conditions:
            for name in part.outcomes:
                found.setdefault(part.condition.key(name), []).append(index)
    return found
