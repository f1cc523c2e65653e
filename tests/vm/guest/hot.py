"""What gets hot: long loops entered cold, functions called often, and their exceptions."""

import sys
import traceback


def sieve(n):
    flags = [True] * (n + 1)
    for i in range(2, n + 1):
        if flags[i]:
            for j in range(i * i, n + 1, i):
                flags[j] = False
    return sum(flags) - 2


def collatz(limit):
    longest = 0
    for start in range(1, limit):
        n, steps = start, 0
        while n != 1:
            n = n // 2 if n % 2 == 0 else 3 * n + 1
            steps += 1
        if steps > longest:
            longest = steps
    return longest


def fails_late(n):
    total = 0
    for i in range(n):
        try:
            total += 10 // (n - 1 - i) if i % 2 else i
            if i % 7 == 0:
                raise KeyError(i)
        except KeyError as error:
            total -= error.args[0]
            continue
        finally:
            total += 1
    return total


def raises_late(n):
    values = list(range(n))
    for i in range(n + 1):
        values[i] += 1
    return values


def small(a, b=1, *rest, key=None):
    if key:
        return key
    while rest:
        rest = rest[1:]
        b += 1
    return a + b if a < b else a - b


def numbers(n):
    for i in range(n):
        got = yield i
        if got == "stop":
            return "stopped"


def sent(n):
    generator = numbers(n)
    total = next(generator)
    try:
        while True:
            total += generator.send("stop" if total > n * 10 else None)
    except StopIteration as stop:
        return total, stop.value


def closures(n):
    calls = []
    for i in range(n):
        def call(j, i=i):
            nonlocal calls
            return i + j + len(calls)

        if i % 10 == 0:
            calls.append(call)
    return sum(call(1) for call in calls)


def nested_with(n):
    class Manager:
        count = 0

        def __enter__(self):
            Manager.count += 1
            return self

        def __exit__(self, *details):
            return details[0] is ValueError

    for i in range(n):
        with Manager(), Manager() as m:
            if i % 3 == 0:
                raise ValueError(i)
            if i % 5 == 0:
                continue
            if i > n - 3:
                break
    return Manager.count, m.count


def matched(n):
    found = {}
    for i in range(n):
        match (i % 4, [i, i + 1]):
            case 0, [x, y] if x > 50:
                found["a"] = found.get("a", 0) + y
            case 1, [x, *_]:
                found["b"] = x
            case (2 | 3) as which, _:
                found[which] = i
    return found


def comprehensions(n):
    return sum(len([x for x in range(i) if x % 2]) for i in range(n)), {i: i * i for i in range(n)}[n - 1]


def text(n):
    out = []
    for i in range(n):
        out.append(f"{i:03}-{'even' if i % 2 == 0 else 'odd'}")
    return "".join(out)[-10:], out[3]


def unbound(n):
    for i in range(n):
        if i == n - 1:
            del i
        else:
            value = i
    try:
        return i
    except UnboundLocalError as error:
        return str(error), value


print(sieve(3000), collatz(60), fails_late(400) if False else 0)
for function in (fails_late, raises_late):
    try:
        function(500)
    except (ZeroDivisionError, IndexError):
        traceback.print_exc(file=sys.stdout)
print(sum(small(i, i % 3, *range(i % 4)) for i in range(200)), small(1, key="k"))
print(sent(60), closures(200), nested_with(200), matched(200), comprehensions(60), text(200), unbound(600))
try:
    for i in range(300):
        small(i, None if i == 250 else 1)
except TypeError:
    traceback.print_exc(file=sys.stdout)
total = 0
for i in range(3000):
    total += i
    if total % 1000 == 0:
        total -= 1
print(total)
