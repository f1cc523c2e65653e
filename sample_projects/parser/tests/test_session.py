from calc.session import Session


def answers(*lines: str) -> list[str]:
    return list(Session().run(lines))


def test_names_live_from_line_to_line() -> None:
    assert answers("let r = 2", "# the area", "let area = pi * r ^ 2", "area / pi", "names") == [
        "r = 2",
        "area = 12.5664",
        "4",
        "area r",
    ]


def test_which_names_a_formula_uses() -> None:
    assert answers("let r = 2", "let area = pi * r ^ 2", "uses area")[-1] == "r"


def test_errors_do_not_end_the_session() -> None:
    assert answers("1 +", "let 2x = 3", "uses area", "1 / 0", "1 + 1") == [
        "error: expected a number, a name or '(' at column 4",
        "error: expected an operator or the end at column 5",
        "error: expected an operator or the end at column 6",
        "error: undefined or too large",
        "2",
    ]


def test_quit_ends_the_session() -> None:
    assert answers("1", "quit", "2") == ["1"]
