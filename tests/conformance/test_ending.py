"""What a suite leaves running ends with it."""

import subprocess
import sys
from pathlib import Path

import pytest

LEAVES = "import subprocess; print(subprocess.Popen(['sleep', '60'], start_new_session=True).pid)"
HANGS = f"{LEAVES[:-1]}, flush=True); import time; time.sleep(60)"
RUNS = """
import os, sys
from tests.conformance.runs import execute
print(*execute([sys.executable, "-c", sys.argv[1]], ".", os.environ, float(sys.argv[2])))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux: others adopt no orphans")
@pytest.mark.parametrize(("code", "limit", "status"), [(LEAVES, 50, "0"), (HANGS, 10, "None")])
def test_no_process_outlives_a_suite(root: Path, code: str, limit: float, status: str) -> None:
    """One in a session of its own neither; in a process of its own, for it takes over signals."""
    command = [sys.executable, "-c", RUNS, code, str(limit)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    ended, orphan = done.stdout.split()
    assert ended == status
    assert not Path("/proc", orphan).exists()
