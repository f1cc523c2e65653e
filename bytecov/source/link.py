"""Every branch edge of a module's bytecode tied to an obligation, an idiom, or nothing.

The other way round, every condition of the source has edges, or a reason why the compiler made
none.  Copies of a test (`while` tested twice, `finally` bodies) need nothing: their edges lead
to the same obligation.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import CodeType
from typing import NamedTuple

from bytecov.bytecode.instruction import Instruction
from bytecov.bytecode.nesting import walk
from bytecov.flow.blocks import Flow, flow
from bytecov.model.decision import Decision
from bytecov.model.edge import Edge, EdgeKind
from bytecov.model.obligation import ObligationKey
from bytecov.source.cursor import At
from bytecov.source.idioms import LEFTOVERS, MACHINERY, Idiom, Verdict
from bytecov.source.locate import Found, Keyed, Locator, Tested, TestedPattern
from bytecov.source.obligations import TRUTH, Survey, survey
from bytecov.source.parse import Source
from bytecov.source.shadow import lacks_columns, shadow_flows
from bytecov.source.sites import Sites
from bytecov.source.truth import Join, Leaf, span_of, value_diagram

GENERATED = {"__annotate__": "annotation"}
"""{name of a code object that the compiler makes: idiom}"""
DEAD = "dead code"
"""Why the compiler made nothing of an obligation: it found out that it cannot be come to."""


class Unexplained(NamedTuple):
    """A branch that no obligation and no idiom was found for."""

    code: CodeType
    offset: int
    reason: str


class Unfound(NamedTuple):
    """A condition without edges.  `reason` None: there should be some."""

    key: ObligationKey
    reason: str | None


class Mismatch(NamedTuple):
    """An edge that leads to another condition than the source says; a bug of ours."""

    code: CodeType
    edge: Edge
    expected: str
    found: str


@dataclass(slots=True, eq=False)
class Links:
    """What the branches of one module mean.  Code objects are compared by content."""

    source: Source
    flows: Mapping[CodeType, Flow] = field(default_factory=dict)
    outcomes: dict[CodeType, dict[Edge, tuple[ObligationKey, ...]]] = field(default_factory=dict)
    offsets: dict[CodeType, dict[int, tuple[ObligationKey, ...]]] = field(default_factory=dict)
    """Obligations that running an instruction covers: a bare `except` has no branch."""
    retests: dict[CodeType, dict[Edge, tuple[Edge, ...]]] = field(default_factory=dict)
    """{edge: edges by which a value comes to it that was tested before}: 3.12 and 3.13 test the
    result of `a and b` in `(a and b) or c` again, where a's and b's paths have met."""
    failures: dict[CodeType, dict[Edge, tuple[ObligationKey, ...]]] = field(default_factory=dict)
    """{edge: alternatives of a pattern that have not matched where it is taken}: no obligations,
    but what was compared there tells how near an alternative came."""
    artifacts: dict[tuple[CodeType, int], str] = field(default_factory=dict)
    unexplained: list[Unexplained] = field(default_factory=list)
    unfound: list[Unfound] = field(default_factory=list)
    mismatches: list[Mismatch] = field(default_factory=list)


def link(source: Source, code: CodeType) -> Links:
    """Link the module's code object `code`, and all inside it, to `source`."""
    found = survey(source)
    shadow = shadow_flows(source, code) if lacks_columns(code) else {}
    links = Links(source, {part: shadow[part] if shadow else flow(part) for part in walk(code)})
    for part in links.flows:
        _Linker(links, found.sites, part).run()
    links.unfound.extend(_unfound(links, found))
    return links


