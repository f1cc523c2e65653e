"""What mapping sources without running them counts and names."""

from pathlib import Path
from types import CodeType

import pytest

from bytecov.model.edge import Edge, EdgeKind
from bytecov.model.obligation import ObligationKey
from bytecov.source import corpus
from bytecov.source.corpus import CorpusReport, map_corpus
from bytecov.source.link import Links, Mismatch, Unexplained, Unfound, link
from bytecov.source.parse import Source


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "site-packages").mkdir()
    (tmp_path / "site-packages" / "installed.py").write_text("if a: pass\n")
    (tmp_path / "one.py").write_text("async def f(): return await a if b else c\n")
    (tmp_path / "two.py").write_text("for i in x:\n  if i and y: pass\n")
    (tmp_path / "broken.py").write_text("if\n")
    return tmp_path


def test_counts(folder: Path) -> None:
    report = map_corpus([folder])
    assert (report.files, report.branches, report.edges) == (2, 5, 8)
    assert report.artifacts == {"awaiting": 1}
    assert report.is_clean
    [problem] = report.problems
    assert "broken.py has a syntax error" in problem
    assert map_corpus([folder / "two.py"]).files == 1


@pytest.mark.parametrize("what", ["unexplained", "unfound", "mismatches"])
def test_one_wrong_thing_is_enough(what: str) -> None:
    report = CorpusReport()
    getattr(report, what).append("m.py:1: it")
    assert not report.is_clean


def test_whatever_is_wrong_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def linked(source: Source, code: CodeType) -> Links:
        links = link(source, code)
        branch = next(iter(links.flows[code].branches))
        [*keys] = {key for edges in links.outcomes[code].values() for key in edges}
        [key] = [one for one in keys if one.outcome == "exhausted"]
        links.unexplained.append(Unexplained(code, branch, "nothing fits"))
        links.unfound += [Unfound(key, None), Unfound(key, "dead code")]
        links.mismatches.append(Mismatch(code, Edge(branch, 0, EdgeKind.JUMP), "a", "b"))
        assert isinstance(key, ObligationKey)
        return links

    monkeypatch.setattr(corpus, "link", linked)
    report = map_corpus([folder / "two.py"])
    assert not report.is_clean
    assert report.reasons == {"dead code": 1}
    [unexplained], [unfound], [mismatch] = report.unexplained, report.unfound, report.mismatches
    assert unexplained.endswith("FOR_ITER: nothing fits")
    assert unfound.endswith("two.py:1: exhausted of 'for i in x'")
    assert mismatch.endswith("leads to b, not to a")
