"""Results as JSON: the contract of docs/json.md, format 1."""

import json
from typing import Any

import bytecov
from bytecov.model.obligation import ObligationKey
from bytecov.model.result import (
    ConditionResult,
    DecisionResult,
    FileResult,
    OutcomeResult,
    Results,
    Tally,
)
from bytecov.model.vector import LETTERS, Vector
from bytecov.model.witness import Witnesses

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
            "arcs": {"covered": results.arcs.covered, "total": results.arcs.total},
            "branch": _tally(results.branch),
            "condition": _tally(results.condition),
            "mcdc": _tally(results.mcdc),
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


def _file(file: FileResult) -> dict[str, Any]:
    problem = {"problem": file.problem} if file.problem else {}
    warnings = {"warnings": list(file.warnings)} if file.warnings else {}
    return {
        **problem,
        **warnings,
        "lines": {
            "covered": list(file.lines.covered),
            "missed": list(file.lines.missed),
            "excluded": list(file.lines.excluded),
        },
        "arcs": {
            "covered": [list(arc) for arc in file.arcs.covered],
            "missed": [list(arc) for arc in file.arcs.missed],
            "excused": [list(arc) for arc in file.arcs.excused],
        },
        **({"contexts": list(file.witnesses.contexts)} if file.witnesses else {}),
        "decisions": [_decision(one, file.witnesses) for one in file.decisions],
    }


def _decision(result: DecisionResult, who: Witnesses | None) -> dict[str, Any]:
    decision = result.decision
    return {
        "kind": decision.kind.value,
        "span": list(decision.span),
        "text": decision.text,
        "function": decision.function,
        "outcomes": _outcomes(result.outcomes),
        **_reasons(result.outcomes),
        **_near(result.outcomes),
        **_contexts(who, {name: decision.key(name) for name in result.outcomes}),
        "conditions": [_condition(one, who) for one in result.conditions],
        "vectors": [
            {**_vector(one), "count": count, "witness": result.witnesses.get(one)}
            for one, count in result.vectors
        ],
        **({"unanalysed": result.unanalysed} if result.unanalysed else {}),
    }


def _condition(result: ConditionResult, who: Witnesses | None) -> dict[str, Any]:
    return {
        "span": list(result.condition.span),
        "text": result.condition.text,
        "outcomes": _outcomes(result.outcomes),
        **_reasons(result.outcomes),
        **_near(result.outcomes),
        **_contexts(who, {name: result.condition.key(name) for name in result.outcomes}),
        "mcdc": result.mcdc.value,
        "pair": [_vector(one) for one in result.pair] if result.pair else None,
        "needs": [_vector(one) for one in result.need.vectors] if result.need else None,
    }


def _vector(vector: Vector) -> dict[str, Any]:
    values = [LETTERS[value] for value in vector.values]
    return {"values": values, "outcome": LETTERS[vector.outcome]}


def _outcomes(outcomes: dict[str, OutcomeResult]) -> dict[str, str]:
    return {name: one.status.value for name, one in outcomes.items()}


def _reasons(outcomes: dict[str, OutcomeResult]) -> dict[str, dict[str, str]]:
    """Why outcomes are unreachable, where the author said so."""
    reasons = {name: one.reason for name, one in outcomes.items() if one.reason}
    return {"reasons": reasons} if reasons else {}


def _near(outcomes: dict[str, OutcomeResult]) -> dict[str, dict[str, Any]]:
    """How close the tests came to what never happened, where values were kept."""
    near = {
        name: {"said": one.near, "distance": one.distance}
        for name, one in outcomes.items()
        if one.near
    }
    return {"near": near} if near else {}


def _contexts(who: Witnesses | None, keys: dict[str, ObligationKey]) -> dict[str, Any]:
    """Who covered each outcome, as numbers into the file's contexts."""
    if who is None:
        return {}
    return {"contexts": {name: who.outcomes.get(key, []) for name, key in keys.items()}}