class _Linker:
    """Links one code object."""

    def __init__(self, links: Links, sites: Sites, code: CodeType) -> None:
        self.links = links
        self.sites = sites
        self.code = code
        self.flow = links.flows[code]
        self.edges: dict[Edge, tuple[ObligationKey, ...]] = {}
        self.found: dict[int, Found] = {}
        self.offsets: dict[int, tuple[ObligationKey, ...]] = {}
        self.retests: dict[Edge, list[Edge]] = {}
        self.failures: dict[Edge, tuple[ObligationKey, ...]] = {}
        self.generated = GENERATED.get(code.co_name)
        if code.co_firstlineno in sites.own_names.get(code.co_name, ()):
            self.generated = None  # not so generated

    def run(self) -> None:
        locator = Locator()
        for i, instruction in enumerate(self.flow.instructions):
            if instruction.offset in self.flow.branches:
                self.branch(At(self.flow, self.sites, i), locator)
        for found in self.found.values():
            if isinstance(found, Tested):
                self.condition(found)
            elif isinstance(found, TestedPattern):
                self.pattern(found)
        self.bare_handlers()
        self.links.outcomes[self.code] = self.edges
        self.links.offsets[self.code] = self.offsets
        self.links.retests[self.code] = {edge: tuple(by) for edge, by in self.retests.items()}
        self.links.failures[self.code] = self.failures

    def branch(self, at: At, locator: Locator) -> None:
        """One branch: an idiom's, the author's, a leftover, or unexplained."""
        if self.generated:
            self.ignore(at, self.generated)
            return
        if self.asked(at, MACHINERY):
            return
        found = locator.locate(at)
        if isinstance(found, Keyed):
            self.edges.update((edge, (key,)) for edge, key in found.keys.items())
            self.offsets.update((offset, (key,)) for offset, key in found.offsets.items())
        elif found is not None:
            self.found[at.branch.offset] = found
        elif not self.asked(at, LEFTOVERS):
            reason = "no columns" if at.branch.span is None else "nothing in the source fits"
            self.links.unexplained.append(Unexplained(self.code, at.branch.offset, reason))

    def asked(self, at: At, idioms: Iterable[Idiom]) -> bool:
        """Whether one of the idioms recognised the branch; the verdict of the first holds."""
        verdict = Verdict()
        for idiom in idioms:
            idiom(at, verdict)
            if verdict.ignored:
                self.ignore(at, idiom.__name__)
            if verdict.replaced is not None:
                self.edges.update((edge, (key,)) for edge, key in verdict.replaced.items())
            if verdict.given:
                return True
        return False

    def ignore(self, at: At, name: str) -> None:
        self.links.artifacts[self.code, at.branch.offset] = name

    def condition(self, found: Tested) -> None:
        """The two edges of a condition, and what is known where they lead."""
        for outcome, edge in ((False, found.when_false), (True, found.when_true)):
            keys = [self.sites.keys[found.leaf][outcome]]
            leaf, way = found.leaf, outcome
            while (tail := self.threaded(leaf, way, edge)) is not None:
                leaf, way = tail, bool(leaf.successor(way))
                keys.append(self.sites.keys[leaf][way])
            self.edges[edge] = tuple(keys)
            self.check(found.leaf, outcome, edge)

    def threaded(self, leaf: Leaf, outcome: bool, edge: Edge) -> Leaf | None:
        """The operand that this edge decides and whose own test it jumps over."""
        tail = self.sites.owners[leaf].tail_of
        if tail is None or not isinstance(leaf.successor(outcome), bool):
            return None
        follower = self.found.get(self.follow(edge))
        return None if isinstance(follower, Tested) and follower.leaf is tail else tail

    def check(self, leaf: Leaf, outcome: bool, edge: Edge) -> None:
        """What the edge leads to is what the source says, or a value tested again."""
        follower = self.found.get(self.follow(edge))
        if not isinstance(follower, Tested):
            return
        owner = self.sites.owners[leaf]
        expected = leaf.successor(outcome)
        if self.sites.owners[follower.leaf] is not owner or follower.leaf is expected:
            return
        if isinstance(expected, bool) and follower.leaf is owner.diagram.root:
            return  # the next evaluation, in a loop
        if follower.join and (again := _again(follower, follower.join, leaf, outcome)):
            self.retests.setdefault(again, []).append(edge)
            return
        goal = expected if isinstance(expected, bool) else expected.span
        self.links.mismatches.append(Mismatch(self.code, edge, str(goal), str(follower.leaf.span)))

    def pattern(self, found: TestedPattern) -> None:
        """A pattern node has matched when its last test has."""
        self.edges[found.failed] = found.test.failed.keys
        if found.test.failed.failures:
            self.failures[found.failed] = found.test.failed.failures
        following = self.follow(found.matched)
        follower = self.found.get(following)
        more = isinstance(follower, TestedPattern) and follower.test is found.test
        if not (more and following > found.matched.source):
            self.edges[found.matched] = found.test.matched.keys

    def bare_handlers(self) -> None:
        """`except:` has no branch: what it caught is popped first."""
        for instruction in self.flow.instructions if self.flow.protected else ():
            if instruction.name == "POP_TOP" and instruction.span in self.sites.bare_handlers:
                key = self.sites.bare_handlers[instruction.span]
                self.offsets[instruction.offset] = (key,)

    def follow(self, edge: Edge) -> int:
        """The first branch behind an edge, past straight code; -1 where the code ends."""
        seen: set[int] = set()
        offset = edge.destination
        while offset not in seen and offset in self.flow.block_of:
            seen.add(offset)
            last = self.flow.block_of[offset].instructions[-1]
            if last.offset in self.flow.branches:
                return last.offset
            offset = self.after(last)
        return -1

    def after(self, last: Instruction) -> int:
        """Where a block without a branch goes on."""
        for kind in (EdgeKind.NEXT, EdgeKind.JUMP):
            destination = last.offset + last.size if kind is EdgeKind.NEXT else last.target
            if destination is not None and Edge(last.offset, destination, kind) in self.flow.edges:
                return destination
        return -1


