"""Every process of a program, whichever way it begins and ends: measured, saved, folded in."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent

CONFIGURATION = """\
[tool.bytecov]
concurrency = ["thread", "multiprocessing"]
patch = ["subprocess", "_exit", "execv"]
sigterm = true
"""
WAYS = {
    "fork": 'spawned("fork")',
    "spawn": 'spawned("spawn")',
    "forkserver": 'spawned("forkserver")',
    "os_fork": "forked(sys.exit)",
    "os_exit": "forked(os._exit)",
    "pool": "pooled()",
    "terminated": "terminated()",
    "thread": "threaded()",
    "executor": "executed()",
    "asyncio": "asyncio.run(awaited())",
    "to_thread": 'asyncio.run(asyncio.to_thread(happened, "to_thread"))',
    "script": 'started("script.py")',
    "module": 'started("-m", "script")',
    "execv": "replaced()",
}
PROGRAM = """\
import asyncio
import multiprocessing
import multiprocessing.forkserver
import os
import subprocess
import sys
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from kinds import happened


def spawned(method):
    child = multiprocessing.get_context(method).Process(target=happened, args=(method,))
    child.start()
    child.join()
    assert child.exitcode == 0


def forked(leave, kind="os_fork"):
    child = os.fork()
    if not child:
        happened("os_exit" if leave is os._exit else kind)
        leave(3)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 3


def pooled():
    with ProcessPoolExecutor(1) as pool:
        pool.submit(happened, "pool").result()


def terminated():
    with multiprocessing.Pool(1) as pool:  # which ends its workers by SIGTERM
        pool.map(happened, ["terminated"])


def executed():
    with ThreadPoolExecutor(1) as pool:
        pool.submit(happened, "executor").result()


def threaded():
    thread = threading.Thread(target=happened, args=("thread",))
    thread.start()
    thread.join()


async def awaited():
    happened("asyncio")


def started(*words):
    kind = "module" if len(words) > 1 else words[0].removesuffix(".py")
    done = subprocess.run([sys.executable, *words, kind], stdout=subprocess.PIPE, text=True)
    assert done.returncode == 5
    assert done.stdout.split()[:2] == ["__main__", kind]


def replaced():
    child = os.fork()
    if not child:
        os.execv(sys.executable, [sys.executable, "script.py", "execv"])
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 5


if __name__ == "__main__":
    # before threads are
    CALLS
    # which would end, and save, a little after this process
    multiprocessing.forkserver._forkserver._stop()
"""
SCRIPT = """\
import sys
from kinds import happened

if __name__ == "__main__":
    happened(sys.argv[1])
    print(__name__, sys.argv[1])
    sys.exit(5)
"""


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "bytecov", *words]


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        command(*words), cwd=folder, env=environment, capture_output=True, text=True, timeout=120
    )


def outcomes(folder: Path, name: str) -> dict[str, dict[str, str]]:
    """{text of a condition: its outcomes}"""
    done = run(folder, "json", "-o", "-")
    assert done.returncode == 0, done.stderr
    decisions = json.loads(done.stdout)["files"][name]["decisions"]
    return {part["text"]: part["outcomes"] for one in decisions for part in one["conditions"]}


def test_every_way(tmp_path: Path) -> None:
    tests = "\n".join(f'    if kind == "{kind}":\n        return {kind!r}' for kind in WAYS)
    calls = "\n    ".join(sorted(WAYS.values(), key=lambda call: "pool" in call or "thr" in call))
    (tmp_path / "kinds.py").write_text(f"def happened(kind):\n{tests}\n")
    (tmp_path / "program.py").write_text(PROGRAM.replace("CALLS", calls))
    (tmp_path / "script.py").write_text(SCRIPT)
    (tmp_path / "pyproject.toml").write_text(CONFIGURATION)
    done = run(tmp_path, "run", "program.py")
    assert (done.returncode, done.stderr) == (0, "")
    found = outcomes(tmp_path, "kinds.py")
    missed = [text for text, by in found.items() if by["true"] != "covered"]
    assert missed == []
    assert outcomes(tmp_path, "script.py")['__name__ == "__main__"']["true"] == "covered"
    assert not list(tmp_path.glob(".bytecov.*"))


LIGHT = {
    "greenlet": """\
import greenlet
from kinds import happened

other = greenlet.greenlet(lambda: happened("switched to"))
other.switch()
deep = greenlet.greenlet(lambda: [greenlet.getcurrent().parent.switch(), happened("went on")])
deep.switch()
happened("between")
deep.switch()
""",
    "gevent": """\
from gevent import monkey

monkey.patch_all()
import queue
import subprocess
import sys
import threading

import gevent
from kinds import happened

box = queue.Queue()


def take():
    happened(box.get())


