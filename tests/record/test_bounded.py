"""What a measurement keeps is bounded by code, not by time."""

import subprocess
import sys
from pathlib import Path

import pytest

from bytecov.record.measure import Measurement

ROOT = Path(__file__).parents[2]
ENDLESS = """
import sys

def resident():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))

def make(count):
    for i in range(count):
        text = f"def f(a):\\n    if a and {i}: return 1\\n    return 2\\nf(0)\\nf(1)\\n"
        exec(compile(text, __file__ if i % 2 else "<string>", "exec"), {})

make(1000)
before = resident()
make(4000)
print(resident() - before)
"""


@pytest.mark.parametrize("engine", ["native", "vm"])
def test_code_objects_without_end(engine: str, tmp_path: Path) -> None:
    """Four thousand that `exec` ran leave less than half a kilobyte each."""
    (tmp_path / "program.py").write_text(ENDLESS)
    command = [sys.executable, "-m", "bytecov", "run", f"--engine={engine}", "program.py"]
    done = subprocess.run(
        command, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, text=True, capture_output=True,
        check=True,
    )  # fmt: skip
    assert int(done.stdout) < 2000  # KB


class Everything:
    def measures(self, path: str, /) -> bool:
        return True


def test_what_runs_again_is_no_news(tmp_path: Path) -> None:
    """Natively, a location tells once: what is kept of a long process does not grow."""
    path = tmp_path / "m.py"
    path.write_text("def f(a):\n    if a: return 1\n    return 2\n")
    measurement = Measurement(Everything(), "native")
    try:
        code = compile(path.read_bytes(), str(path), "exec", dont_inherit=True)
        names: dict[str, object] = {}
        exec(measurement.prepare(str(path), code), names)
        f = names["f"]
        assert callable(f)
        f(1)
        assert measurement.news()
        for _ in range(1000):
            f(1)
        assert not measurement.news()
        f(0)
        assert [context for context, _, _ in measurement.news()] == [""]
    finally:
        measurement.close()
