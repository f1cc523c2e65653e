"""What the oracle cannot watch: functions whose code object somebody copies; and keys that raise
when they are compared, which the interpreter asks twice (docs/vm-fidelity.md)."""

import inspect
import sys
import types


@types.coroutine
def old_style():
    got = yield "asked"
    return got


async def uses():
    return await old_style()


u = uses()
print(u.send(None))
try:
    u.send("answer")
except StopIteration as stop:
    print(stop.value)
print(inspect.iscoroutinefunction(uses), type(u).__name__)


def double(x):
    return x * 2


def closure():
    kept = "kept"

    def inner(x=1, *, y=2):
        return kept, x, y

    return inner


code = double.__code__.replace(co_name="renamed")
print(types.FunctionType(code, globals())(4), code.co_name)
inner = closure()
again = types.FunctionType(inner.__code__, {}, "again", (5,), inner.__closure__)
again.__kwdefaults__ = {"y": 6}
print(again(), again.__name__, again.__qualname__)
print(double.__code__ == double.__code__.replace(), hash(double.__code__) == hash(double.__code__))
namespace = {}
exec(compile("def made(x):\n    return [y for y in range(x)]", "<made>", "exec"), namespace)
print(namespace["made"](3))


class Patched:
    def method(self):
        return "old"


Patched.method.__code__ = (lambda self: "new").__code__
print(Patched().method(), sys.getrefcount(Patched) > 0)


class EqRaises:
    def __eq__(self, other):
        raise ValueError("eq")

    def __hash__(self):
        return hash("k")


for action in (lambda: EqRaises() in ["k"], lambda: {EqRaises(): 1}["k"], lambda: "k" in {EqRaises()}):
    try:
        print(action())
    except ValueError as error:
        print(error)
