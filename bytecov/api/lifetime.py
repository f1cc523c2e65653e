"""A measured process from its beginning to its end, and its children.

Each process measures itself and saves when it ends, whichever way it does: by leaving the main
module, by `os._exit`, by a signal, by becoming another program.  What a process cannot know by
itself, which settings the run has and where its data file is, a child finds in the environment.
"""

# signal.pthread_sigmask works with builtins, which the program may have replaced.
import _signal  # type: ignore[import-not-found]
import atexit
import contextlib
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from bytecov.api.session import Session
from bytecov.config.settings import Settings
from bytecov.model.errors import BytecovError
from bytecov.record.program import INTERRUPTED

VARIABLE = "BYTECOV_PROCESS"
STARTUP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "startup")
"""Where Python finds our `sitecustomize`."""


class Lifetime:
    """Saves what a session measures in this process and in those that it forks."""

    def __init__(self, session: Session, argv: Sequence[str], whole: bool = True) -> None:
        self.status: int | None = None
        self._session = session
        self._argv = list(argv)
        self._whole = whole
        self._pid = os.getpid()
        self._saved = 0  # the process that has saved
        self._saving = self._dying = False  # now; of a SIGTERM that came meanwhile

    def begin(self, save: bool = True) -> None:
        """Watch for the end; `save` is false where somebody else saves the process that it is now
        and only its children are left to us."""
        if not save:
            self._saved = self._pid
        settings = self._session.settings
        # First registered, last called: what the program does at its end is measured too.
        atexit.register(self.end)
        session = self._session
        os.register_at_fork(
            before=session.pause_journal,
            after_in_parent=session.resume_journal,
            after_in_child=self._forked,
        )
        session.keep_journal(self._argv)
        multiprocessing = "multiprocessing" in settings.concurrency
        if multiprocessing or {"_exit", "fork"} & set(settings.patch):
            self._before(os, "_exit")
        if "execv" in settings.patch:
            self._before(os, "execv")
            self._before(os, "execve")
        if settings.sigterm and save:
            self._on_sigterm()
        if multiprocessing or "subprocess" in settings.patch:
            lead_children(self._session, everywhere="subprocess" in settings.patch)

    def end(self) -> None:
        """Save, once in each process."""
        if self._saved == os.getpid():
            return
        self._saved = os.getpid()
        self._saving = True
        with _undisturbed():
            self._save()
        self._saving = False
        if self._dying:
            _die_of_sigterm()

    def _save(self) -> None:
        session = self._session
        session.stop()
        try:
            session.save(self._argv, self.status, self._whole)
        except (BytecovError, OSError) as error:
            session.warn(f"what was measured could not be saved: {error}")
        if sys.stderr is not None:  # the program may have closed it
            for said in session.warnings:
                print(f"bytecov: {said}", file=sys.stderr)
        session.warnings.clear()
        if self.status == INTERRUPTED:
            _remember_the_interrupt()

    def _forked(self) -> None:
        """In a new process: what its parent did is the parent's to save."""
        self._whole = False
        self.status = None
        self._session.restart()
        self._session.keep_journal(self._argv)

    def _before(self, module: Any, name: str) -> None:
        """Save before a function of `os` that does not come back."""
        leave: Callable[..., Any] = getattr(module, name)

        def ends(*arguments: Any, **named: Any) -> Any:
            with contextlib.suppress(Exception):
                self.end()
            return leave(*arguments, **named)

        setattr(module, name, ends)

    def _on_sigterm(self) -> None:
        """Save, then die of the signal as before.  A handler that the program sets later is its
        own."""

        def on_sigterm(number: int, frame: object) -> None:
            self._dying = True
            if not self._saving:
                self.end()
                _die_of_sigterm()

        with contextlib.suppress(ValueError):  # not in the main thread
            if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
                signal.signal(signal.SIGTERM, on_sigterm)


def _die_of_sigterm() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGTERM)


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """SIGTERM waits: a `multiprocessing.Pool` sends it to workers that are ending already."""
    before = _signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    try:
        yield
    finally:
        _signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _remember_the_interrupt() -> None:
    """Python ends by SIGINT if the last source text that was run ended by KeyboardInterrupt
    (Python/pythonrun.c, run_eval_code_obj); saving has run others, for named tuples."""
    with contextlib.suppress(KeyboardInterrupt):
        exec("raise KeyboardInterrupt")


def lead_children(session: Session, everywhere: bool) -> None:
    """Have Pythons that this process starts measure themselves: all (`everywhere`), or those of
    `multiprocessing`."""
    settings = session.settings._replace(data_file=session.data_file)
    order = {
        "settings": settings._asdict(),
        "directory": session.here,
        "everywhere": everywhere,
    }
    os.environ[VARIABLE] = json.dumps(order)
    root = os.path.dirname(os.path.dirname(os.path.dirname(STARTUP)))
    paths = [one for one in os.environ.get("PYTHONPATH", "").split(os.pathsep) if one]
    if STARTUP not in paths:
        # bytecov itself may be on no path of the child's: a checkout, say.
        os.environ["PYTHONPATH"] = os.pathsep.join([STARTUP, *paths, root])


def start_child() -> None:
    """Measure this process if its parent ordered that."""
    try:
        order = json.loads(os.environ[VARIABLE])
        words = sys.orig_argv
    except (KeyError, ValueError):
        return
    if not order["everywhere"] and not any("multiprocessing" in word for word in words):
        return
    import runpy  # noqa: F401 (multiprocessing needs it, and it is hooked where it is)

    here = os.getcwd()
    try:
        os.chdir(order["directory"])
        session = Session(_settings(order["settings"]))
        session.start()
    except (BytecovError, OSError, TypeError) as error:
        print(f"bytecov: this process is not measured: {error}", file=sys.stderr)
        return
    finally:
        os.chdir(here)
    lifetime = Lifetime(session, words[1:], whole=False)
    lifetime.begin()
    _take_over_script(lifetime, session)


def _settings(table: dict[str, Any]) -> Settings:
    """The same as before JSON made lists of tuples."""
    return Settings(**{name: _frozen(value) for name, value in table.items()})


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def _take_over_script(lifetime: Lifetime, session: Session) -> None:
    """`python FILE` compiles the file in C, past every hook but one: what is found on
    `sys.path_hooks` for its name is asked for `__main__`, as for a directory or a zip file
    (Modules/main.c, pymain_get_importer)."""
    script = sys.argv[0] if sys.argv else ""
    if not script.endswith(".py") or not os.path.isfile(script):
        return
    if not session.measures(os.path.abspath(script)):
        return

    main = sys.modules["__main__"]

    class Importer:
        """Runs the script in our way."""

        @staticmethod
        def find_spec(name: str, target: object = None) -> None:
            from bytecov.record.program import compile_program, find_program, run_program

            sys.modules["__main__"] = main  # runpy has put it aside
            program = find_program(list(sys.argv))
            code = compile_program(program)
            lifetime.status = run_program(program, code, session.prepare)
            sys.exit(lifetime.status)

    def hook(path: str) -> type[Importer]:
        if os.path.abspath(path) != os.path.abspath(script):
            raise ImportError(path)
        sys.path_hooks.remove(hook)
        sys.path_importer_cache.pop(path, None)
        return Importer

    sys.path_hooks.insert(0, hook)
