"""The JSON contract of docs/json.md."""

import json
from collections.abc import Callable
from pathlib import Path

from bytecov.model.result import FileResult, Results
from bytecov.report.json import document, render_json

from .conftest import a_file

GOLDEN = Path(__file__).parent / "golden"
STATUSES = {"covered", "missed", "excluded", "undetermined"}


def test_golden(results: Results, golden: Callable[[Path, str], None]) -> None:
    golden(GOLDEN / "results.json", render_json(results, pretty=True))


def test_shape(results: Results) -> None:
    found = document(results)
    assert list(found) == ["meta", "totals", "files"]
    assert found["meta"]["format"] == 1
    assert found["meta"]["pythons"] == ["3.11.7", "3.13.0"]
    for level in ("branch", "condition", "mcdc"):
        tally = found["totals"][level]
        assert tally["total"] == tally["covered"] + tally["missed"] + tally["undetermined"]
    for file in found["files"].values():
        assert list(file) == ["lines", "arcs", "decisions"]
        for decision in file["decisions"]:
            assert set(decision["outcomes"].values()) <= STATUSES
            for condition in decision["conditions"]:
                assert set(condition["outcomes"]) == {"true", "false"}
                assert condition["span"][:2] >= decision["span"][:2]


def test_a_problem_is_named(broken: Callable[[str], FileResult]) -> None:
    [file] = document(Results((broken("gone"),)))["files"].values()
    assert file["problem"] == "gone"
    assert file["decisions"] == []


def test_one_line_unless_pretty(results: Results) -> None:
    assert render_json(results).count("\n") == 1
    assert json.loads(render_json(results)) == json.loads(render_json(results, pretty=True))


def test_any_source_text_survives() -> None:
    text = 'if a == "é\\"</script>\u2028":\n    pass\n'
    [file] = json.loads(render_json(Results((a_file("m.py", text, {}, ()),))))["files"].values()
    assert file["decisions"][0]["text"] == 'a == "é\\"</script>\u2028"'


def test_the_example_in_the_documentation(root: Path) -> None:
    page = (root / "docs" / "json.md").read_text(encoding="utf-8")
    example = json.loads(page.split("```json")[1].split("```")[0])
    source = "def discount(is_member, total):\n    if is_member and total > 0:\n        pass\n"
    wanted = {"is_member": {"true": 1, "false": 1}, "total > 0": {"true": 1}}
    file = a_file("shop/pricing.py", source, wanted, (1, 2, 3))
    [decision] = document(Results((file,)))["files"]["shop/pricing.py"]["decisions"]
    [shown] = example["files"]["shop/pricing.py"]["decisions"]
    assert shown.keys() == decision.keys()
    assert shown["conditions"] == decision["conditions"]
    assert shown["vectors"] == decision["vectors"]
    assert example.keys() == document(Results((file,))).keys()
