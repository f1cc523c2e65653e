"""Results as JSON: the contract of docs/json.md, format 1."""

import json
from typing import Any

import bytecov
from bytecov.model.result import (
    ConditionResult,
    DecisionResult,
    FileResult,
    OutcomeResult,
    Results,
    Status,
    Tally,
)

FORMAT = 1


def render_json(results: Results, pretty: bool = False) -> str:
    """The document as text; ends with a newline."""
    indent = 2 if pretty else None
    # Lone surrogates in source text survive as escapes: the document is ASCII.
    return json.dumps(document(results), indent=indent) + "\n"


def document(results: Results) -> dict[str, Any]:
    """The document as values."""
    return {
        "meta": {
            "format": FORMAT,
            "bytecov": bytecov.__version__,
            "engines": list(results.engines),
            "pythons": list(results.pythons),
            "level": results.level,
        },
        "totals": {
            "lines": {"covered": results.lines.covered, "total": results.lines.total},
            "branch": _tally(results.branch),
            "condition": _tally(results.condition),
            "mcdc": _tally(_mcdc(results)),
            "unexplained": sum(file.unexplained for file in results.files),
            "contradictions": sum(file.contradictions for file in results.files),
        },
        "files": {file.path: _file(file) for file in results.files},
    }


def _tally(tally: Tally) -> dict[str, int]:
    return {
        "covered": tally.covered,
        "total": tally.total,
        "missed": tally.missed,
        "undetermined": tally.undetermined,
    }


def _mcdc(results: Results) -> Tally:
    """No recorder keeps vectors yet, so nothing is known about any condition."""
    conditions = (
        condition
        for file in results.files
        for decision in file.decisions
        for condition in decision.conditions
    )
    return Tally(undetermined=sum(_counts(one) for one in conditions))


def _counts(condition: ConditionResult) -> bool:
    return any(one.status is not Status.EXCLUDED for one in condition.outcomes.values())


def _file(file: FileResult) -> dict[str, Any]:
    problem = {"problem": file.problem} if file.problem else {}
    return {
        **problem,
        "lines": {
            "covered": list(file.lines.covered),
            "missed": list(file.lines.missed),
            "excluded": list(file.lines.excluded),
        },
        "decisions": [_decision(one) for one in file.decisions],
    }


def _decision(result: DecisionResult) -> dict[str, Any]:
    decision = result.decision
    return {
        "kind": decision.kind.value,
        "span": list(decision.span),
        "text": decision.text,
        "function": decision.function,
        "outcomes": _outcomes(result.outcomes),
        "conditions": [_condition(one) for one in result.conditions],
        "vectors": [],
    }


def _condition(result: ConditionResult) -> dict[str, Any]:
    return {
        "span": list(result.condition.span),
        "text": result.condition.text,
        "outcomes": _outcomes(result.outcomes),
        "mcdc": "undetermined",
        "pair": None,
    }


def _outcomes(outcomes: dict[str, OutcomeResult]) -> dict[str, str]:
    return {name: one.status.value for name, one in outcomes.items()}
