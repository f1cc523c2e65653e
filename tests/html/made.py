"""Results made by hand: decisions found in a source by their text."""

import bytecov
from bytecov.model.decision import Condition, Decision, DecisionKind
from bytecov.model.result import (
    ConditionResult,
    DecisionResult,
    FileResult,
    LinesResult,
    OutcomeResult,
    Results,
    Status,
    Tally,
)
from bytecov.model.span import Span

VERSION = bytecov.__version__
PAIRS = {
    DecisionKind.FOR: ("entered", "exhausted"),
    DecisionKind.MATCH_CASE: ("matched", "not matched"),
    DecisionKind.EXCEPT: ("matched",),
}


def span_of(source: str, text: str, nth: int = 1) -> Span:
    """Where the nth occurrence of a text stands."""
    at = -1
    for _ in range(nth):
        at = source.index(text, at + 1)
    end = at + len(text)
    return Span(*_place(source, at), *_place(source, end))


def _place(source: str, offset: int) -> tuple[int, int]:
    before = source[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1)


def outcomes(names: tuple[str, ...], said: str) -> dict[str, OutcomeResult]:
    """`TF` both covered, `-` missed, `!` missed and never evaluated, `?`, `x`; `T41` counts."""
    results = {}
    rest = said
    for name in names:
        letter, rest = rest[0], rest[1:]
        digits = ""
        while rest and rest[0].isdigit():
            digits, rest = digits + rest[0], rest[1:]
        status = {
            "-": Status.MISSED,
            "!": Status.MISSED,
            "?": Status.UNDETERMINED,
            "x": Status.EXCLUDED,
        }.get(letter, Status.COVERED)
        results[name] = OutcomeResult(status, int(digits) if digits else None, letter != "!")
    return results


def decide(
    source: str,
    kind: DecisionKind,
    text: str,
    conditions: dict[str, str] | None = None,
    own: str = "",
    function: str = "",
    nth: int = 1,
) -> DecisionResult:
    """A decision whose text is searched, with outcomes as `outcomes` reads them."""
    span = span_of(source, text, nth)
    names = PAIRS.get(kind, ("true", "false"))
    leaves = []
    for leaf, said in (conditions or {}).items():
        start = _offset(source, span) + text.index(leaf)
        place = Span(*_place(source, start), *_place(source, start + len(leaf)))
        condition = Condition(place, leaf, True, False)
        leaves.append(ConditionResult(condition, outcomes(("true", "false"), said)))
    decision = Decision(
        kind, span, text, function, names if own else (), tuple(leaf.condition for leaf in leaves)
    )
    return DecisionResult(decision, outcomes(names, own) if own else {}, tuple(leaves))


def _offset(source: str, span: Span) -> int:
    lines = source.split("\n")
    return sum(len(line) + 1 for line in lines[: span.line - 1]) + span.col


def file_of(
    path: str,
    source: str,
    *decisions: DecisionResult,
    missed: tuple[int, ...] = (),
    excluded: tuple[int, ...] = (),
    unexplained: int = 0,
    contradictions: int = 0,
    problem: str | None = None,
) -> FileResult:
    """All lines with text are covered but those named."""
    covered = tuple(
        number
        for number, line in enumerate(source.split("\n"), 1)
        if line.strip() and not line.strip().startswith("#")
        if number not in missed and number not in excluded
    )
    leaves = [o for d in decisions for c in d.conditions for o in c.outcomes.values()]
    own = [o for d in decisions for o in d.outcomes.values()]
    alone = [o for d in decisions if not d.conditions for o in d.outcomes.values()]
    return FileResult(
        path,
        source,
        LinesResult(covered, missed, excluded),
        decisions,
        unexplained,
        contradictions,
        problem,
        _tally(own),
        _tally(leaves + alone),
    )


def _tally(results: list[OutcomeResult]) -> Tally:
    def count(status: Status) -> int:
        return sum(result.status is status for result in results)

    return Tally(count(Status.COVERED), count(Status.MISSED), count(Status.UNDETERMINED))


def results_of(*files: FileResult) -> Results:
    return Results(files, ("vm",), ("3.13.0",))


PRICES = '''\
"""Price rules of a small shop."""

from dataclasses import dataclass, field


@dataclass
class Cart:
    lines: list[Line] = field(default_factory=list)
    member: bool = False
    voucher: str | None = None

    def total(self, today: date) -> int:
        """Cents, after every discount."""
        total = sum(line.price * line.count for line in self.lines if line.count > 0)
        if self.member or self.voucher and self.voucher.valid(today):
            total -= total // 10
        if 0 < total <= 5_000 and not self.express:
            total += 499 if total < 2_000 or self.heavy else 299
        for line in self.lines:
            if line.gift:
                break
        return max(total, self.minimum or 0)


def ship(order, warehouse):
    match order.kind:
        case "parcel" if order.weight <= 30_000:
            carrier = warehouse.parcel
        case "pallet" | "half-pallet":
            carrier = warehouse.truck
        case _:
            raise ValueError(order.kind)
    try:
        label = carrier.book(order)
    except TimeoutError:
        label = carrier.retry(order)
    if (
        label.printed
        and any(stop.open and not stop.full for stop in carrier.route if stop.near or carrier.fast)
        and (order.paid or order.customer.credit > 0)
    ):
        return label
    if DEBUG:  # pragma: no cover
        print(label)
    while carrier.waiting:
        carrier.tick()
    return None
'''

