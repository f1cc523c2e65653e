# A finder of one's own: sources that are in no file, changed on their way, with odd loaders.
import builtins
import importlib.abc
import importlib.util
import sys

SOURCES = {"made": "def f(a):\n    return 1 if a else 2\n", "made.inner": "from made import f\nx = f(0)\n"}


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        if name in SOURCES:
            return importlib.util.spec_from_loader(name, self, is_package=name == "made")
        return None

    def exec_module(self, module):
        code = compile(SOURCES[module.__name__], f"<{module.__name__}>", "exec")
        exec(code, module.__dict__)


sys.meta_path.insert(0, Finder())
real = builtins.__import__
seen = []


def watching(name, *rest):
    seen.append(name)
    return real(name, *rest)


builtins.__import__ = watching
import made.inner

builtins.__import__ = real
print(made.inner.x, made.f(1), seen, made.__spec__.origin, made.__file__ if hasattr(made, "__file__") else "no file")
sys.meta_path.pop(0)
sys.path_hooks.insert(0, lambda path: (_ for _ in ()).throw(ImportError(path)))
sys.path_importer_cache.clear()
import textwrap

print(textwrap.dedent("  ok"))