def _again(follower: Tested, join: Join, leaf: Leaf, outcome: bool) -> Edge | None:
    """The edge that an operand takes whose value an earlier condition in it has decided."""
    for part in value_diagram(join.operand).leaves:
        decided = part.successor(outcome)
        if part.span == leaf.span and isinstance(decided, bool):
            return follower.when_true if decided is not join.inverted else follower.when_false
    return None


def _unfound(links: Links, found: Survey) -> Iterator[Unfound]:
    """Obligations that no edge speaks of: outcomes of tested conditions, of other decisions."""
    live = _live(links.flows)
    credited = {key for one in live for keys in links.outcomes[one].values() for key in keys}
    credited |= {key for one in live for keys in links.offsets[one].values() for key in keys}
    rewritten = "rewritten_assert" in links.artifacts.values()
    owed = [
        (k, span_of(leaf.node)) for leaf, ks in found.sites.keys.items() if leaf.tested for k in ks
    ]
    for decision in found.decisions:
        if not decision.conditions:
            span = links.source.in_bytes(decision.span)
            owed += [(decision.key(name), span) for name in decision.outcomes]
    owed = [(key, inside) for key, inside in owed if key not in credited]
    graphs = (links.flows[one] for one in live if owed)
    compiled = {i.span for graph in graphs for i in graph.instructions if i.span}
    dead = set()
    for key, inside in owed:
        reason = None
        if rewritten and any(whole.contains(inside) for whole in found.sites.asserts):
            reason = "assert rewritten by pytest"
        elif not any(inside.contains(span) for span in compiled):
            reason = DEAD
            dead.add(key)
        yield Unfound(key, reason)
    for key in _dead_with(dead, found.decisions) if dead else ():
        yield Unfound(key, DEAD)


def _live(flows: Mapping[CodeType, Flow]) -> set[CodeType]:
    """The module's code object and those that live ones load.  3.11 keeps the ones of dead code
    among the constants."""
    waiting = [next(iter(flows))]
    live: set[CodeType] = set()
    while waiting:
        code = waiting.pop()
        live.add(code)
        parts = {i: one for i, one in enumerate(code.co_consts) if isinstance(one, CodeType)}
        for instruction in flows[code].instructions if parts else ():
            if instruction.name == "LOAD_CONST" and instruction.oparg in parts:
                waiting.append(parts[instruction.oparg])
    return live


def _dead_with(dead: set[ObligationKey], decisions: Iterable[Decision]) -> Iterator[ObligationKey]:
    """Outcomes of decisions of which no condition was compiled, and of operands that are only
    their values."""
    for decision in decisions:
        tested = [part for part in decision.conditions if part.tested]
        if tested and dead.issuperset(part.key(name) for part in tested for name in TRUTH):
            yield from map(decision.key, decision.outcomes)
            for part in decision.conditions:
                if not part.tested:
                    yield from map(part.key, TRUTH)
