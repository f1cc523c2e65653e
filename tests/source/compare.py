"""Edges against the twin: what one says of a program, and what the other."""

import gc
from collections.abc import Iterator
from contextlib import suppress
from types import CodeType
from typing import Any

from bytecov.model.decision import DecisionKind
from bytecov.model.hits import Recorded
from bytecov.model.obligation import ObligationKey
from bytecov.record.recorder import Recorder
from bytecov.results.laying import Covered, lay
from bytecov.source.link import Links, link
from bytecov.source.obligations import obligations
from bytecov.source.parse import Source, parse
from tests.source.oracle import observe
from tests.source.twin import Notebook, run_twin

NOT_NOTED = (DecisionKind.WITH, DecisionKind.COMPREHENSION_FOR, DecisionKind.SUB_PATTERN)


def differences(text: str, names: dict[str, Any] | None = None, counts: bool = True) -> list[str]:
    """Each obligation of the program on which edges and twin do not agree."""
    source = parse(text, "program.py")
    code = compile(text, "program.py", "exec", dont_inherit=True)
    return compare(source, code, observe(code, names), run_twin(source, names), counts)


def differences_under(recorder: Recorder, text: str) -> list[str]:
    """The same of what one of bytecov's recorders says."""
    source = parse(text, "program.py")
    code = compile(text, "program.py", "exec", dont_inherit=True)
    with suppress(Exception):
        exec(recorder.prepare(code), {"__name__": "program"})
    gc.collect()
    recorded = recorder.take("")
    counts = "counts" in recorder.observes
    return compare(source, code, recorded, run_twin(source), counts)


def compare(
    source: Source,
    code: CodeType,
    recorded: list[Recorded],
    notebook: Notebook,
    counts: bool = True,
) -> list[str]:
    links = link(source, code)
    problems = [f"unexplained: {case}" for case in links.unexplained]
    problems += [f"unfound: {case}" for case in links.unfound if case.reason is None]
    problems += [f"mismatch: {case}" for case in links.mismatches]
    covered = lay(source, links, recorded)
    problems += [f"contradiction: {case}" for case in covered.contradictions]
    return problems + list(_outcomes(source, links, covered, notebook, counts))


def _outcomes(
    source: Source, links: Links, covered: Covered, notebook: Notebook, counts: bool
) -> list[str]:
    problems = []
    unclear = set(_unclear(links))
    for decision in obligations(source):
        if decision.kind in NOT_NOTED:
            continue
        wanted = [(decision.key(name), None) for name in decision.outcomes]
        known = all(condition.tested for condition in decision.conditions)
        for condition in decision.conditions:
            if condition.tested:
                wanted += [(condition.key(name), condition) for name in ("true", "false")]
        for key, condition in wanted:
            if key in unclear:
                continue
            noted = notebook.counts.get(key, 0)
            linked = covered.outcomes.get(key)
            exact = known or condition is not None
            if key.kind == "match-case" and noted == 0 and _is_alternative(decision):
                continue
            right = (linked or 0) == noted if counts and exact else bool(linked) <= bool(noted)
            if not counts and exact:
                right = (linked is not None) == bool(noted) or key in covered.undetermined
            if not right:
                text = source.segment(key.span)
                problems.append(
                    f"{key.kind} {text!r} {key.outcome} ({key.span}): twin {noted}, edges {linked}"
                )
    return problems


def _unclear(links: Links) -> Iterator[ObligationKey]:
    """What branches say that jump to the next instruction: the oracle sees no difference."""
    for code, graph in links.flows.items():
        for edges in graph.branches.values():
            if edges[0].destination == edges[1].destination:
                for edge in edges:
                    keys = links.outcomes[code].get(edge, ())
                    for key in keys:
                        decision = next(
                            d
                            for d in obligations(links.source)
                            if any(c.span == key.span for c in d.conditions)
                        )
                        yield key
                        yield from (decision.key(name) for name in decision.outcomes)


def _is_alternative(decision: object) -> bool:
    return getattr(decision, "outcomes", ()) == ("matched",)