KIND = DecisionKind


def prices() -> FileResult:
    """A file with one of everything."""
    s, total, ship = PRICES, "Cart.total", "ship"
    return file_of(
        "src/shop/prices.py",
        s,
        decide(
            s, KIND.COMPREHENSION_IF, "line.count > 0", {"line.count > 0": "T12-"}, "T12-", total
        ),
        decide(
            s,
            KIND.IF,
            "self.member or self.voucher and self.voucher.valid(today)",
            {"self.member": "T3F8", "self.voucher": "T2F6", "self.voucher.valid(today)": "T2-"},
            "T5F6",
            total,
        ),
        decide(
            s,
            KIND.IF,
            "0 < total <= 5_000 and not self.express",
            {"0 < total": "T11-", "total <= 5_000": "T9F2", "self.express": "-F9"},
            "T9F2",
            total,
        ),
        decide(
            s,
            KIND.TERNARY,
            "total < 2_000 or self.heavy",
            {"total < 2_000": "T4F5", "self.heavy": "-F5"},
            "T4F5",
            total,
        ),
        decide(s, KIND.FOR, "for line in self.lines:", None, "T11-", total),
        decide(s, KIND.IF, "line.gift", {"line.gift": "T11F4"}, "T11F4", total),
        decide(
            s,
            KIND.BOOLOP,
            "self.minimum or 0",
            {"self.minimum": "T1F10", "0": "??"},
            "",
            total,
        ),
        decide(s, KIND.MATCH_CASE, '"parcel"', None, "T7F1", ship),
        decide(
            s, KIND.GUARD, "order.weight <= 30_000", {"order.weight <= 30_000": "T7-"}, "", ship
        ),
        decide(s, KIND.MATCH_CASE, '"pallet" | "half-pallet"', None, "T1-", ship),
        decide(s, KIND.EXCEPT, "except TimeoutError", None, "!", ship),
        decide(
            s,
            KIND.IF,
            s[s.index("label.printed") : s.index("credit > 0") + 10],
            {
                "label.printed": "T8-",
                "any(stop.open and not stop.full for stop in carrier.route "
                "if stop.near or carrier.fast)": "T8-",
                "order.paid": "T8-",
                "order.customer.credit > 0": "!!",
            },
            "T8-",
            ship,
        ),
        decide(
            s,
            KIND.BOOLOP,
            "stop.open and not stop.full",
            {"stop.open": "T9F1", "stop.full": "?F8"},
            "",
            ship,
        ),
        decide(
            s,
            KIND.COMPREHENSION_IF,
            "stop.near or carrier.fast",
            {"stop.near": "T9F2", "carrier.fast": "-F2"},
            "T9F2",
            ship,
        ),
        decide(s, KIND.IF, "DEBUG", {"DEBUG": "xx"}, "xx", ship),
        decide(s, KIND.WHILE, "carrier.waiting", {"carrier.waiting": "!!"}, "!!", ship),
        missed=(32, 36, 46),
        excluded=(43, 44),
    )


CALM = """\
def clamp(value, low, high):
    if value < low:
        return low
    return high if value > high else value
"""


def calm() -> FileResult:
    """A file with nothing missing."""
    return file_of(
        "src/shop/limits.py",
        CALM,
        decide(CALM, KIND.IF, "value < low", {"value < low": "T2F5"}, "T2F5", "clamp"),
        decide(CALM, KIND.TERNARY, "value > high", {"value > high": "T1F4"}, "T1F4", "clamp"),
    )


HIDDEN = """\
def route(request):
    if request.user and request.user.active or request.token:
        return serve(request)
    return "/login" if not request.api else None
"""


def hidden() -> FileResult:
    """100 % by line, and three outcomes never happened."""
    s = HIDDEN
    return file_of(
        "src/web/routes.py",
        s,
        decide(
            s,
            KIND.IF,
            "request.user and request.user.active or request.token",
            {"request.user": "T6F2", "request.user.active": "T6-", "request.token": "-F2"},
            "T6F2",
            "route",
        ),
        decide(
            s,
            KIND.TERNARY,
            "not request.api",
            {"request.api": "-F2"},
            "T2-",
            "route",
        ),
    )


def broken() -> FileResult:
    return file_of(
        "src/web/legacy.py",
        "",
        problem="src/web/legacy.py changed since it was measured: run the tests again.",
    )


def everything() -> Results:
    return results_of(prices(), calm(), hidden(), broken())
