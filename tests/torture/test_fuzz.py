"""A bounded share of the fuzzing: `make torture` runs all of it."""

import pytest

from tests.torture.fuzz import run
from tests.torture.readers import READERS

SLOW = {"data file, values": 40, "left by a killed process": 60, "coverage.py's data": 40}
CASES = 200


@pytest.mark.parametrize("name", READERS)
def test_a_result_or_a_sentence(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    batch = run(name, seed=2026, cases=SLOW.get(name, CASES))
    assert batch, capfd.readouterr().out
    assert batch.results + batch.sentences == batch.cases
