"""When things die, and when they do not: weak references, finalisers, reference counts, threads."""

import atexit
import contextvars
import gc
import queue
import sys
import threading
import warnings
import weakref


class Thing:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name)

    def __enter__(self):
        return self

    def __exit__(self, *details):
        return None

    def method(self):
        return self.name

    def chain(self):
        return Thing(self.name + "'")

    def __bool__(self):
        return True

    def __iter__(self):
        return iter(())

    def __add__(self, other):
        return Thing(self.name + "+")


def temporary():
    Thing("temporary")
    print("after temporary")
    Thing("called").method()
    print("after call")
    Thing("chain").chain().chain().name
    print("after chain")
    if Thing("tested"):
        print("in if")
    len([Thing("in list")])
    print("after list")


def rebinding():
    x = Thing("first")
    x = Thing("second")
    print("rebound")
    x = None
    print("unbound")
    y = Thing("deleted")
    del y
    print("end of rebinding")
    z = Thing("at return")


def argument(thing):
    print("in argument")
    del thing
    print("end of argument")


def passes():
    argument(Thing("argument"))
    print("back")
    kept = Thing("kept")
    argument(kept)
    print("still")


def returned():
    thing = Thing("returned")
    return thing


def loop():
    for thing in map(Thing, "ab"):
        print("loop", thing.name)
    print("after loop")
    for _ in Thing("iterated"):
        pass
    print("after iterated")
    for n in [Thing("x").name, Thing("y").name]:
        print(n)


def breaks():
    def numbers():
        try:
            yield 1
            yield 2
        finally:
            print("numbers closed")

    for n in numbers():
        break
    print("after break")
    for n in numbers():
        if n:
            return print("returning")


def with_block():
    with Thing("manager") as thing:
        print("in with")
    print("after with")
    del thing
    print("after del")
    with Thing("unnamed"):
        print("in unnamed")
    print("after unnamed")


def exceptions():
    try:
        thing = Thing("in traceback")
        raise ValueError(thing)
    except ValueError as error:
        del thing
        print("handling")
    print("handled")
    try:
        raise ValueError(Thing("in exception"))
    except ValueError:
        print("unnamed")
    print("gone")


def raises(thing):
    raise KeyError("x")


def unwinds():
    try:
        raises(Thing("passed to raises"))
    except KeyError:
        print("caught")
    print("after caught")
    try:
        len(5, Thing("operand"))
    except TypeError:
        print("caught")
    print("after operand")


def operators():
    (Thing("a") + Thing("b")) and None
    print("after operators")
    [Thing("l"), Thing("m")][0].method()
    print("after index")
    {"k": Thing("value")}["k"]
    print("after dict")
    f"{Thing('formatted').name}"
    print("after format")
    Thing("c") is None
    print("after is")
    a, b = Thing("e"), Thing("f")
    a, b = b, a
    del a
    print("after swap")


def cells():
    thing = Thing("cell")

    def use():
        return thing

    use()
    del thing
    print("cell emptied")
    use = None
    print("no closure")


def generator():
    thing = Thing("in generator")
    yield 1
    del thing
    yield 2
    other = Thing("other")
    yield 3


def suspended():
    g = generator()
    next(g)
    print("suspended")
    next(g)
    print("again")
    next(g)
    del g
    print("generator gone")


def comprehension():
    [Thing(n).name for n in "pq"]
    print("after comprehension")
    any(thing.name == "r" for thing in map(Thing, "rs"))
    print("after any")


def weak():
    thing = Thing("weak")
    reference = weakref.ref(thing, lambda r: print("callback"))
    print(reference() is thing)
    del thing
    print(reference())
    mapping = weakref.WeakValueDictionary()
    mapping["k"] = Thing("mapped")
    print(list(mapping))


def counts():
    thing = object()
    before = sys.getrefcount(thing)
    again = thing
    print(sys.getrefcount(thing) - before)
    del again
    print(sys.getrefcount(thing) - before)


def cycle():
    class Node:
        def __del__(self):
            print("node collected")

    node = Node()
    node.self = node
    del node
    gc.collect()
    print("collected")


def early_return(n):
    thing = Thing("early")
    if n:
        return print("evaluated before the locals die")
    print("never")


def conditional():
    x = Thing("yes") if len("a") else Thing("no")
    print("chosen")
    y = None or Thing("or")
    print("ored")


for function in (
    temporary, rebinding, passes, loop, breaks, with_block, exceptions, unwinds, operators, cells,
    suspended, comprehension, weak, counts, cycle, conditional,
):  # fmt: skip
    print("==", function.__name__)
    function()
print("==")
early_return(1)
returned()
print("result dropped")
r = returned()
del r
g = Thing("global")
g = 1
Thing("module temporary")
print("module")

def finaliser():
    try:
        yield 1
        yield 2
    finally:
        print("finalised")


f = finaliser()
next(f)
del f
print("after del")
for value in finaliser():
    print(value)
    break
gc.collect()
print("after loop")


async def never():
    pass


with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    never()
print([str(each.message) for each in caught])

results = queue.Queue()
local = threading.local()
total = 0
lock = threading.Lock()


def work(number):
    global total
    local.number = number
    for _ in range(200):
        with lock:
            total += 1
    results.put((local.number, threading.current_thread().name))


threads = [threading.Thread(target=work, args=(n,), name=f"worker {n}") for n in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(total, sorted(results.get() for _ in range(4)), hasattr(local, "number"))


def fails():
    raise ValueError("in thread")


threading.excepthook = lambda args: print("hook", args.exc_type.__name__, args.exc_traceback.tb_next.tb_next.tb_next.tb_lineno)
thread = threading.Thread(target=fails)
thread.start()
thread.join()
variable = contextvars.ContextVar("variable", default=0)


def in_context():
    variable.set(variable.get() + 1)
    return variable.get()


print(contextvars.copy_context().run(in_context), variable.get())
atexit.register(lambda: print("at exit"))
last = Thing("at shutdown")
