"""How a call came to a line or passed it, as text."""

from collections.abc import Iterable, Iterator

from bytecov.diagnose.around import Passage, Stop
from bytecov.diagnose.evidence import Evidence
from bytecov.model.obligation import ObligationKey
from bytecov.report.sentences import shorten

BEFORE, AFTER = 12, 2
WIDTH = 60
MOST_VALUES = 3


def render_passages(
    evidence: Evidence, line: int, found: Iterable[tuple[str, Passage | None]]
) -> str:
    """A paragraph for each test; ends with a newline."""
    lines: list[str] = []
    for test, one in found:
        if one is None:
            lines += [f"{test} does not come into the function of line {line}", ""]
            continue
        verb = "came to" if one.reached else "passed"
        call = f"call {one.number} of {one.calls} of {one.code.co_qualname}"
        lines += [f"{test} {verb} line {line}, {call}", *_stops(evidence, test, one), ""]
    return "\n".join(lines)


def _stops(evidence: Evidence, test: str, one: Passage) -> Iterator[str]:
    end = next((i for i, stop in enumerate(one.stops) if stop.is_target), None)
    if end is None:
        end = max((i for i, stop in enumerate(one.stops) if stop.turned), default=0)
        end = end if any(stop.turned for stop in one.stops) else len(one.stops) - 1
    start = max(0, end - BEFORE)
    if start:
        yield f"    … {start} lines before"
    for stop in one.stops[start : end + 1 + AFTER]:
        yield _stop(evidence, test, stop)
    if (left := len(one.stops) - end - 1 - AFTER) > 0:
        yield f"    … {left} more"


def _stop(evidence: Evidence, test: str, stop: Stop) -> str:
    mark = ">" if stop.is_target else " "
    source = shorten(evidence.source.lines[stop.line - 1].strip(), WIDTH)
    decided = ", ".join(_outcome(evidence, test, key) for key in stop.outcomes)
    turned = "  <- turned away here" if stop.turned else ""
    return f"  {mark} {stop.line:4}  {source:<{WIDTH}}  {decided}{turned}".rstrip()


def _outcome(evidence: Evidence, test: str, key: ObligationKey) -> str:
    """`` `total > 100` false (99.5, 100) `` with the values of this test, where they are known: a
    test may have come here with several."""
    text = shorten(evidence.source.segment(key.span), 40)
    seen = {
        "("
        + ", ".join(
            value.kind if value.text.startswith("#") else shorten(value.text, 30)
            for value in one.observation.operands
        )
        + ")"
        for one in evidence.values
        if one.key == key and one.context == test
    }
    said = f"`{text}` {key.outcome}"
    return f"{said} {' or '.join(sorted(seen))}" if 0 < len(seen) <= MOST_VALUES else said
