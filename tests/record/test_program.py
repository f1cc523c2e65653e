"""A program cannot tell whether `python` runs it or we do."""

import os
import re
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path
from subprocess import PIPE, Popen
from typing import NamedTuple

import pytest

from bytecov.model.errors import UsageError
from bytecov.record.program import compile_program, find_program

LAUNCH = str(Path(__file__).with_name("launch.py"))
TELL = """\
import sys
print(__name__, __file__, __package__, type(__loader__).__name__, __doc__)
print(__spec__ and (__spec__.name, __spec__.origin), __builtins__.__name__, sys.argv)
print(sys.path[0], sys.modules["__main__"].__dict__ is globals(), sorted(globals()))
"""
ENDS = {
    "falls off": "print('x')",
    "exit": "import sys; sys.exit()",
    "exit 3": "import sys; sys.exit(3)",
    "exit 256": "import sys; sys.exit(256)",
    "exit -1": "import sys; sys.exit(-1)",
    "exit True": "import sys; sys.exit(True)",
    "exit None": "raise SystemExit(None)",
    "exit a string": "import sys; sys.exit('goodbye ü')",
    "exit an object": "import sys; sys.exit([1, 2])",
    "exit two": "raise SystemExit(1, 2)",
    "exit in a function": (
        "def f():\n    try:\n        raise SystemExit(4)\n    finally:\n        print('f')\nf()"
    ),
    "raises": "def f(x):\n    return (1 +\n        x / 0)\nf(1)",
    "raises its own": "class E(Exception): pass\nraise E('own') from ValueError('cause')",
    "raises a group": "raise ExceptionGroup('g', [ValueError(1), KeyError(2)])",
    "raises with a note": "e = ValueError('v')\ne.add_note('note')\nraise e",
    "raises while handling": "try:\n    1 / 0\nexcept ZeroDivisionError:\n    {}['k']",
    "raises in a class": "class C:\n    x = 1 / 0",
    "raises in a comprehension": "[1 / x for x in (1, 0)]",
    "raises in an import": "import broken",
    "raises in a thread": (
        "import threading\n"
        "t = threading.Thread(target=lambda: 1 / 0, name='t')\n"
        "t.start()\n"
        "t.join()"
    ),
    "syntax error of an import": "import wrong",
    "excepthook": (
        "import sys\nsys.excepthook = lambda *a: print('hook', a[0], a[2].tb_lineno)\n1 / 0"
    ),
    "no stderr": "import sys\nsys.stderr = None\n1 / 0",
    "unraisable": "class D:\n    def __del__(self):\n        1 / 0\nD()",
    "at exit": "import atexit\natexit.register(print, 'at exit')\nraise SystemExit(5)",
    "os._exit": "import os\nprint('x', flush=True)\nos._exit(7)",
    "names": TELL,
    "main again": (
        "import __main__\n"
        "print(__main__.__file__ == __file__, __main__.x if 'x' in vars(__main__) else 0)"
    ),
    "pickles": "import pickle\nclass C: pass\nprint(type(pickle.loads(pickle.dumps(C()))) is C)",
    "annotations": "x: int = 1\nprint(x)",
    "encoding": "# coding: latin-1\nprint(ascii('\xe9'))",
    "docstring": "'''Words.'''\nprint(__doc__)",
    "future": (
        "from __future__ import annotations\ndef f(x: undefined): pass\nprint(f.__annotations__)"
    ),
    "star": "from broken_not import *\nprint(sorted(n for n in globals() if n[0] != '_'))",
    "recursion": "def f(): f()\ntry:\n    f()\nexcept RecursionError:\n    print('deep')",
    "reads itself": "print(open(__file__).read()[:5])",
    "fork": (
        "import os\n"
        "pid = os.fork()\n"
        "if not pid:\n"
        "    print('child', flush=True)\n"
        "    os._exit(3)\n"
        "print(os.waitpid(pid, 0)[1])"
    ),
    "multiprocessing": (
        "import multiprocessing\n"
        "def work(x): return x * 2\n"
        "if __name__ == '__main__':\n"
        "    with multiprocessing.get_context('fork').Pool(1) as pool:\n"
        "        print(pool.map(work, [1, 2]))"
    ),
    "signal": (
        "import os, signal\n"
        "signal.signal(signal.SIGUSR1, lambda n, f: print('handler', f.f_lineno))\n"
        "for i in range(3):\n"
        "    if i == 1:\n"
        "        os.kill(os.getpid(), signal.SIGUSR1)\n"
        "print('end')"
    ),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "broken.py").write_text("def f():\n    raise LookupError('broken')\n\nf()\n")
    (tmp_path / "wrong.py").write_text("def f(:\n    pass\n")
    (tmp_path / "broken_not.py").write_text("__all__ = ['a']\na = b = 1\n")
    package = tmp_path / "pack"
    package.mkdir()
    (package / "__init__.py").write_text("print('init', __name__)\n")
    (package / "__main__.py").write_text(TELL + "from . import inner\n")
    (package / "inner.py").write_text(TELL)
    (package / "fails.py").write_text("def f():\n    1 / 0\nf()\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.delenv("PYTHONPATH", raising=False)
    return tmp_path


class Ended(NamedTuple):
    stdout: bytes
    stderr: bytes
    returncode: int


def ended(*command: str) -> Ended:
    ran = subprocess.run(command, capture_output=True, check=False)
    return Ended(ran.stdout, ran.stderr, ran.returncode)


def both(*arguments: str, stdin: str = "") -> list[Ended]:
    """What plain python made of it, and we; at the same time."""
    started = [
        Popen([sys.executable, *how, *arguments], stdin=PIPE, stdout=PIPE, stderr=PIPE)
        for how in ([], [LAUNCH])
    ]
    return [Ended(*each.communicate(stdin.encode(), 60), each.returncode) for each in started]


def without_addresses(text: bytes) -> str:
    return re.sub(r"0x[0-9a-f]+", "0x…", text.decode())


def same(*arguments: str, stdin: str = "") -> None:
    host, ours = both(*arguments, stdin=stdin)
    assert without_addresses(ours.stdout) == without_addresses(host.stdout)
    assert without_addresses(ours.stderr) == without_addresses(host.stderr)
    assert ours.returncode == host.returncode


@pytest.mark.parametrize("name", ENDS)
def test_scripts(folder: Path, name: str) -> None:
    encoding = "latin-1" if name == "encoding" else "utf-8"
    (folder / "script.py").write_text(ENDS[name], encoding)
    same("script.py", "one", "--two", "")


def test_interrupted(folder: Path) -> None:
    (folder / "script.py").write_text("raise KeyboardInterrupt")
    host, ours = both("script.py")
    assert ours.stderr == host.stderr
    assert (host.returncode, ours.returncode) == (-2, -2)


@pytest.mark.parametrize(
    "path", ["./tell.py", "sub/tell.py", "sub/../sub/tell.py", "link.py", "noext"]
)
def test_paths(folder: Path, path: str) -> None:
    (folder / "sub").mkdir()
    for name in ("tell.py", "sub/tell.py", "noext"):
        (folder / name).write_text(TELL)
    (folder / "link.py").symlink_to("sub/tell.py")
    same(path, "argument")


def test_an_absolute_path(folder: Path) -> None:
    (folder / "tell.py").write_text(TELL)
    same(str(folder / "tell.py"))


@pytest.mark.parametrize("name", ["pack", "pack.inner", "pack.fails", "broken_not", "broken"])
def test_modules(folder: Path, name: str) -> None:
    same("-m", name, "-x", "y")


def test_a_directory(folder: Path) -> None:
    (folder / "here").mkdir()
    (folder / "here" / "__main__.py").write_text("import beside\n" + TELL)
    (folder / "here" / "beside.py").write_text("import sys\nprint(sys.path[0])\n")
    same("here", "x")
    same("./here/")
    (folder / "here" / "beside.py").write_text("1 / 0\n")
    same("here")


def test_standard_input(folder: Path) -> None:
    (folder / "script.py").write_text("import sys\nprint(input(), sys.stdin.read())\n")
    same("script.py", stdin="first\nsecond\n")


def test_a_console_script(folder: Path) -> None:
    program = find_program(["pytest", "--version"])
    scripts = Path(sysconfig.get_path("scripts"))
    assert program.path == str(scripts / "pytest")
    assert program.argv == [str(scripts / "pytest"), "--version"]
    assert program.search == os.path.dirname(os.path.realpath(program.path))
    host = ended(program.path, "--version")
    assert ended(sys.executable, LAUNCH, "pytest", "--version") == host


def test_a_module_by_its_name(folder: Path) -> None:
    host = ended(sys.executable, "-m", "json.tool", "-h")
    assert ended(sys.executable, LAUNCH, "json.tool", "-h") == host


MISTAKES = {
    "no_such_file.py": "there is no file 'no_such_file.py'",
    "no_such_program": "there is no file 'no_such_program'",
    "empty": "has no __main__.py",
    "wrong.py": "wrong.py:1: can't run it, its syntax is wrong",
    "null.py": "can't run it",
    "binary": "can't run it",
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_get_one_sentence(folder: Path, name: str) -> None:
    (folder / "empty").mkdir()
    (folder / "null.py").write_bytes(b"x = 1\0\n")
    (folder / "binary").write_bytes(bytes(range(128, 256)))
    ours = ended(sys.executable, LAUNCH, name)
    assert MISTAKES[name] in ours.stderr.decode()
    assert ours.stderr.count(b"\n") == 1
    assert ours.returncode == 1
    assert ours.stdout == b""


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nothing_of_that_name", "no module named"),
        ("pack.nothing", "no module named"),
        ("broken.inner", "cannot be imported"),
        ("empty", "has no __main__"),
        ("sys", "no Python source"),
        ("", "no module named"),
    ],
)
def test_mistakes_with_modules(folder: Path, name: str, words: str) -> None:
    (folder / "empty").mkdir()
    (folder / "empty" / "__init__.py").touch()
    ours = ended(sys.executable, LAUNCH, "-m", name)
    assert words in ours.stderr.decode()
    assert "Traceback" not in ours.stderr.decode()
    assert ours.returncode == 1


def test_unreadable(folder: Path) -> None:
    program = find_program(["broken.py"])
    (folder / "broken.py").unlink()
    with pytest.raises(UsageError, match="can't read"):
        compile_program(program)


def test_a_zip_file(folder: Path) -> None:
    """Not run as python does, but said in one sentence."""
    with zipfile.ZipFile("app.zip", "w") as file:
        file.writestr("__main__.py", "print('zipped')")
    ours = ended(sys.executable, LAUNCH, "app.zip")
    assert "Traceback" not in ours.stderr.decode()
    assert ours.returncode == 1
