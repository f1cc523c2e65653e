"""locals, vars, dir, eval, exec, frames, globals, builtins replaced, modules, imports."""

import builtins
import collections.abc
import importlib
import inspect
import os.path as path
import sys
import types
from math import *
from os import getcwd as cwd, sep

print(sorted(name for name in locals() if name[0] != "_"), locals() is globals())
print(path.basename("/a/b"), sep, floor(2.5), callable(cwd), __name__, __doc__.split(":")[0], __spec__, __package__)


def shows(a, b=2, *c, d=4, **e):
    f = a + b
    before = dict(locals())
    g = 5
    del b
    return before, sorted(vars()), dir(), eval("a + f + g"), [k for k in locals()]


print(shows(1))


def with_cells(a, b):
    c = 3

    def inner():
        return a, c

    print(sorted(locals()), sorted(inspect.getclosurevars(inner).nonlocals))
    return inner()


print(with_cells(1, 2))


def executes():
    x = 1
    exec("x = 2; y = 3; print('inside', x, y)")
    namespace = {"x": 10}
    exec("x += 1\ndef f(): return x", namespace)
    print(x, namespace["x"], namespace["f"](), eval("x"), eval("x", {"x": "other"}), eval("[x for _ in range(2)]", {"x": 5}))
    try:
        exec("raise ValueError('inside exec')")
    except ValueError as error:
        print(error, error.__traceback__.tb_next.tb_frame.f_code.co_filename)
    try:
        eval("1 +")
    except SyntaxError as error:
        print(error.msg, error.lineno)
    return compile("1 + 1", "<c>", "eval").co_consts


print(executes())


def frames():
    here = sys._getframe()
    return here.f_code is frames.__code__, here.f_lineno, here.f_globals is globals(), here.f_back.f_code.co_name


print(frames())


def callers_globals():
    return sys._getframe(1).f_globals["__name__"], sys._getframe(1).f_code.co_qualname


class Body:
    x = 1
    here = sorted(name for name in locals() if name[0] != "_")
    names = sys._getframe().f_code.co_name, sys._getframe().f_lineno
    exec("made = x + 1")
    locals()["by_locals"] = 3
    called = callers_globals()
    z = [eval("1 + 1"), vars()["x"], sorted(dir())[-1]]

    def method(self):
        return sorted(vars(self)), dir(self)[-1], type(self).__qualname__, super().__repr__()[:10]


print(Body.here, Body.names, Body.made, Body.by_locals, Body.called, Body.z, Body().method())


def replaced_builtins():
    saved = builtins.len, builtins.print, builtins.type, builtins.iter, builtins.next
    builtins.len = lambda thing: "replaced len"
    builtins.type = lambda *args: "replaced type"
    builtins.iter = builtins.next = None
    try:
        result = len([]), type(1)
        for each in [1, 2]:
            result += (each,)
        return result
    finally:
        builtins.len, builtins.print, builtins.type, builtins.iter, builtins.next = saved


print(replaced_builtins())


def own_builtins():
    names = {"__builtins__": {"print": print, "len": lambda x: "mine"}}
    exec("def f(x):\n    return len(x)\nprint(f('abc'))", names)
    try:
        exec("open", names)
    except NameError as error:
        print(error)
    try:
        exec("class C: pass", names)
    except NameError as error:
        print(error)
    try:
        exec("import os", names)
    except ImportError as error:
        print(error)


own_builtins()


def shadowing():
    global len
    len = lambda thing: "global len"
    try:
        return len("x")
    finally:
        del len


print(shadowing(), len("abc"))


class Recorder(dict):
    def __getitem__(self, key):
        print("look up", key)
        return super().__getitem__(key)

    def __setitem__(self, key, value):
        print("store", key)
        super().__setitem__(key, value)

    def __delitem__(self, key):
        print("delete", key)
        super().__delitem__(key)


exec("a = 1\nb = a + 1\ndel a\nprint(b)", {"print": print}, Recorder())
module = types.ModuleType("made")
exec("x = 5\ndef f(): return x, __name__", module.__dict__)
print(module.f(), sorted(name for name in vars(module) if name[0] != "_"))
sys.modules["made"] = module
from made import x as from_made
import made

print(from_made, made is module, importlib.import_module("made") is made)
try:
    from made import missing
except ImportError as error:
    print(error)
import xml.dom.minidom
import xml.etree.ElementTree as tree

print(xml.dom.minidom.__name__, tree.__name__)


def imports_inside():
    import json.decoder
    import json as j
    from collections import OrderedDict, abc as a

    return json.decoder.__name__, j.__name__, OrderedDict.__name__, a is collections.abc


print(imports_inside())
try:
    from . import sibling
except ImportError as error:
    print(error)
try:
    import json.nothing_there
except ModuleNotFoundError as error:
    print(error)
print(inspect.isfunction(shows), inspect.ismethod(Body().method), inspect.isclass(Body), inspect.iscode(shows.__code__))
print(shows.__code__.co_name, shows.__code__.co_varnames, shows.__code__.co_firstlineno, shows.__code__.co_flags, shows.__code__.co_cellvars, shows.__code__.co_freevars, shows.__code__.co_argcount, shows.__code__.co_kwonlyargcount, shows.__code__.co_consts[:1], shows.__code__.co_names)
print(with_cells.__code__.co_cellvars, shows.__globals__ is globals(), shows.__module__, shows.__qualname__)
print(inspect.getsource(callers_globals), inspect.getcomments(callers_globals))


def default_locals(x, y=None):
    if x:
        y = 1
    else:
        z = 2
    return sorted(locals().items(), key=str)


print(default_locals(0), default_locals(1))


def comprehension_locals(a):
    return [sorted(locals()) != [] for b in [1]], [c for c in [eval("a", {"a": a})]]


print(comprehension_locals(1))


def assigns_in_locals():
    x = 1
    locals()["x"] = 2
    locals()["new"] = 3
    return x


print(assigns_in_locals())
print(sys.gettrace(), sys.getprofile(), sys.flags.optimize, __file__.endswith("introspection.py"), sys.argv)
help_text = inspect.getdoc(inspect.getmodule(Body))
print(help_text)


def length():
    return len("abc")


__builtins__, usual = {"len": lambda _: 7}, __builtins__
print(length(), eval("len('')"))
__builtins__ = usual
