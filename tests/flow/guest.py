"""A program full of control flow, for `trace_oracle`: every way through it ends well."""

import asyncio
import contextlib
import unittest


class Gate(contextlib.AbstractContextManager["Gate"]):
    """Suppresses what it is told to."""

    def __init__(self, suppress: bool) -> None:
        self.suppress = suppress

    def __exit__(self, *_: object) -> bool:
        return self.suppress


def loops(n):
    found = []
    for i in range(n):
        if i == 1 or not i:
            continue
        while i > 3 and found:
            found.pop()
            i -= 2
        else:
            found.append(i)
        if i > 100:
            break
    else:
        found.append(-1)
    return [a for b in (found, found) for a in b if a if a > 0 or a == -1]


def handlers(action):
    order = []
    try:
        try:
            with Gate(False), Gate(action == "suppress"):
                if action:
                    {}[action]
        except (TypeError, ValueError):
            order.append("wrong")
        except KeyError as error:
            order.append(str(error))
            if action == "again":
                raise
        else:
            order.append("else")
        finally:
            order.append("finally")
    except KeyError:
        order.append("outer")
        for _ in order:
            with contextlib.suppress(ValueError):
                raise ValueError  # noqa: B904
    return order


def groups(*errors):
    order = []
    try:
        raise ExceptionGroup("several", errors)
    except* ValueError as caught:
        order.append(len(caught.exceptions))
    except* (KeyError, TypeError):
        order.append("other")
    return order


def patterns(subject):
    match subject:
        case 1 | 2:
            return "number"
        case [int(a), *rest] if rest:
            return a
        case {"k": value, **more}:
            return value, more
        case Gate(suppress=True):
            return "gate"
        case None:
            return None
        case _:
            return "other"


def inner():
    try:
        got = yield 1
        while got:
            got = yield got
    except ValueError:
        yield "caught"
    finally:
        yield "finally"
    return "returned"


def outer():
    try:
        yield (yield from inner())
    except KeyError:
        yield "outer"


async def numbers(n):
    for i in range(n):
        await asyncio.sleep(0)
        yield i


async def asynchronous():
    found = [i async for i in numbers(3) if i]
    async for i in numbers(5):
        if i == 2:
            break
        async with asyncio.Lock():
            found.append(i)
    try:
        async with asyncio.timeout(0.01):
            await asyncio.sleep(10)
    except TimeoutError:
        found.append("timeout")
    return found


class Everything(unittest.TestCase):
    def test_loops(self):
        assert loops(0) == [-1, -1]
        assert loops(8) == [5, -1] * 2

    def test_handlers(self):
        assert handlers(None) == ["else", "finally"]
        assert handlers("suppress") == ["else", "finally"]
        assert handlers("x") == ["'x'", "finally"]
        assert handlers("again") == ["'again'", "finally", "outer"]

    def test_groups(self):
        assert groups(ValueError(), ValueError()) == [2]
        assert groups(ValueError(), KeyError()) == [1, "other"]
        with self.assertRaises(ExceptionGroup):  # noqa: PT027
            groups(OSError())

    def test_patterns(self):
        subjects = [2, [3, 4], [3], {"k": 1, "l": 2}, Gate(True), Gate(False), None, "x"]
        assert [patterns(subject) for subject in subjects] == [
            "number", 3, "other", (1, {"l": 2}), "gate", "other", None, "other",
        ]  # fmt: skip

    def test_generators(self):
        assert list(outer()) == [1, "finally", "returned"]
        running = outer()
        assert [next(running), running.send(5), running.throw(ValueError)] == [1, 5, "caught"]
        assert list(running) == ["finally", "returned"]
        running = outer()
        next(running)
        assert [running.throw(KeyError), next(running)] == ["finally", "outer"]
        running = inner()
        with self.assertRaises(OSError):  # noqa: PT027
            running.throw(OSError)

    def test_asynchronous(self):
        assert asyncio.run(asynchronous()) == [1, 2, 0, 1, "timeout"]


if __name__ == "__main__":
    unittest.main()
