"""Decision diagrams against Python's own evaluation."""

import ast
import itertools

import pytest

from bytecov.source.truth import (
    Diagram,
    Leaf,
    comparison_spans,
    static_truth,
    test_diagram,
    value_diagram,
)

diagram_of_test = test_diagram  # pytest must not collect it
del test_diagram

EXPRESSIONS = [
    "a",
    "not a",
    "a and b",
    "a or b and c",
    "(a or b) and not (c or d)",
    "not (a and not b or c)",
    "a if b else c",
    "not (a if b and c else d) or a",
    "(a if b else c) if d else not a",
    "a and 1 or b",
    "a or 0 or not b",
    "0 or a",
    "a < b < c and d",
    "not (a < b <= c)",
]


def parse(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def walk(diagram: Diagram, names: dict[str, int]) -> bool:
    """Follow the diagram with each leaf evaluated by Python."""
    at = diagram.root
    while isinstance(at, Leaf):
        node = at.node
        if isinstance(node, ast.Compare):
            operands = [node.left, *node.comparators]
            k = list(comparison_spans(node)).index(at.span)
            node = ast.Compare(operands[k], [node.ops[k]], [operands[k + 1]])
        code = compile(ast.fix_missing_locations(ast.Expression(node)), "", "eval")
        at = at.successor(bool(eval(code, dict(names))))
    return at


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_both_diagrams_mean_the_expression(text: str) -> None:
    for values in itertools.product((0, 1, 2), repeat=4):
        names = dict(zip("abcd", values, strict=True))
        expected = bool(eval(text, dict(names)))
        assert walk(diagram_of_test(parse(text)), names) is expected
        assert walk(value_diagram(parse(text)), names) is expected


def test_leaves_come_in_the_order_of_evaluation() -> None:
    diagram = diagram_of_test(parse("(a if b else c) and d < e < f"))
    assert [ast.unparse(leaf.node) for leaf in diagram.leaves] == [
        *"bac",
        *["d < e < f"] * 2,
    ]


def test_last_operand_of_a_value_is_not_tested() -> None:
    diagram = value_diagram(parse("a and (b or not c)"))
    assert [leaf.tested for leaf in diagram.leaves] == [True, True, False]


def test_constants_are_no_leaves() -> None:
    diagram = diagram_of_test(parse("a or 1 or f(b and c)"))
    assert [ast.unparse(leaf.node) for leaf in diagram.leaves] == ["a"]
    assert diagram.outcomes == {True}


@pytest.mark.parametrize(
    ("text", "truth"),
    [
        ("1", True),
        ("''", False),
        ("None", False),
        ("__debug__", True),
        ("TYPE_CHECKING", False),
        ("typing.TYPE_CHECKING", False),
        ("()", False),
        ("(1, -1)", True),
        ("-1", True),
        ("~-1", None),
        ("~0", True),
        ("1 == 2", None),
        ("[]", None),
        ("a", None),
    ],
)
def test_static_truth(text: str, truth: bool | None) -> None:
    assert static_truth(parse(text)) is truth
