"""While somebody traces, functions of ours are out of sight; what needs to be seen still works."""

import subprocess
import sys
from pathlib import Path

PROGRAM = """\
import sys
from bytecov.cli.options import Parser
from bytecov.record.vm import VMRecorder

recorder = VMRecorder()
seen = []
def trace(frame, event, argument):
    seen.append(frame.f_globals.get("__name__", ""))
guest = recorder.prepare(compile("len('a')", "guest", "exec"))
sys.settrace(trace)
exec(guest, {"__name__": "guest"})
sys.settrace(None)
Parser("run", "", "runs")  # which calls super() without arguments
print({name for name in seen if name.startswith("bytecov.vm")}, "guest" in seen)
"""


def test_super_is_found_after_tracing(root: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=root, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "set() True\n"), done.stderr
