"""Cobertura, LCOV and GitHub's annotations: golden files, and what their readers demand."""

import dataclasses
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import pytest

from bytecov.model.result import FileResult, Results
from bytecov.report.branches import branches_by_line
from bytecov.report.cobertura import render_cobertura
from bytecov.report.github import render_github
from bytecov.report.layout import Look
from bytecov.report.lcov import render_lcov

from .conftest import a_file

GOLDEN = Path(__file__).parent / "golden"
Golden = Callable[[Path, str], None]


class Rule(NamedTuple):
    """What the DTD says of an element: its children as a regular expression, its attributes."""

    children: str
    required: frozenset[str]
    allowed: frozenset[str]


def rules() -> dict[str, Rule]:
    """{element: its rule}"""
    dtd = (Path(__file__).parent / "coverage-04.dtd").read_text()
    attributes = dict(re.findall(r"<!ATTLIST (\S+)\s([^>]*)>", dtd))
    found: dict[str, Rule] = {}
    for name, content in re.findall(r"<!ELEMENT (\S+) ([^>]*)>", dtd):
        children = re.sub(r"#PCDATA|EMPTY", "", content)
        children = re.sub(r"[\w-]+", r"(?:\g<0> )", children).replace(",", "")
        listed = re.findall(r"(\S+) CDATA (\S+)", attributes.get(name, ""))
        required = frozenset(one for one, how in listed if how == "#REQUIRED")
        found[name] = Rule(children, required, frozenset(one for one, _ in listed))
    return found


def checked(document: str) -> ElementTree.Element:
    """The root of a document that is valid against the DTD."""
    root, dtd = ElementTree.fromstring(document), rules()
    for element in root.iter():
        rule = dtd[element.tag]
        children = "".join(f"{child.tag} " for child in element)
        assert re.fullmatch(rule.children, children), (element.tag, children)
        assert rule.required <= {*element.keys()} <= rule.allowed, element.tag
    return root


def test_the_rules_tell_wrong_from_right() -> None:
    assert len(rules()) == 13
    for wrong in ("<sources><line/></sources>", "<line number='1'/>", "<source a='1'/>"):
        with pytest.raises(AssertionError):
            checked(wrong)
    checked("<sources><source>a</source><source/></sources>")


def test_cobertura(results: Results, golden: Golden) -> None:
    text = render_cobertura(results, "/src/shop", 1700000000000)
    golden(GOLDEN / "cobertura.xml", text.replace(version(text), "VERSION"))


def version(text: str) -> str:
    found = re.search(r'version="(bytecov [^"]*)"', text)
    assert found
    return found[1]


@pytest.mark.parametrize("level", ["line", "branch", "condition", "mcdc"])
def test_cobertura_is_valid_and_adds_up(results: Results, level: str) -> None:
    results = dataclasses.replace(results, level=level)
    root = checked(render_cobertura(results, "/src"))
    lines = root.findall(".//line")
    assert int(root.attrib["lines-valid"]) == len(lines) == results.lines.total
    hits = sum(int(line.attrib["hits"]) for line in lines)
    assert int(root.attrib["lines-covered"]) == hits == results.lines.covered
    shares = [re.findall(r"\d+", line.attrib.get("condition-coverage", "")) for line in lines]
    covered = sum(int(share[1]) for share in shares if share)
    valid = sum(int(share[2]) for share in shares if share)
    assert (covered, valid) == (
        int(root.attrib["branches-covered"]),
        int(root.attrib["branches-valid"]),
    )
    if level == "branch":
        assert (covered, valid) == (results.branch.covered, results.branch.total)
    assert bool(valid) is (level != "line")


def test_conditions_stand_in_their_line(results: Results) -> None:
    root = checked(render_cobertura(results, "/src"))
    [line] = root.findall(".//class[@filename='shop/pricing.py']//line[@number='2']")
    assert line.attrib["condition-coverage"] == "66% (4/6)"
    found = [one.attrib["coverage"] for one in line.findall("conditions/condition")]
    assert found == ["100%", "50%", "50%"]


def test_packages_are_directories(pricing: FileResult) -> None:
    files = [
        dataclasses.replace(pricing, path=path)
        for path in ("top.py", "a/one.py", "a/b/two.py", "a/b/c/three.py", "/opt/x/four.py")
    ]
    root = checked(render_cobertura(Results(tuple(files)), "/src", package_depth=2))
    packages = {
        one.attrib["name"]: [each.attrib["filename"] for each in one.findall("classes/class")]
        for one in root.findall("packages/package")
    }
    assert packages == {
        ".": ["top.py"],
        "a": ["a/one.py"],
        "a.b": ["a/b/c/three.py", "a/b/two.py"],
        "opt.x": ["/opt/x/four.py"],
    }


