"""Coroutines, async generators, async for / with, asyncio."""

import asyncio
import contextlib
import inspect
import sys


class Awaitable:
    def __init__(self, value):
        self.value = value

    def __await__(self):
        got = yield ("asked", self.value)
        return got


async def simple():
    first = await Awaitable(1)
    second = await Awaitable(2)
    return first + second


def run(coroutine, answers=()):
    answers = iter(answers)
    try:
        asked = coroutine.send(None)
        while True:
            print("asked", asked)
            asked = coroutine.send(next(answers))
    except StopIteration as stop:
        return stop.value


print(run(simple(), [10, 20]))
c = simple()
print(inspect.getcoroutinestate(c), c.cr_frame.f_lineno)
c.send(None)
print(inspect.getcoroutinestate(c), type(c.cr_await).__name__)
try:
    c.throw(KeyError("thrown"))
except KeyError as error:
    print(error, inspect.getcoroutinestate(c))
c = simple()
c.close()
try:
    c.send(None)
except RuntimeError as error:
    print(error)


class Manager:
    def __init__(self, swallow=False):
        self.swallow = swallow

    async def __aenter__(self):
        print("aenter")
        await asyncio.sleep(0)
        return self

    async def __aexit__(self, kind, value, traceback):
        print("aexit", kind and kind.__name__, value)
        await asyncio.sleep(0)
        return self.swallow


class Counter:
    def __init__(self, n):
        self.n = n

    def __aiter__(self):
        return self

    async def __anext__(self):
        if not self.n:
            raise StopAsyncIteration
        self.n -= 1
        await asyncio.sleep(0)
        return self.n


async def agen(n):
    try:
        for i in range(n):
            got = yield i
            if got:
                print("agen got", got)
            await asyncio.sleep(0)
    except ValueError as error:
        print("agen caught", error)
        yield "recovered"
    finally:
        print("agen finally")


async def main():
    async with Manager() as a, Manager(True) as b:
        print("in", type(a).__name__, type(b).__name__)
        raise ValueError("swallowed")
    try:
        async with Manager():
            raise KeyError("kept")
    except KeyError as error:
        print("kept", error)
    async with Manager():
        pass
    async for value in Counter(3):
        if value == 1:
            continue
        print("value", value)
    else:
        print("exhausted")
    async for value in Counter(3):
        break
    print([x async for x in Counter(3)], {x async for x in agen(2)}, [x async for x in agen(3) if x])
    print({x: await asyncio.sleep(0, x) for x in range(2)}, [await asyncio.sleep(0, x) for x in "ab"])
    print([y async for y in (x * 2 async for x in Counter(2))])
    g = agen(3)
    print(await g.__anext__(), await g.asend("sent"), await g.athrow(ValueError("v")))
    try:
        await g.__anext__()
    except StopAsyncIteration:
        print("stop")
    g = agen(3)
    await anext(g)
    await g.aclose()
    print(await anext(agen(0), "default"))
    g = agen(2)
    async with contextlib.aclosing(g):
        print(await anext(g))
    print(await asyncio.gather(double(1), double(2), fail(), return_exceptions=True))
    try:
        await asyncio.wait_for(asyncio.sleep(10), 0.01)
    except asyncio.TimeoutError:
        print("timeout")
    task = asyncio.create_task(cancelled())
    await asyncio.sleep(0)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        print("cancelled", task.cancelled())
    queue = asyncio.Queue()
    worker = asyncio.create_task(consume(queue))
    for i in range(3):
        await queue.put(i)
    await queue.put(None)
    print(await worker)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(double(i)) for i in range(3)]
    print([t.result() for t in tasks])
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fail())
            group.create_task(asyncio.sleep(5))
    except* ZeroDivisionError as group:
        print("group", group.exceptions)
    lock, event = asyncio.Lock(), asyncio.Event()
    async with lock:
        print(lock.locked())
    event.set()
    print(await event.wait())
    async with manager_from_generator() as value:
        print(value)
    return "main done"


@contextlib.asynccontextmanager
async def manager_from_generator():
    print("enter")
    try:
        yield "value"
    finally:
        await asyncio.sleep(0)
        print("leave")


async def double(x):
    await asyncio.sleep(0)
    return x * 2


async def fail():
    await asyncio.sleep(0)
    return 1 / 0


async def cancelled():
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError:
        print("cancel seen")
        raise
    finally:
        print("cancel finally")


async def consume(queue):
    seen = []
    while (item := await queue.get()) is not None:
        seen.append(item)
        queue.task_done()
    return seen


print(asyncio.run(main()))


async def bad_for():
    async for _ in [1]:
        pass


async def bad_with():
    async with 5:
        pass


async def bad_await():
    await 5


async def bad_anext():
    class Bad:
        def __aiter__(self):
            return self

        def __anext__(self):
            return 5

    async for _ in Bad():
        pass


for bad in (bad_for, bad_with, bad_await, bad_anext):
    try:
        bad().send(None)
    except Exception as error:
        print(type(error).__name__, error)

print(inspect.iscoroutinefunction(main), inspect.isasyncgenfunction(agen), asyncio.iscoroutinefunction(main))


async def returns_in_loop():
    async for x in Counter(5):
        async with Manager():
            try:
                if x == 3:
                    return x
                continue
            finally:
                print("finally", x)


print(asyncio.run(returns_in_loop()))


async def raises_in_aiter():
    async for x in agen(2):
        print(x)
        raise LookupError("from body")


try:
    asyncio.run(raises_in_aiter())
except LookupError as error:
    print(error)


def sync_generator_of_coroutine():
    async def later():
        return "later"

    yield later()


for coroutine in sync_generator_of_coroutine():
    print(run(coroutine))
print(sys.get_coroutine_origin_tracking_depth())
