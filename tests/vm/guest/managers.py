"""with: several managers, suppression, return / break / continue / raise inside, ExitStack."""

import contextlib
import io
import sys


class Manager:
    def __init__(self, name, swallow=False, fail=None):
        self.name, self.swallow, self.fail = name, swallow, fail

    def __enter__(self):
        print("enter", self.name)
        if self.fail == "enter":
            raise RuntimeError("enter " + self.name)
        return self

    def __exit__(self, kind, value, traceback):
        print("exit", self.name, kind and kind.__name__, value, traceback and traceback.tb_lineno, sys.exc_info()[0])
        if self.fail == "exit":
            raise RuntimeError("exit " + self.name)
        return self.swallow


with Manager("a") as a, Manager("b") as b:
    print(a.name, b.name)
with (
    Manager("p") as p,
    Manager("q", swallow=True),
):
    raise ValueError(p.name)


def returns():
    with Manager("r"):
        return "value"


def loops():
    for i in range(4):
        with Manager(i, swallow=True) as m:
            if i == 0:
                continue
            if i == 1:
                raise KeyError(i)
            if i == 3:
                break
            print("body", m.name)
        print("after", i)
    return i


def nested():
    with Manager("outer", swallow=True):
        with Manager("inner"):
            1 / 0
        print("never")
    return "nested done"


print(returns(), loops(), nested())
for fail in ("enter", "exit"):
    for body in (None, KeyError("body")):
        try:
            with Manager("first"), Manager("second", fail=fail):
                if body:
                    raise body
        except RuntimeError as error:
            print(error, repr(error.__context__))


@contextlib.contextmanager
def generated(name):
    print("start", name)
    try:
        yield name.upper()
    except ValueError as error:
        print("generated caught", error)
    else:
        print("no error")
    finally:
        print("end", name)


with generated("g") as value:
    print(value)
with generated("h"):
    raise ValueError("inside")
try:
    with generated("i"):
        raise KeyError("through")
except KeyError as error:
    print(error)


@generated("decorator")
def decorated():
    return "decorated"


print(decorated())
with contextlib.ExitStack() as stack:
    for each in "xyz":
        stack.enter_context(generated(each))
    stack.callback(print, "callback")
    raise ValueError("to the innermost")
with contextlib.suppress(ZeroDivisionError):
    1 / 0
with contextlib.redirect_stdout(io.StringIO()) as captured:
    print("captured")
print(captured.getvalue())
for bad in (5, type("NoExit", (), {"__enter__": lambda self: self})()):
    try:
        with bad:
            pass
    except (TypeError, AttributeError) as error:
        print(type(error).__name__, error)


class Dynamic:
    def __init__(self):
        self.__enter__ = lambda: "instance"


try:
    with Dynamic():
        pass
except (TypeError, AttributeError) as error:
    print(error)


class ByDescriptor:
    @property
    def __enter__(self):
        print("get enter")
        return lambda: "entered"

    @property
    def __exit__(self):
        print("get exit")
        return lambda *details: print("left", len(details)) or True


with ByDescriptor() as got:
    print(got)
    raise ValueError


class StaticExit:
    @staticmethod
    def __enter__():
        return "static"

    __exit__ = staticmethod(lambda *details: print(details[0]))


with StaticExit() as got:
    print(got)


def target():
    class Box:
        pass

    box, items = Box(), [None]
    with Manager("t") as box.attribute, Manager("u") as items[0], generated("v") as (first, *rest):
        print(box.attribute.name, items[0].name, first, rest)
    return "targets"


print(target())


def deep():
    try:
        with Manager("x"):
            try:
                with Manager("y"):
                    raise ValueError("deep")
            finally:
                print("finally")
    except ValueError as error:
        return str(error)


print(deep())


def generator_in_with():
    with Manager("w"):
        yield 1
        yield 2


for value in generator_in_with():
    print(value)
g = generator_in_with()
next(g)
g.close()
with Manager("truth", swallow=[]) as m:
    pass
with Manager("truthy", swallow=[0]) as m:
    raise OSError