def test_no_file_name_breaks_the_document(pricing: FileResult) -> None:
    evil = "a&b/<c>\"d'\x01\udcff\n]]>.py"
    root = checked(render_cobertura(Results((dataclasses.replace(pricing, path=evil),)), "/s\x00"))
    [found] = root.findall(".//class")
    assert found.attrib["filename"] == "a&b/<c>\"d'\ufffd\ufffd\n]]>.py"


def test_files_with_a_problem_are_left_out(broken: Callable[[str], FileResult]) -> None:
    results = Results((broken("gone"),))
    assert checked(render_cobertura(results, "/src")).findall(".//class") == []
    assert "SF:" not in render_lcov(results)


def test_a_condition_of_a_later_line_belongs_to_its_statement() -> None:
    text = "if (\n    a\n    and b\n):\n    pass\n"
    file = a_file("m.py", text, {"a": {"true": 1}, "b": {"true": 1}}, (1, 5))
    assert {line: len(found) for line, found in branches_by_line(file, "condition").items()} == {
        1: 2
    }


def test_lcov(results: Results, golden: Golden) -> None:
    golden(GOLDEN / "condition.lcov", render_lcov(results))
    results = dataclasses.replace(results, level="mcdc")
    golden(GOLDEN / "mcdc.lcov", render_lcov(results))


RECORDS = {
    "TN": "",
    "SF": r".+",
    "BRDA": r"\d+,\d+,[^,]+: [a-z ]+,(\d+|-)",
    "BRF": r"\d+",
    "BRH": r"\d+",
    "MCDC": r"\d+,\d+,[tf],[01],\d+,.+",
    "MCF": r"\d+",
    "MCH": r"\d+",
    "DA": r"\d+,\d+(,[A-Za-z0-9+/]{22})?",
    "LF": r"\d+",
    "LH": r"\d+",
}


@pytest.mark.parametrize("level", ["line", "branch", "condition", "mcdc"])
def test_lcov_is_well_formed_and_adds_up(results: Results, level: str) -> None:
    found = dict.fromkeys(RECORDS, 0)
    sums = dict.fromkeys(RECORDS, 0)
    covered = dict.fromkeys(RECORDS, 0)
    for line in render_lcov(dataclasses.replace(results, level=level), True).splitlines():
        if line == "end_of_record":
            continue
        name, _, rest = line.partition(":")
        assert re.fullmatch(RECORDS[name], rest), line
        found[name] += 1
        if name in ("LF", "LH", "BRF", "BRH", "MCF", "MCH"):
            sums[name] += int(rest)
        elif name == "BRDA":
            covered[name] += rest.rpartition(",")[2] not in ("0", "-")
        elif name == "DA":
            covered[name] += rest.split(",")[1] != "0"
    assert (sums["LF"], sums["LH"]) == (found["DA"], covered["DA"])
    assert (sums["BRF"], sums["BRH"]) == (found["BRDA"], covered["BRDA"])
    assert sums["MCF"] == found["MCDC"]
    if level == "mcdc":
        assert (sums["MCF"], sums["MCH"]) == (2 * results.mcdc.total, 2 * results.mcdc.covered)


def test_groups_of_one_size_become_one() -> None:
    text = "x = (1 if a and b else 2), (1 if c and d else 2)\n"
    file = a_file("m.py", text, {"a": {"true": 1}}, (1,))
    text = render_lcov(Results((file,), level="mcdc"))
    sizes = {line.split(",")[1] for line in text.splitlines() if line.startswith("MCDC")}
    assert len(sizes) == 1
    indices = [int(line.split(",")[4]) for line in text.splitlines() if line.startswith("MCDC")]
    assert sorted({*indices}) == list(range(int(sizes.pop())))


def test_checksums_are_those_of_the_lines() -> None:
    file = a_file("m.py", "x = 1\n", {}, (1,))
    # perl -MDigest::MD5=md5_base64 -e 'print md5_base64("x = 1")'
    assert "DA:1,1,03/8VLZ86N4fAe+x8uM2iQ" in render_lcov(Results((file,)), True)


def test_github(results: Results, golden: Golden) -> None:
    golden(GOLDEN / "github.txt", render_github(results, Look()))


def test_github_escapes(broken: Callable[[str], FileResult]) -> None:
    file = dataclasses.replace(broken("50 %\nof it"), path="a,b:c.py")
    lines = render_github(Results((file,)), Look()).splitlines()
    assert lines[1:] == ["::warning file=a%2Cb%3Ac.py::50 %25%0Aof it"]


def test_github_shows_the_worst_first(results: Results) -> None:
    lines = render_github(results, Look()).splitlines()
    assert lines[0].startswith("::notice title=bytecov::lines ")
    assert "file=shop/pricing.py,line=2,endLine=2,col=8," in lines[1]
    assert "perfect" not in "\n".join(lines)