taker = threading.Thread(target=take)
taker.start()
gevent.joinall([gevent.spawn(happened, "spawned"), gevent.spawn(box.put, "taken")])
taker.join()
code = "from kinds import happened; happened('child')"
subprocess.run([sys.executable, "-c", code], check=True)
""",
}


@pytest.mark.parametrize("engine", ["native", "vm"])
@pytest.mark.parametrize("package", LIGHT)
def test_light_threads(package: str, engine: str, tmp_path: Path) -> None:
    """They switch stacks below Python; what runs on each is measured."""
    pytest.importorskip(package, reason=f"{package} is not here: pip install {package}")
    kinds = {
        "greenlet": ["switched to", "between", "went on"],
        "gevent": ["spawned", "taken", "child"],
    }[package]
    tests = "\n".join(f'    if kind == "{kind}":\n        return {kind!r}' for kind in kinds)
    (tmp_path / "kinds.py").write_text(f"def happened(kind):\n{tests}\n")
    (tmp_path / "program.py").write_text(LIGHT[package])
    settings = f'[tool.bytecov]\nconcurrency = ["{package}"]\npatch = ["subprocess"]\n'
    (tmp_path / "pyproject.toml").write_text(settings)
    done = run(tmp_path, "run", "--engine", engine, "program.py")
    assert (done.returncode, done.stderr) == (0, "")
    found = outcomes(tmp_path, "kinds.py")
    assert [text for text, by in found.items() if by["true"] != "covered"] == []
    assert not list(tmp_path.glob(".bytecov.*"))


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_signals(tmp_path: Path, name: str) -> None:
    """What was measured is saved, and the process dies of the signal."""
    (tmp_path / "pyproject.toml").write_text(CONFIGURATION)
    (tmp_path / "program.py").write_text(
        "import os, signal, sys\n"
        "name = sys.argv[1]\n"
        "kind = 1 if name else 2\n"
        "if name == 'SIGINT':  # a job in the background may have begun with it ignored\n"
        "    signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "os.kill(os.getpid(), getattr(signal, name))\n"
        "signal.pause()\n"
    )
    done = run(tmp_path, "run", "program.py", name)
    assert done.returncode == -getattr(signal, name)
    assert done.stderr.count("Traceback") == (name == "SIGINT")
    assert outcomes(tmp_path, "program.py")["name"] == {"true": "covered", "false": "missed"}


def test_killed(tmp_path: Path) -> None:
    """What was seen a second before is there: reports find it, and no thread was."""
    (tmp_path / "program.py").write_text(
        "import glob, os, signal, sys, threading, time\n"
        "def kind(name):\n"
        "    return 1 if name else 2\n"
        "kind(sys.argv[1])\n"
        "assert threading.enumerate() == [threading.main_thread()]\n"
        "while not any(os.path.getsize(path) for path in glob.glob('.bytecov.*.hits')):\n"
        "    time.sleep(0.05)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = run(tmp_path, "run", "program.py", "yes")
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert outcomes(tmp_path, "program.py")["name"] == {"true": "covered", "false": "missed"}
    assert not list(tmp_path.glob("*.hits"))
    assert "  killed  native" in run(tmp_path, "debug", "data").stdout


def test_killed_while_vectors_are_measured(tmp_path: Path) -> None:
    """MC/DC of a decision that is not a tree: how each evaluation went is there, too."""
    (tmp_path / "program.py").write_text(
        "import glob, os, signal, time\n"
        "def choose(a, b, c):\n"
        "    if (a and b) or c:\n"
        "        return 1\n"
        "for values in (1, 1, 0), (0, 1, 0), (1, 0, 0), (1, 0, 1):\n"
        "    choose(*values)\n"
        "while not any(os.path.getsize(path) for path in glob.glob('.bytecov.*.hits')):\n"
        "    time.sleep(0.05)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = run(tmp_path, "run", "--level=mcdc", "program.py")
    assert done.returncode == -signal.SIGKILL, done.stderr
    done = run(tmp_path, "json", "--level=mcdc", "-o", "-")
    [decision, *_] = json.loads(done.stdout)["files"]["program.py"]["decisions"]
    assert [one["mcdc"] for one in decision["conditions"]] == ["covered"] * 3
    seen = sorted("".join(one["values"]) for one in decision["vectors"])
    assert seen == ["F-F", "TFF", "TFT", "TT-"]


def test_many_killed_processes_at_once(tmp_path: Path) -> None:
    """More than there are tool ids of sys.monitoring are taken over by one process."""
    (tmp_path / "program.py").write_text(
        "import glob, os, signal, time\n"
        "def kind(number):\n"
        "    return 1 if number == 7 else 2\n"
        "for number in range(8):\n"
        "    if not os.fork():\n"
        "        kind(number)\n"
        "        while not glob.glob(f'.bytecov.*.{os.getpid()}.*.hits'):\n"
        "            time.sleep(0.05)\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "for number in range(8):\n"
        "    os.wait()\n"
    )
    done = run(tmp_path, "run", "program.py")
    assert (done.returncode, done.stderr) == (0, "")
    assert [path.name for path in tmp_path.glob(".bytecov*")] == [".bytecov"]
    both = {"true": "covered", "false": "covered"}
    assert outcomes(tmp_path, "program.py")["number == 7"] == both


def test_killed_while_the_first_line_was_written(tmp_path: Path) -> None:
    """Then nothing is lost but what would have been lost a moment before."""
    (tmp_path / "program.py").write_text("pass\n")
    done = run(tmp_path, "run", "program.py")
    for number, began in enumerate(["", '{"run": {"tim']):
        (tmp_path / f".bytecov.elsewhere.1.{number}.hits").write_text(began)
    done = run(tmp_path, "report")
    assert (done.returncode, done.stderr) == (0, "")
    assert [path.name for path in tmp_path.glob(".bytecov*")] == [".bytecov"]


def test_a_killed_child_is_folded_in(tmp_path: Path) -> None:
    """Its parent takes over what it left; a fork does not stop the parent's own keeping."""
    (tmp_path / "program.py").write_text(
        "import glob, os, signal, time\n"
        "def kind(name):\n"
        "    return 1 if name else 2\n"
        "child = os.fork()\n"
        "kind(child)\n"
        "if not child:\n"
        "    while not glob.glob(f'.bytecov.*.{os.getpid()}.*.hits'):\n"
        "        time.sleep(0.05)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "os.waitpid(child, 0)\n"
    )
    assert run(tmp_path, "run", "program.py").returncode == 0
    assert [path.name for path in tmp_path.glob(".bytecov*")] == [".bytecov"]
    assert outcomes(tmp_path, "program.py")["name"] == {"true": "covered", "false": "covered"}
