import pytest

from calc.nodes import Binary, Call, Name, Node, Number, Unary, from_json, walk


@pytest.mark.parametrize(
    ("document", "node"),
    [
        (3, Number(3.0)),
        (0.5, Number(0.5)),
        ("rate", Name("rate")),
        ({"operator": "-", "of": ["x"]}, Unary("-", Name("x"))),
        ({"operator": "*", "of": [2, "x"]}, Binary("*", Number(2.0), Name("x"))),
        ({"call": "sqrt", "with": [2]}, Call("sqrt", (Number(2.0),))),
    ],
)
def test_from_json(document: object, node: Node) -> None:
    assert from_json(document) == node


@pytest.mark.parametrize(
    "document",
    [
        None,
        "no name",
        [1, 2],
        {"operator": "+", "of": [1, 2, 3]},
        {"operator": "+", "of": [1, 2], "note": "typo"},
    ],
)
def test_what_is_no_expression(document: object) -> None:
    with pytest.raises(ValueError, match="not an expression"):
        from_json(document)


def test_walk_goes_from_left_to_right() -> None:
    tree = Binary("+", Unary("-", Name("a")), Call("max", (Name("b"), Number(1.0))))
    assert [node.identifier for node in walk(tree) if isinstance(node, Name)] == ["a", "b"]
